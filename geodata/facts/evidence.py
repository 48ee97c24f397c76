"""The evidence files as text tables, with the row number kept for every sentence of complaint.

Refuses a missing file, a changed file (its SHA-256 differs from the edition's), a missing column.
Everything is text here; each fact's own module turns text into values.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd

from geodata.settings import DataSettings
from geodata.values import DataProblem

FILES: dict[str, tuple[str, ...]] = {
    "counties": ("pcode", "code", "iso", "name", "capital", "former_province", "population_2019", "area_km2"),
    "sources": ("source_id", "title", "publisher", "date", "url", "type"),
    "incidents": (
        "id",
        "date",
        "date_precision",
        "county",
        "place",
        "persons",
        "nationality",
        "form",
        "nature",
        "withheld",
    ),
    "incident_marks": ("id", "mark", "counted_in", "note"),
    "classifications": ("county", "role", "forms", "statement", "year", "source_id", "locator", "confidence"),
    "corridors": ("corridor_id", "name", "origin_iso3", "destination_iso3", "mode", "nature", "source_ids"),
    "corridor_stops": ("corridor_id", "seq", "place", "iso3", "kind", "alt_to", "lat", "lon", "source_id"),
    "main_roads": ("road_id", "road", "seq", "place", "iso2", "lat", "lon", "coord_source", "geonames_id"),
    "responses": ("county", "kind", "name", "quantity", "unit", "organisations", "statement", "source_id", "concerns"),
    "national_series": ("year", "indicator", "value", "unit", "source_id", "note"),
    "regional_programme": ("name", "donors", "partners", "countries", "period", "source_id"),
    "county_facts": ("county", "fact", "value", "source_id", "locator"),
    "second_sources": ("incident_id", "url", "publisher", "title", "date"),
    "outcomes": ("incident_id", "people", "suspects", "basis", "words"),
    "helplines": ("number", "name", "for_whom", "hours", "sources", "official", "source_publisher", "url", "read"),
    "numbers_you_may_hear": ("claim", "said_by", "year", "what_it_is", "why_careful", "urls"),
}
"""Each evidence file and the columns that must be there."""

EDITION = "edition.json"


def folder(settings: DataSettings) -> Path:
    """Return the folder that holds the evidence files."""
    return settings.record / "evidence"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def edition(settings: DataSettings) -> dict[str, object]:
    """Return the evidence edition: the date it was carried in and each file's SHA-256."""
    path = folder(settings) / EDITION
    try:
        facts: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataProblem(
            f"The list of evidence files, {path.name}, is missing or damaged; expected the file that came with "
            "Njia; restore it from the original copy, or run `python app.py build`."
        ) from error
    return facts


def read(settings: DataSettings, name: str, *, verify: bool = True) -> pd.DataFrame:
    """Return one evidence file as text columns plus `row` (the line in the file, header = 1).

    With `verify`, refuse a file whose bytes are not those of the edition.
    """
    path = folder(settings) / f"{name}.csv"
    if not path.is_file():
        raise DataProblem(f"The evidence file {path.name} is missing; restore it from the original copy of Njia.")
    if verify:
        hashes = edition(settings).get("files")
        if not isinstance(hashes, dict) or hashes.get(path.name) != sha256_of(path):
            raise DataProblem(
                f"The evidence file {path.name} is not the one that was checked: its contents changed; restore the "
                "original, or, if you edited it on purpose, run `python app.py build` to check it and take it over."
            )
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError) as error:
        raise DataProblem(f"The evidence file {path.name} cannot be read as a UTF-8 CSV table: {error}.") from error
    missing = [column for column in FILES[name] if column not in table.columns]
    if missing:
        raise DataProblem(f"The evidence file {path.name} lacks the column(s) {', '.join(missing)}.")
    for column in table.columns:
        table[column] = table[column].str.strip()
    table["row"] = range(2, len(table) + 2)
    return table


def complain(name: str, row: int, what: str) -> DataProblem:
    """Return the problem sentence for one row of one evidence file."""
    return DataProblem(f"{name}.csv, row {row}: {what}")
