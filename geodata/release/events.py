"""Published events → raw cells → exact released cells: the policy public-record.

Every event is already published and cited, so counts are exact; the evaluation checks sums and
coverage instead of k. The path is the one a caseload takes: cells → policy → evaluate → write.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.raw_cells import RawCells
from geodata.release.released_cells import ReleasedCells, Value, make_table
from geodata.values import DataProblem

DIMS = ("county", "year", "form", "nationality", "nature", "confidence")
MEASURES = ("incidents", "persons", "incidents_unstated")


def cells_of_events(records: pd.DataFrame) -> RawCells:
    """Count events and persons over the full cross of the six dimensions.

    records: one row per event; id, county (P-code or "KE"), year, form, nationality (sorted ISO 3166
    alpha-3 codes joined by ';', or 'unknown'), nature, confidence, persons (Int64, <NA> = not stated).

    Raises DataProblem for a missing column or value, a repeated id or a negative number.
    """
    _check(records)
    frame = records[list(DIMS)].copy()
    for dim in DIMS:
        frame[dim] = frame[dim].astype("int64") if dim == "year" else frame[dim].astype("str").astype("object")
    persons = records["persons"].astype("Int64")
    frame["incidents"] = np.int64(1)
    frame["persons"] = persons.fillna(0).astype("int64")
    frame["incidents_unstated"] = persons.isna().astype("int64")
    grouped = frame.groupby(list(DIMS), sort=True, as_index=False, observed=True)[list(MEASURES)].sum()
    return RawCells(grouped, MEASURES)


def exact(raw: RawCells) -> ReleasedCells:
    """Release counts as they are: one table over every dimension."""
    frame = raw.frame
    domains: dict[str, tuple[Value, ...]] = {}
    codes = np.empty((len(frame), len(raw.dims)), dtype=np.int32)
    for position, dim in enumerate(raw.dims):
        values = sorted(set(frame[dim].tolist()))
        domains[dim] = tuple(values)
        codes[:, position] = pd.Categorical(frame[dim], categories=values).codes
    counts = np.column_stack([raw.counts(measure) for measure in raw.measures])
    return ReleasedCells(domains, raw.measures, (make_table(raw.dims, codes, counts),))


def _check(records: pd.DataFrame) -> None:
    """Refuse events that cannot be counted."""
    wanted = ("id", *DIMS, "persons")
    absent = [name for name in wanted if name not in records.columns]
    if absent:
        raise DataProblem(
            f"The events have no column {', '.join(absent)}; expected {', '.join(wanted)}; "
            "build the incidents frame again."
        )
    if records.empty:
        raise DataProblem("There are no events to publish; expected at least one row; check the incidents file.")
    for name in ("id", *DIMS):
        holes = records.index[records[name].isna() | (records[name].astype("str") == "")]
        if len(holes):
            raise DataProblem(
                f"{len(holes)} events have no {name} (first at row {holes[0]}); expected a value, 'unknown' where "
                "it is not known; correct the incidents file."
            )
    repeated = records["id"][records["id"].duplicated()]
    if len(repeated):
        raise DataProblem(f"The event id {repeated.iloc[0]} appears twice; expected each event once; remove one.")
    persons = records["persons"].astype("Int64")
    if bool((persons < 0).fillna(value=False).any()):
        raise DataProblem("An event has a negative number of persons; expected 0 or more, or blank; correct it.")
