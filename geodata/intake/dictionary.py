"""The data dictionary as a Markdown page, generated from the schema so that the two cannot differ."""

from __future__ import annotations

from pathlib import Path

from geodata.intake.schema import VARIABLES, Variable

PAGE = Path(__file__).parent / "schema.md"

_HEAD = """# What a case record holds

Generated from `geodata/intake/schema.py` by `python app.py variables`; change the code, not this page.

Every column always holds a value; *unknown* is a value, never an empty string. A column of several codes joins
them with `;`. Counterparts: **HTCDS** is IOM's Human Trafficking Case Data Standard (field reference at
github.com/UNMigration/HTCDS), **CTDC** the columns of the Counter-Trafficking Data Collaborative's global datasets,
**IC-TIP** the International Classification for Administrative Data on Trafficking in Persons (adopted by the UN
Statistical Commission in 2025). For IC-TIP the part of the classification is named, not its code numbers: only its
summary page could be read when this was written.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or "—"


def _section(variable: Variable) -> str:
    lines = [
        f"## {variable.name}",
        "",
        f"**{variable.label}.** {variable.description}",
        "",
        f"IC-TIP: {variable.ictip} · HTCDS: {variable.htcds} · CTDC: {variable.ctdc}",
        "",
    ]
    if variable.values:
        lines += [f"Values: {variable.values}.", ""]
    if variable.codes:
        kind = "Codes (several allowed)" if variable.multiple else "Codes"
        lines += [f"| {kind} | meaning | HTCDS | CTDC |", "|---|---|---|---|"]
        lines += [
            f"| `{code.code}` | {_cell(code.label)} | {_cell(code.htcds)} | {_cell(code.ctdc)} |"
            for code in variable.codes
        ]
        lines.append("")
    return "\n".join(lines)


def dictionary_page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_HEAD, *(_section(variable) for variable in VARIABLES)])
