"""The tables of a Word document → one table of text each, with the cells that are merged; runs in the child.

Only `.docx`: python-docx reads its XML, follows no link and runs no macro. Words outside tables are not read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata.values import DataProblem

MOST_TABLES = 200


def read_document(path: Path) -> tuple[dict[str, Any], list[pa.Table]]:
    """Return facts (names, merged ranges) and one table of text per table of the document. Raises `DataProblem`."""
    import docx  # noqa: PLC0415 - each task loads its own library
    from docx.oxml.ns import qn  # noqa: PLC0415

    try:
        body = docx.Document(str(path)).element.body
        tables = [_table(table) for table in list(body.iter(qn("w:tbl")))[:MOST_TABLES]]
    except Exception as problem:  # python-docx's and lxml's errors have no common class
        raise DataProblem(
            f"‘{path.name}’ cannot be read as a Word document; it is damaged or not what its name says. Copy its "
            "table into a spreadsheet, save that as XLSX and import it.",
        ) from problem
    if not tables:
        raise DataProblem(
            f"‘{path.name}’ is a Word document without a table; put the cases into a table, one row each, and "
            "import it again.",
        )
    names = [f"table {number}" for number in range(1, len(tables) + 1)]
    return {"names": names, "merged": [merged for _, merged in tables]}, [table for table, _ in tables]


def _table(table: Any) -> tuple[pa.Table, list[list[int]]]:
    """Return one table and its cells merged downwards (first row, last row, column, column; from 0)."""
    rows: list[list[str | None]] = []
    merged: dict[int, list[int]] = {}
    ranges: list[list[int]] = []
    for number, row in enumerate(table.tr_lst):
        cells: list[str | None] = []
        for cell in row.tc_lst:
            place = len(cells)
            if cell.vMerge == "continue" and place in merged:
                merged[place][1] = number
                text = None
            else:
                merged.pop(place, None)
                text = " ".join(paragraph.text for paragraph in cell.p_lst).strip() or None
                if cell.vMerge == "restart":
                    merged[place] = [number, number, place, place]
                    ranges.append(merged[place])
            cells += [text, *[None] * (cell.grid_span - 1)]
        rows.append(cells)
    width = max((len(row) for row in rows), default=0)
    columns = [pa.array([row[n] if n < len(row) else None for row in rows], pa.string()) for n in range(width)]
    return pa.table(columns, names=[f"c{n}" for n in range(width)]), ranges
