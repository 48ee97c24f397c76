"""Read prepared corridors back, with the standard library alone.

Refuses a missing or damaged file in one sentence. `prepare.run` writes the files read here.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from geodata.corridors.rows import CorridorRow, CountyCorridors, LegFeature, LegRow, PassingRow, PlaceRow
from geodata.values import DataProblem

LEGS = "legs.geojson"
HASHES = "files.json"
"""SHA-256 of every other file, so that damage is seen at the start and not on the map."""
TABLES = ("places", "corridors", "corridor_counties", "county_corridors")


@dataclass(frozen=True)
class Prepared:
    """Everything about corridors for one boundary edition; `;`-joined columns are tuples here."""

    legs: tuple[LegFeature, ...]
    """In the order of corridors and their stops."""
    places: tuple[PlaceRow, ...]
    corridors: tuple[CorridorRow, ...]
    corridor_counties: tuple[PassingRow, ...]
    """County × corridor."""
    county_corridors: tuple[CountyCorridors, ...]
    """One row per county."""

    @cached_property
    def leg_rows(self) -> tuple[LegRow, ...]:
        """What the legs say, without their lines."""
        return tuple(leg["properties"] for leg in self.legs)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _yes(text: str) -> bool:
    return text == "True"


_ALONG = ("upstream", "downstream", "upstream_countries", "downstream_countries")
_LISTS = frozenset(
    {"kinds", "corridors", "source_ids", "corridors_stopping", "corridors_drawn", "stops", "trunk", "counties", *_ALONG}
)
_WHOLE = frozenset(
    {"n_stops", "n_sources", "n_legs", "n_stated", "n_stopping", "n_drawn", "drawn_km", "last_confirmed"}
)
_NUMBERS = frozenset({"lat", "lon", "length_km"})


def _reader(column: str) -> Callable[[str], object]:
    if column in _LISTS:
        return _list
    if column in _WHOLE:
        return _whole
    if column in _NUMBERS:
        return _number
    return _yes if column == "country_level" else str


def load_prepared(folder: Path) -> Prepared:
    """Return the prepared corridors of one boundary edition."""
    try:
        whole = (folder / HASHES).read_text(encoding="utf-8") == hashes(folder)
        legs = json.loads((folder / LEGS).read_text(encoding="utf-8"))["features"]
        tables = {name: _table(folder / f"{name}.csv") for name in TABLES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataProblem(
            f"The prepared corridors in {folder.name} are missing or damaged ({type(error).__name__}); "
            "run `python app.py build` to make them again."
        ) from error
    if not whole:
        raise DataProblem(
            f"The prepared corridors in {folder.name} are not as they were written; "
            "run `python app.py build` to make them again."
        )
    return Prepared(legs=tuple(legs), **tables)


def hashes(folder: Path) -> str:
    """Return the content of files.json for the files as they are."""
    names = sorted([LEGS, *(f"{name}.csv" for name in TABLES)])
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    return json.dumps(digests, indent=1) + "\n"


def _table(path: Path) -> tuple[Any, ...]:
    with path.open(encoding="utf-8", newline="") as stream:
        lines = csv.DictReader(stream, strict=True)
        readers = {column: _reader(column) for column in lines.fieldnames or ()}
        return tuple({column: readers[column](text) for column, text in line.items()} for line in lines)
