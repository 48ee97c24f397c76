"""HTCDS event rows → one row per case: where it began, where it ended, counted where it ended.

In IOM's standard a case has one row per event (``hte_Type``: Recruitment, Transit, Exploitation) with the place of that
event in ``hte_State``. The row of the exploitation is the case; the county of recruitment becomes its origin.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.facts.countries import fold
from geodata.intake.columns import Reading
from geodata.intake.places import Places
from geodata.intake.table import Table
from geodata.values import Role

EVENT_TYPE = "hte type"
_RANK = {Role.DESTINATION.value: 0, Role.TRANSIT.value: 1, Role.SOURCE.value: 2}


def are_events(table: Table, reading: Reading) -> bool:
    """Whether the rows of a table are HTCDS events."""
    place = reading.fields.get("role")
    return place is not None and fold(table.headers[place]) == EVENT_TYPE


def place_events(places: Places, role: pa.DictionaryArray) -> None:
    """Put the county of each event where its type says: origin, place of exploitation, or place of passage."""
    words = role.dictionary.to_pylist()
    codes = role.indices.to_numpy(zero_copy_only=False)
    plain = places.county["county_identification"]
    for code, name in ((Role.SOURCE.value, "county_origin"), (Role.DESTINATION.value, "county_exploitation")):
        if code in words:
            rows = (codes == words.index(code)) & (plain >= 0)
            places.county[name] = np.where(rows & (places.county[name] < 0), plain, places.county[name])
            plain = np.where(rows, -1, plain)
    places.county["county_identification"] = plain


def join_events(places: Places, marks: pa.ChunkedArray, role: pa.DictionaryArray) -> NDArray[np.bool_]:
    """Give each case's row its other counties; return the rows that are further events of a case and are not kept."""
    words = role.dictionary.to_pylist()
    rank = np.array([_RANK.get(word, 3) for word in words])[role.indices.to_numpy(zero_copy_only=False)]
    case = np.unique(np.array(marks.to_pylist()), return_inverse=True)[1].reshape(-1)
    order = np.lexsort((np.arange(len(case)), rank, case))
    first = np.ones(len(case), bool)
    first[order[1:]] = case[order[1:]] != case[order[:-1]]
    head = np.zeros(case.max(initial=0) + 1, np.int64)
    head[case[first]] = np.flatnonzero(first)
    for name in ("county_origin", "county_exploitation"):
        county = places.county[name].copy()
        for row in np.flatnonzero(~first & (county >= 0)).tolist():
            target = head[case[row]]
            county[target] = county[row] if county[target] < 0 else county[target]
        places.county[name] = county
    counted = places.county["county_exploitation"]
    for name in ("county_identification", "county_origin"):
        counted = np.where(counted < 0, places.county[name], counted)
    places.counted = counted.astype(np.int16)
    return ~first
