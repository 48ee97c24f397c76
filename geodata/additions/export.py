"""Approved additions as files that the maintainers can take over: one ``.add.csv`` per file of the record.

Each has exactly the columns of the file it adds to; corrections stand in ``corrections.csv`` as file, row, column, old,
new and source. Who added and who approved is not among them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from geodata import files as disk
from geodata.additions.drafts import Addition
from geodata.additions.merge import merged_tables, shipped_tables
from geodata.additions.rows import FILE_OF, Row, Tables, row_hash, rows_of
from geodata.settings import DataSettings
from geodata.values import DataProblem

CORRECTIONS = ("file", "key", "column", "old", "new")


def export_additions(settings: DataSettings, additions: Sequence[Addition], out: Path) -> dict[str, int]:
    """Write the files into a new folder; return file name → rows.

    Raises DataProblem when nothing is approved, or the folder is there already.
    """
    if not additions:
        raise DataProblem("Nothing is approved yet; approve additions, then export them.")
    if out.exists() and any(out.iterdir()):
        raise DataProblem(f"‘{out}’ is not empty; name a folder that is not there yet.")
    base = shipped_tables(replace(settings, merged=None))
    after = merged_tables(base, additions)
    out.mkdir(parents=True, exist_ok=True)
    written = {}
    new = [addition for addition in additions if not addition.replaces]
    rows: dict[str, list[Row]] = {}
    for addition in sorted(new, key=lambda each: each.name):
        for name, made in rows_of(addition, base).items():
            known = rows.setdefault(name, [])
            known.extend(row for row in made if row not in known)
    for name, made in sorted(rows.items()):
        if made:
            written[f"{name}.add.csv"] = len(made)
            disk.replace_file(out / f"{name}.add.csv", _csv(list(base[name].columns), made))
    corrected = list(_corrections(base, [addition for addition in additions if addition.replaces], after))
    if corrected:
        written["corrections.csv"] = len(corrected)
        disk.replace_file(out / "corrections.csv", _csv(list(CORRECTIONS), corrected))
    return written


def _corrections(base: Tables, corrections: Iterable[Addition], after: Tables) -> Iterable[Row]:
    for addition in corrections:
        name = FILE_OF[addition.kind]
        old = next((row for row in base[name].to_dict("records") if row_hash(row) == addition.replaces), None)
        if old is None:
            continue  # corrects an addition: what is exported is the corrected row
        before = {str(column): str(value) for column, value in old.items()}
        new = rows_of(addition, after, before)[name][0]
        key = addition.row_id or "/".join(before[column] for column in ("county", "source_id"))
        for column, value in before.items():
            if new.get(column, "") != value:
                yield {"file": f"{name}.csv", "key": key, "column": column, "old": value, "new": new.get(column, "")}


def _csv(columns: list[str], rows: Iterable[Row]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")
