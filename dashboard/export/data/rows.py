"""The tables of a data file as plain rows: figures, the brief's own tables, sources, and what every column means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.export.model import Brief, BriefTable, figure_rows

BriefRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DataSheet:
    """A table for a file: name, title, column ids with their labels, rows by column id."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[BriefRow, ...]


def sheets(brief: Brief) -> tuple[DataSheet, ...]:
    """Return figures, the brief's tables, sources and the dictionary of their columns."""
    body = (_figures(brief), *(_table(brief, table) for table in brief.tables), _sources(brief))
    return (*body, _dictionary(brief, body))


def _figures(brief: Brief) -> DataSheet:
    more = {figure.id: figure for figure in brief.figures}
    rows = []
    for row in figure_rows(brief):
        figure = more.get(str(row["id"]))
        rows.append(
            {
                **row,
                "label": figure.label if figure else "",
                "unit": figure.unit if figure else "",
                "denominator": figure.denominator if figure else None,
                "low": figure.low if figure else None,
                "high": figure.high if figure else None,
                "note": figure.note if figure else "",
                "sources": ";".join(figure.sources) if figure else "",
            }
        )
    names = ("id", "area", "nature", "measure", "period", "value", "empty", "label", "unit", "denominator", "low",
             "high", "note", "sources")  # fmt: skip
    return DataSheet("figures", brief.words["figures"], _labels(brief, names), tuple(rows))


def _table(brief: Brief, table: BriefTable) -> DataSheet:
    columns = (*((column.id, column.label) for column in table.columns), *_labels(brief, ("sources",)))
    rows = []
    for row in table.rows:
        held: BriefRow = {"sources": ";".join(row.sources)}
        for column, cell in zip(table.columns, row.cells, strict=True):
            held[column.id] = cell.value if column.kind == "number" and cell.value is not None else cell.text
        rows.append(held)
    return DataSheet(table.id, table.title, columns, tuple(rows))


def _sources(brief: Brief) -> DataSheet:
    names = ("number", "id", "publisher", "title", "date", "url")
    rows = tuple({name: getattr(source, name) for name in names} for source in brief.sources)
    return DataSheet("sources", brief.words["sources"], _labels(brief, names), rows)


def _dictionary(brief: Brief, body: tuple[DataSheet, ...]) -> DataSheet:
    rows = []
    for sheet in body:
        for name, label in sheet.columns:
            kinds = {type(row.get(name)).__name__ for row in sheet.rows if row.get(name) not in (None, "")}
            kind = "number" if kinds and kinds <= {"int", "float"} else "text"
            meaning = brief.words.get(f"means_{name}", label)
            rows.append({"sheet": sheet.name, "column": name, "label": label, "kind": kind, "meaning": meaning})
    names = ("sheet", "column", "label", "kind", "meaning")
    return DataSheet("dictionary", brief.words["dictionary"], _labels(brief, names), tuple(rows))


def _labels(brief: Brief, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, brief.words.get(f"column_{name}", name)) for name in names)
