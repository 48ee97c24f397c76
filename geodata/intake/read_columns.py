"""Read a table once, chunk by chunk, and keep only small integers, marks and coordinates' counties.

Text is replaced by the number of its distinct value the moment it arrives, so memory stays far below the
file's size and every distinct word is understood once, however often it is written. Private columns are
counted and let go; case numbers leave as keyed marks; coordinates leave as counties.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geodata.intake import privacy
from geodata.intake.columns import Reading, quarantined
from geodata.intake.keys import CaseKey
from geodata.intake.table import OVERFLOW, PART, ROW, Table, column
from geodata.matching.points import PointMatcher

Codes = NDArray[np.uint32]
NO_POINT, OUTSIDE = -2, -1
_NUMERIC = frozenset({"latitude", "longitude", "geopoint"})
_DATES = frozenset({"date", "birth_date"})
_PAIR = r"^\s*\(?\s*([-+]?\d{1,3}(?:\.\d+)?)[,;\s]+([-+]?\d{1,3}(?:\.\d+)?)"


@dataclass(slots=True)
class Gathered:
    """A table turned into numbers.

    rows:      spreadsheet row number of each row that holds anything.
    codes:     field (or flag:<place>) → per row the number of its distinct value; 0 is an empty cell.
    words:     number → distinct value, shared by all fields.
    marks:     keyed mark per row.
    points:    per row the index of the county the coordinates lie in, −1 outside, −2 none given.
    swapped:   rows whose latitude and longitude were exchanged.
    overflow:  rows with a cell beyond the last heading.
    dropped:   kind of private data ("" for columns just not needed) → (cells, columns).
    """

    rows: NDArray[np.int32]
    codes: dict[str, Codes]
    words: dict[int, str]
    marks: pa.ChunkedArray
    points: NDArray[np.int16]
    swapped: NDArray[np.bool_]
    overflow: NDArray[np.bool_]
    dropped: dict[str, tuple[int, int]] = field(default_factory=dict)

    def distinct(self, name: str) -> NDArray[np.uint32]:
        """Return the numbers of the values a field holds, ascending, empty cells included."""
        seen = np.zeros(int(self.codes[name].max(initial=0)) + 1, dtype=bool)
        seen[self.codes[name]] = True
        return np.flatnonzero(seen).astype(np.uint32)


class Gatherer:
    """Collects one table."""

    def __init__(self, table: Table, reading: Reading, key: CaseKey, id_prefix: str) -> None:
        """Take what was found about the columns; ``id_prefix`` keeps cases of datasets apart."""
        self.table, self.reading, self.key, self.id_prefix = table, reading, key, id_prefix
        self.counting_ids = False
        self._kind = pl.Categorical(pl.Categories.random())
        # The empty cell is number 0. Polars forgets the numbers when the last column using them goes: hold one.
        self._anchor = pl.Series([""]).cast(self._kind)
        self._coded = {name: place for name, place in reading.fields.items() if name not in _NUMERIC | {"case_id"}}
        self._coded |= {f"flag:{flag.place}": flag.place for flag in reading.flags}
        self._quarantine = quarantined(table, reading)
        self._cells = dict.fromkeys(self._quarantine, 0)
        self._sensitive = {"birth_date": privacy.BIRTH_DATE, **dict.fromkeys(_NUMERIC, privacy.GPS)}
        self._used_cells: dict[str, int] = {}

    def gather(self, points: Callable[[], PointMatcher], tick: Callable[[int], None]) -> Gathered:
        """Read everything. ``points`` is asked for only when there are coordinates; ``tick`` hears of rows."""
        parts: dict[str, list[Codes]] = {name: [] for name in self._coded}
        words: dict[int, str] = {0: ""}
        rows: list[Any] = []
        places: list[Any] = []
        swapped: list[Any] = []
        overflow: list[Any] = []
        marks: list[pa.Array] = []
        start = self.table.first_row
        for chunk in self.table.chunks:
            numbers = np.arange(start, start + chunk.height, dtype=np.int32)
            if ROW in chunk.columns:
                numbers = chunk[ROW].to_numpy().astype(np.int32)
            start += chunk.height
            numbers, chunk = _without_blank_rows(numbers, chunk)  # noqa: PLW2901 - the same chunk
            coded = chunk.select(self._expressions())
            known = len(words)
            for name in self._coded:
                numbered = coded[name].to_physical()
                parts[name].append(numbered.to_numpy())
                if (numbered >= known).any():  # words are numbered in order of first use
                    seen = coded[name].filter(numbered >= known).unique()
                    words.update(zip(seen.to_physical().to_list(), seen.cast(pl.String).to_list(), strict=True))
            rows.append(numbers)
            marks.append(self._marks(chunk, numbers))
            place, turned = self._places(chunk, points)
            places.append(place)
            swapped.append(turned)
            beyond = (
                chunk[OVERFLOW].is_not_null().to_numpy() if OVERFLOW in chunk.columns else np.zeros(len(numbers), bool)
            )
            overflow.append(beyond)
            self._count(chunk)
            tick(chunk.height)
        if len(set(words.values())) != len(words) or max(words) != len(words) - 1:
            raise RuntimeError("the numbering of distinct words is not one to one")
        return Gathered(
            _joined(rows, np.int32), {name: _joined(some, np.uint32) for name, some in parts.items()}, words,
            pa.chunked_array(marks, pa.string()), _joined(places, np.int16), _joined(swapped, np.bool_),
            _joined(overflow, np.bool_), self._dropped(),
        )  # fmt: skip

    def _expressions(self) -> list[pl.Expr]:
        text_columns = []
        for name, place in self._coded.items():
            cells = pl.col(column(place)).str.strip_chars().fill_null("")
            if name in _DATES:  # a time of day tells cases apart, never months
                cells = cells.str.replace(r"^(\d{4}-\d{2}-\d{2})[T ].*$", "$1")
            text_columns.append(cells.cast(self._kind).alias(name))
        return text_columns

    def _marks(self, chunk: pl.DataFrame, numbers: NDArray[np.int32]) -> pa.Array:
        place = self.reading.fields.get("case_id")
        by_row = f"{self.id_prefix}\x1frow\x1f"
        parts = chunk[PART].to_list() if PART in chunk.columns else [""] * chunk.height
        if place is None:
            rows = zip(numbers.tolist(), parts, strict=True)
            return self.key.marks(by_row, (f"{row}{part}" for row, part in rows))
        ids = chunk[column(place)].str.strip_chars().fill_null("")
        if PART in chunk.columns and (self.table.part_counts or self.counting_ids):
            ids = (ids + "\x1f" + chunk[PART]).set((ids == ""), "")
        marks = self.key.marks(f"{self.id_prefix}\x1fid\x1f", ids.to_list())
        empty = (ids == "").to_numpy()
        if not empty.any():
            return marks
        others = self.key.marks(by_row, map(str, numbers[empty].tolist()))
        return pc.replace_with_mask(marks, pa.array(empty), others)

    def _places(
        self, chunk: pl.DataFrame, points: Callable[[], PointMatcher]
    ) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        lon, lat = self._coordinates(chunk)
        turned = np.zeros(chunk.height, dtype=bool)
        county_of_row = np.full(chunk.height, NO_POINT, dtype=np.int16)
        if lon is None or lat is None:
            return county_of_row, turned
        given = np.isfinite(lon) & np.isfinite(lat) & ~((lon == 0) & (lat == 0))
        # Kenya lies between 33 and 42 east and between 5 south and 5.5 north: exchanged numbers show themselves.
        turned = given & (lat > 33) & (lat < 42.5) & (lon > -5) & (lon < 5.6)
        east, north = np.where(turned, lat, lon), np.where(turned, lon, lat)
        if given.any():
            county_of_row[given] = points().match(east[given], north[given])
        return county_of_row, turned

    def _coordinates(self, chunk: pl.DataFrame) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
        fields = self.reading.fields
        if self.table.points:
            return chunk["lon"].to_numpy(), chunk["lat"].to_numpy()
        if "latitude" in fields and "longitude" in fields:
            pair = [chunk[column(fields[name])] for name in ("longitude", "latitude")]
        elif "geopoint" in fields:
            cells = chunk[column(fields["geopoint"])].str.replace_all(r"[\[\]'\"]", "")
            pair = [cells.str.extract(_PAIR, group) for group in (2, 1)]  # Kobo writes latitude first
        else:
            return None, None
        numbers = [cells.str.strip_chars().cast(pl.Float64, strict=False).fill_null(float("nan")) for cells in pair]
        return numbers[0].to_numpy(), numbers[1].to_numpy()

    def _count(self, chunk: pl.DataFrame) -> None:
        """Count the cells that are let go."""
        names = {place: column(place) for place in self._quarantine if column(place) in chunk.columns}
        for place, name in names.items():
            self._cells[place] += chunk.height - chunk[name].null_count()
        for field_name, kind in self._sensitive.items():
            if field_name in self.reading.fields:
                filled = int(_filled(chunk, column(self.reading.fields[field_name])).sum())
                self._used_cells[kind] = self._used_cells.get(kind, 0) + filled
        if self.table.points:
            self._used_cells[privacy.GPS] = self._used_cells.get(privacy.GPS, 0) + chunk.height

    def _dropped(self) -> dict[str, tuple[int, int]]:
        dropped: dict[str, tuple[int, int]] = {}
        for place, kind in self._quarantine.items():
            cells, columns = dropped.get(kind, (0, 0))
            dropped[kind] = (cells + self._cells[place], columns + 1)
        for kind, filled in self._used_cells.items():
            cells, columns = dropped.get(kind, (0, 0))
            dropped[kind] = (cells + filled, columns + 1)
        return dropped


def _without_blank_rows(numbers: NDArray[np.int32], chunk: pl.DataFrame) -> tuple[NDArray[np.int32], pl.DataFrame]:
    """Return a chunk without rows that hold nothing; row numbers stay those of the file."""
    if any(not cells.null_count() for cells in chunk.iter_columns() if cells.name not in (ROW, PART)):
        return numbers, chunk
    cells = [name for name in chunk.columns if name not in (ROW, PART)]
    blank = chunk.select(pl.all_horizontal(pl.col(cells).is_null())).to_series()
    if not blank.any():
        return numbers, chunk
    return numbers[~blank.to_numpy()], chunk.filter(~blank)


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _filled(chunk: pl.DataFrame, name: str) -> NDArray[np.bool_]:
    if name not in chunk.columns:
        return np.zeros(chunk.height, dtype=bool)
    return chunk[name].is_not_null().to_numpy()
