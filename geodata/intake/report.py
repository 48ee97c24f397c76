"""The report of one import: a page for reading, a table for working through. No cell's content is in either.

What is said about a cell is its place (sheet, row, column), its standing and a reason in fixed words; headings
and file names are escaped, and nothing a spreadsheet would take for a formula is written.
"""

from __future__ import annotations

import csv
import html
import io
from pathlib import Path

import numpy as np

from geodata.intake.headings import label_of
from geodata.intake.outcome import Outcome, Status
from geodata.intake.privacy import LABELS
from geodata.intake.profile import write_text
from geodata.values import escape_formula

MOST_LINES = 2000
"""Lines in the HTML table; the CSV holds them all."""
_WORDS = {
    Status.ACCEPTED: "accepted", Status.CORRECTED: "corrected", Status.TO_CONFIRM: "waiting for you",
    Status.REJECTED: "rejected",
}  # fmt: skip
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;vertical-align:top}
thead th{border-bottom:2px solid #555}td.n{text-align:right;font-variant-numeric:tabular-nums}
@media print{body{margin:0}}
"""
_HEADINGS = "".join(f'<th scope="col">{word}</th>' for word in ("Row", "Where", "Standing", "Why", "Suggestion"))
_NOTHING = "<p>Nothing to say: every row was accepted as it stands.</p>"


def lines_of(outcome: Outcome) -> list[tuple[int, str, str, str, str]]:
    """Return (row, column, standing, reason, suggestion), by row, one line per remark and row."""
    parts = []
    for number, remark in enumerate(outcome.remarks):
        rows = outcome.rows[remark.rows]
        parts.append(np.column_stack([rows, np.full(len(rows), number)]))
    if not parts:
        return []
    table = np.concatenate(parts)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    in_words = [
        (outcome.heading(remark.column), remark.status.word, remark.text, remark.suggestion)
        for remark in outcome.remarks
    ]
    return [(row, *in_words[number]) for row, number in table.tolist()]


def csv_report(outcome: Outcome) -> str:
    """Return the table of remarks as CSV (UTF-8, with a byte-order mark for spreadsheets)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["file", "sheet", "row", "column", "status", "reason", "suggestion"])
    file, sheet = escape_formula(outcome.file_name), escape_formula(outcome.sheet)
    for row, column, status, reason, suggestion in lines_of(outcome):
        writer.writerow([file, sheet, row, escape_formula(column), status, escape_formula(reason), suggestion])
    return "\ufeff" + out.getvalue()


def html_report(outcome: Outcome, header: list[tuple[str, str]], csv_name: str) -> str:
    """Return the page; ``header`` are (label, value) lines such as batch and dataset."""
    lines = lines_of(outcome)
    counts = "".join(
        f'<tr><th scope="row">{_WORDS[status]}</th><td class="n">{outcome.count(status):,}</td></tr>'
        for status in Status
    )
    facts = "".join(f"<li>{html.escape(label)}: {html.escape(value)}</li>" for label, value in header)
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in [*_unsure(outcome), *outcome.notes])
    name = html.escape(outcome.file_name)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Import of {name}</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>
<h1>Import of {name}</h1><p>{html.escape(outcome.paragraph())}</p><ul>{facts}</ul>
<h2>Rows</h2><table>{counts}</table>
<h2>Kept out</h2>{_kept_out(outcome)}
{f"<h2>Notes</h2><ul>{notes}</ul>" if notes else ""}
<h2>Row by row</h2>
{_table(lines, csv_name)}
</main></body></html>
"""


def _table(lines: list[tuple[int, str, str, str, str]], csv_name: str) -> str:
    """Return the rows that have something to say."""
    if not lines:
        return _NOTHING
    shown = "".join(
        f'<tr><td class="n">{row}</td><td>{html.escape(column)}</td><td>{html.escape(_word(status))}</td>'
        f"<td>{html.escape(reason)}</td><td>{html.escape(suggestion)}</td></tr>"
        for row, column, status, reason, suggestion in lines[:MOST_LINES]
    )
    more = len(lines) - MOST_LINES
    rest = f"<p>{more:,} more lines are in {html.escape(csv_name)}.</p>" if more > 0 else ""
    return f"<table><thead><tr>{_HEADINGS}</tr></thead><tbody>{shown}</tbody></table>{rest}"


def _kept_out(outcome: Outcome) -> str:
    """Return what was dropped, by kind and count."""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(LABELS.get(kind, "columns that are not needed"))}</th>'
        f'<td class="n">{cells:,} cells</td><td class="n">{columns} column{"s" * (columns != 1)}</td></tr>'
        for kind, (cells, columns) in sorted(outcome.dropped.items())
        if cells or columns
    )
    if not rows:
        return "<p>Nothing that could identify a person was found.</p>"
    return f"<p>Found and never stored; none of it is in this report.</p><table>{rows}</table>"


def _unsure(outcome: Outcome) -> list[str]:
    return [f"{outcome.heading(place)} may be {label_of(name)}; it was not read." for place, name in
            outcome.unsure.items()]  # fmt: skip


def _word(status: str) -> str:
    return _WORDS[Status[status.upper()]]


def write_reports(folder: Path, stem: str, outcome: Outcome, header: list[tuple[str, str]]) -> Path:
    """Write both reports and return the page's path."""
    table, page = folder / f"{stem}.csv", folder / f"{stem}.html"
    write_text(table, csv_report(outcome))
    write_text(page, html_report(outcome, header, table.name))
    return page
