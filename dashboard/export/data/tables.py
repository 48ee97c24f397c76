"""CSV (several files in one zip), XLSX and Parquet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

from dashboard.export import Progress
from dashboard.export.data.manifest import manifest
from dashboard.export.data.rows import DataSheet, sheets
from dashboard.export.model import Brief
from dashboard.export.text_fitting import clean
from geodata.query.world import World
from geodata.values import escape_formula

STAMP = (1980, 1, 1, 0, 0, 0)
LONGEST_CELL = 32_000
"""Characters a cell of a workbook holds."""


def make_csv(brief: Brief, _world: World, out: Path, progress: Progress) -> None:
    """Write a zip: one CSV per table (UTF-8 with mark), and the manifest."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        files = {f"{sheet.name}.csv": _csv(sheet) for sheet in sheets(brief)}
        files["manifest.json"] = json.dumps(manifest(brief), ensure_ascii=False, indent=2)
        for name, text in sorted(files.items()):
            pack.writestr(zipfile.ZipInfo(name, STAMP), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    progress(1.0)


def _csv(sheet: DataSheet) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([name for name, _ in sheet.columns])
    writer.writerows([escape_formula(row.get(name)) for name, _ in sheet.columns] for row in sheet.rows)
    return "\ufeff" + stream.getvalue()


def make_xlsx(brief: Brief, _world: World, out: Path, progress: Progress) -> None:
    """Write a workbook: read-me with the manifest, figures, tables, sources, dictionary. No cell is a formula."""
    import xlsxwriter  # noqa: PLC0415 - only this format needs it

    quiet = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, quiet) as book:
        book.set_properties({"title": brief.title, "comments": brief.stamp.citation})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"valign": "top"})
        first = book.add_worksheet(brief.words["read_me"][:31])
        first.set_column(0, 0, 22)
        first.set_column(1, 1, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        for line, (key, value) in enumerate(manifest(brief).items()):
            first.write_string(line, 0, key, head)
            text = "\n".join(value) if isinstance(value, list) else str(value)
            first.write_string(line, 1, clean(text)[:LONGEST_CELL])
        for sheet in sheets(brief):
            page = book.add_worksheet(sheet.name[:31])
            page.freeze_panes(1, 0)
            page.repeat_rows(0)
            page.set_landscape()
            for column, (name, label) in enumerate(sheet.columns):
                page.write_string(0, column, label, head)
                page.write_comment(0, column, name)
                longest = max((len(str(row.get(name) or "")) for row in sheet.rows), default=8)
                page.set_column(column, column, min(60, max(9, longest + 1)), plain)
            for line, row in enumerate(sheet.rows, 1):
                for column, (name, _) in enumerate(sheet.columns):
                    value = row.get(name)
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        page.write_number(line, column, value)
                    elif value not in (None, ""):
                        page.write_string(line, column, clean(str(value))[:LONGEST_CELL])
            page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    progress(1.0)


def make_parquet(brief: Brief, _world: World, out: Path, progress: Progress) -> None:
    """Write the figures as Parquet; the manifest is the schema's metadata under ``njia``."""
    import pyarrow as pa  # noqa: PLC0415 - only this format needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    sheet = sheets(brief)[0]
    numbers = {"value", "denominator", "low", "high"}
    fields = [pa.field(name, pa.float64() if name in numbers else pa.string()) for name, _ in sheet.columns]
    columns = [
        [None if row.get(f.name) is None else float(row[f.name]) if f.name in numbers else str(row[f.name])
         for row in sheet.rows]
        for f in fields
    ]  # fmt: skip
    metadata = {"njia": json.dumps(manifest(brief), ensure_ascii=False)}
    table = pa.table(columns, schema=pa.schema(fields, metadata=metadata))
    pq.write_table(table, out, compression="zstd")
    progress(1.0)
