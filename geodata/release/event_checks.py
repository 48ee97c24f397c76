"""The checks of a public-record release before it is visible: its sums and its coverage against its events.

`Findings` are figures for the manifest, and problems. One problem is enough to stop a release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geodata.raw_cells import RawCells
from geodata.release.released_cells import ReleasedCells
from geodata.values import DataProblem


@dataclass(frozen=True, slots=True)
class Findings:
    """figures: public, JSON-able. problems: sentences; empty when the release may be shown."""

    figures: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def require_clean(self) -> None:
        """Raise DataProblem with the first problem, so nothing becomes visible."""
        if self.problems:
            more = f" ({len(self.problems) - 1} more problems)" if len(self.problems) > 1 else ""
            raise DataProblem(f"The release was not published: {self.problems[0]}{more}; nothing changed.")


def audit_exact(records: pd.DataFrame, raw: RawCells, cells: ReleasedCells) -> Findings:
    """Check sums and coverage of a public-record release against the events it was made from."""
    table = cells.tables[0]
    sums = dict(zip(cells.measures, table.counts.sum(axis=0).tolist(), strict=True))
    persons = records["persons"].astype("Int64")
    expected = {
        "incidents": len(records),
        "persons": int(persons.fillna(0).sum()),
        "incidents_unstated": int(persons.isna().sum()),
    }
    problems = [
        f"{name} add up to {sums[name]} in the cells and to {value} in the events"
        for name, value in expected.items()
        if sums[name] != value
    ]
    if len(np.unique(table.codes, axis=0)) != len(table.codes):
        problems.append("a cell is stored twice")
    for position, dim in enumerate(table.dims):
        if {cells.domains[dim][code] for code in table.codes[:, position]} != set(raw.frame[dim].tolist()):
            problems.append(f"the cells do not cover every {dim} of the events")
    counties = {value for value in cells.domains["county"] if value != "KE"}
    figures = {**expected, "cells": len(table.codes), "counties_with_a_report": len(counties), "sums_checked": True}
    return Findings(figures, tuple(problems))
