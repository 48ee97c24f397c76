"""JSON that is a list of records (KoboToolbox' and ODK's API, DHIS2 analytics, plain lists) → tables of text.

Runs in the child. A GeoJSON file is not read here: the caller asks `is_geojson` first.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata.values import DataProblem

MOST_BYTES = 256 << 20


def read_records(path: Path) -> tuple[dict[str, Any], list[pa.Table]]:
    """Return {"geojson": True} and no table for GeoJSON, else the headings of each table: the records, their repeats.

    Raises `DataProblem`.
    """
    name = path.name
    damaged = DataProblem(f"‘{name}’ cannot be read as JSON; it is damaged or cut off. Export it again as CSV.")
    if path.stat().st_size > MOST_BYTES:
        raise DataProblem(f"‘{name}’ is too large for JSON; export it as CSV, which is streamed.")
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise damaged from problem
    if (
        isinstance(content, dict)
        and content.get("type") in ("FeatureCollection", "Feature")
        and "results" not in content
    ):
        return {"geojson": True}, []
    records = _records(content)
    if not records:
        raise DataProblem(
            f"‘{path.name}’ is JSON but no list of records; export the data as CSV or XLSX and import that.",
        )
    repeats = _repeats(records)
    if repeats:
        records = [{**record, "_index": number} for number, record in enumerate(records, start=1)]
    tables = {"": records, **repeats}
    headings = {name: list(dict.fromkeys(str(key) for row in rows for key in row)) for name, rows in tables.items()}
    return {"names": list(tables), "headings": list(headings.values())}, [
        pa.table(
            [pa.array([_text(row.get(key)) for row in rows], pa.string()) for key in headings[name]],
            names=[f"c{n}" for n in range(len(headings[name]))],
        )
        for name, rows in tables.items()
    ]


def _repeats(records: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Take the repeats (lists of records inside a record) out; each becomes a table that names its parent's row."""
    repeats: dict[str, list[dict[str, Any]]] = {}
    for number, record in enumerate(records, start=1):
        for name in [name for name, value in record.items() if _is_repeat(value)]:
            rows = [_flat(item) for item in record.pop(name) if isinstance(item, dict)]
            held = repeats.setdefault(name.rsplit("/", 1)[-1], [])
            held += [{**row, "_index": len(held) + n, "_parent_index": number} for n, row in enumerate(rows, start=1)]
    return repeats


def _is_repeat(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _records(content: Any) -> list[dict[str, Any]]:
    """Return the records of the shapes in use."""
    if isinstance(content, dict):
        heads, rows = content.get("headers"), content.get("rows")
        if isinstance(heads, list) and isinstance(rows, list):  # DHIS2 analytics
            names = [str(head.get("column") or head.get("name")) for head in heads if isinstance(head, dict)]
            return [dict(zip(names, row, strict=False)) for row in rows if isinstance(row, list)]
        content = next((content[name] for name in ("results", "value", "data", "records", "events", "items")
                        if isinstance(content.get(name), list)), [])  # fmt: skip
    if not isinstance(content, list):
        return []
    return [_flat(record) for record in content if isinstance(record, dict)]


def _flat(record: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return nested records as one, with the names joined by a slash, as KoboToolbox writes groups."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        full = f"{before}{name}"
        if isinstance(value, dict):
            flat |= _flat(value, f"{full}/")
        else:
            flat[full] = value
    return flat


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
