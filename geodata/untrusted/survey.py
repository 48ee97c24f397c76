"""Stata and SPSS files → one table of text with value labels instead of codes; runs in the child.

ReadStat (through pyreadstat) reads them. A code without a label stays a number, a missing value an empty cell.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata.values import DataProblem

STATA, SPSS, PORTABLE = ".dta", (".sav", ".zsav"), ".por"


def read_survey(path: Path) -> tuple[dict[str, Any], list[pa.Table]]:
    """Return facts (names and labels of the variables, the file's own label) and one table. Raises `DataProblem`."""
    import pyreadstat  # noqa: PLC0415 - each task loads its own library

    suffix = path.suffix.lower()
    reader: Any = {STATA: pyreadstat.read_dta, PORTABLE: pyreadstat.read_por}.get(suffix, pyreadstat.read_sav)
    try:
        frame, meta = reader(str(path), apply_value_formats=True, formats_as_category=False)
    except Exception as problem:  # ReadStat's errors have no common class
        raise DataProblem(
            f"‘{path.name}’ cannot be read as a {'Stata' if suffix == STATA else 'SPSS'} file; it is damaged, cut "
            "off or not what its name says. Save it as CSV with value labels and import that.",
        ) from problem
    names = [str(name) for name in meta.column_names]
    columns = [pa.array([_text(cell) for cell in frame[name].tolist()], pa.string()) for name in names]
    table = pa.table(columns, names=[f"c{n}" for n in range(len(names))])
    labels = [str(meta.column_names_to_labels.get(name) or "") for name in names]
    return {"names": names, "labels": labels, "title": str(meta.file_label or "")}, [table]


def _text(cell: Any) -> str | None:
    """Return a cell as it would stand in a CSV."""
    if cell is None or cell != cell:  # noqa: PLR0124 - not a number, not a time
        return None
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
    return str(cell).strip() or None
