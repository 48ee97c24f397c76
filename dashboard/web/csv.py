"""Cells that are safe to open in a spreadsheet."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value
