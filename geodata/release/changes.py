"""What changed between two releases of one dataset: every figure that differs, and why.

Compares released cells, manifests and attachments; nothing else is needed, so anybody who has both folders can do it
again. Causes: ``new_data`` (a new event), ``correction`` (an event changed or taken out), ``rule`` (a written rule or
the policy changed), ``boundary`` (another boundary edition), ``chance``. For the public record the events themselves
tell the cause. A protected release has no events, and its figures are estimates: a difference is held against its own
standard error, and one that can be chance says so; only what either release shows is
compared. Refuses two releases of different datasets or policies.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geodata.release.estimates import THOUSAND, TWO_SIDED_95, errors_of, floor_of
from geodata.release.manifest import PROTECTED, PUBLIC_RECORD, Manifest
from geodata.release.reader import Release
from geodata.release.released_cells import CellTable, Value
from geodata.values import DataProblem

NEW_DATA, CORRECTION, RULE, BOUNDARY, CHANCE = "new_data", "correction", "rule", "boundary", "chance"
CAUSES = (NEW_DATA, CORRECTION, RULE, BOUNDARY, CHANCE)
EVENTS = "incidents.csv"
KEYS = {EVENTS: "id", "sources.csv": "source_id"}
"""Attachment → the column that names its rows."""
RULES = ("policy", "dims", "measures", "tables", "schema_version")
"""What of a manifest is a rule."""
ABOUT = ("title", "period", "coverage", "notes", "synthetic")
"""What else of a manifest is compared; lists of sources and domains follow from rows and cells."""

_At = tuple[tuple[str, ...], tuple[Value, ...], str]
Counts = dict[tuple[Value, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that differs.

    dims, cell: which cell. before, after: its count, None where the cell is not there (no report found, or not
    shown). causes: of `CAUSES`, one or more. events: ids of the events behind it, where events are known.
    error: standard error of the difference between two estimates, None between exact counts.
    """

    dims: tuple[str, ...]
    cell: tuple[Value, ...]
    measure: str
    before: int | None
    after: int | None
    causes: tuple[str, ...]
    events: tuple[str, ...] = ()
    certain: bool = True
    error: float | None = None

    def value(self, dim: str) -> Value | None:
        """Return the cell's value of a dimension, None where it is not crossed."""
        return self.cell[self.dims.index(dim)] if dim in self.dims else None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of an attachment that was added, removed or changed.

    row: as it is now, or was last. fields: column → (before, after) where it changed.
    """

    file: str
    key: str
    kind: str
    row: Mapping[str, str]
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardChange:
    """One entry of the manifest that differs, with its cause (rule, boundary, or empty where none follows)."""

    name: str
    before: Any
    after: Any
    cause: str


@dataclass(frozen=True, slots=True)
class ReleaseChanges:
    """Everything that differs between two releases; all empty when nothing does.

    tables: dimensions → number of cells, of tables that only one release has (their figures are not compared).
    """

    before: str
    after: str
    policy: str
    figures: tuple[Change, ...]
    rows: tuple[RowChange, ...]
    card: tuple[CardChange, ...]
    tables_added: Mapping[tuple[str, ...], int]
    tables_removed: Mapping[tuple[str, ...], int]


def compare(before: Release, after: Release) -> ReleaseChanges:
    """Return what differs; raise DataProblem for releases that do not compare."""
    old, new = before.manifest, after.manifest
    if (old.dataset, old.policy) != (new.dataset, new.policy):
        raise DataProblem(
            f"Release {old.id[:12]} ({old.dataset}, {old.policy}) and release {new.id[:12]} ({new.dataset}, "
            f"{new.policy}) do not compare; choose two releases of one dataset."
        )
    rows = tuple(_rows(before, after))
    card = tuple(_card(old, new))
    why = _Why(before, after, rows, card)
    mine, theirs = _tables(before), _tables(after)
    differing = estimate_changes if new.policy == PROTECTED else _figures
    figures = [
        change
        for dims in sorted(mine.keys() & theirs.keys(), key=lambda d: (len(d), d))
        for change in differing(mine[dims], theirs[dims], before, after, why)
    ]
    return ReleaseChanges(
        before=old.id,
        after=new.id,
        policy=new.policy,
        figures=tuple(figures),
        rows=rows,
        card=card,
        tables_added={t.dims: len(t.codes) for d, t in theirs.items() if d not in mine},
        tables_removed={t.dims: len(t.codes) for d, t in mine.items() if d not in theirs},
    )


def _tables(release: Release) -> dict[tuple[str, ...], CellTable]:
    return {tuple(sorted(table.dims)): table for table in release.cells.tables}


def _cells(table: CellTable, release: Release, dims: tuple[str, ...], measures: Iterable[str]) -> Counts:
    domains, place = release.cells.domains, [table.dims.index(dim) for dim in dims]
    column = [release.cells.measures.index(measure) for measure in measures]
    named = [domains[dim] for dim in dims]
    return {
        tuple(values[code[at]] for values, at in zip(named, place, strict=True)): tuple(row[c] for c in column)
        for code, row in zip(table.codes.tolist(), table.counts.tolist(), strict=True)
    }


def _figures(mine: CellTable, theirs: CellTable, before: Release, after: Release, why: _Why) -> Iterable[Change]:
    dims = theirs.dims
    measures = [m for m in after.cells.measures if m in before.cells.measures]
    old, new = _cells(mine, before, dims, measures), _cells(theirs, after, dims, measures)
    cells = [cell for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)]
    for cell in sorted(cells, key=lambda values: tuple((str(type(v)), v) for v in values)):
        was, now = old.get(cell), new.get(cell)
        for at, measure in enumerate(measures):
            a, b = was[at] if was else None, now[at] if now else None
            if a != b:
                causes, events, certain = why.of((dims, cell, measure), a, b)
                yield Change(dims, cell, measure, a, b, causes, events, certain)


def estimate_changes(
    mine: CellTable, theirs: CellTable, before: Release, after: Release, why: _Why
) -> Iterable[Change]:
    """Yield what differs between two tables of estimates, each difference with its standard error."""
    dims = theirs.dims
    error = _error_of_difference(dims, mine.dims, before, after)
    old, new = _shown(mine, before, dims), _shown(theirs, after, dims)
    for cell in sorted(old.keys() | new.keys(), key=lambda values: tuple((str(type(v)), v) for v in values)):
        was, now = old.get(cell), new.get(cell)
        if was == now:
            continue
        clear = was is not None and now is not None and abs(now - was) > TWO_SIDED_95 * error
        causes, _, _ = why.of((dims, cell, "persons"), was, now)
        likely = causes if clear else (*(c for c in causes if c in (RULE, BOUNDARY)), CHANCE)
        yield Change(dims, cell, "persons", was, now, likely, (), clear, round(error, 2))


def _shown(table: CellTable, release: Release, dims: tuple[str, ...]) -> dict[tuple[Value, ...], int]:
    """Return the cells of a table that are shown, in whole persons."""
    least = floor_of(errors_of(release.manifest.protection)[table.dims].standard_error())
    cells = _cells(table, release, dims, release.cells.measures)
    return {cell: round(count / THOUSAND) for cell, (count,) in cells.items() if count / THOUSAND >= least}


def _error_of_difference(dims: tuple[str, ...], other: tuple[str, ...], before: Release, after: Release) -> float:
    """Return the standard error of a difference; measurements that both releases rest on do not add to it."""
    first = errors_of(before.manifest.protection)[other].standard_error() ** 2
    second = errors_of(after.manifest.protection)[dims].standard_error() ** 2
    old, new = (
        {measurement["sha256"] for measurement in r.manifest.protection["measurements"]} for r in (before, after)
    )
    together = second - first if old <= new else first - second if new <= old else first + second
    return math.sqrt(max(together, 0.0))


class _Why:
    """Finds the cause of a change from the events, else from the manifests, else from its direction."""

    def __init__(self, before: Release, after: Release, rows: Iterable[RowChange], card: Iterable[CardChange]) -> None:
        """Note which events changed, and how."""
        dims = after.manifest.dims
        self.changed = {row.key: row for row in rows if row.file == EVENTS}
        self.general = tuple(dict.fromkeys(change.cause for change in card if change.cause))
        self.reborder = BOUNDARY in self.general
        known = all(EVENTS in release.manifest.files for release in (before, after))
        old, new = (_read(before, EVENTS), _read(after, EVENTS)) if known else ({}, {})
        self.known = known and after.manifest.policy == PUBLIC_RECORD
        self.dims = dims
        self.behind: dict[tuple[tuple[str, ...], str], list[str]] = {}
        for key in self.changed:
            was, now = _gives(old.get(key), dims), _gives(new.get(key), dims)
            for at in was.keys() | now.keys():
                if was.get(at) != now.get(at):
                    self.behind.setdefault(at, []).append(key)

    def of(self, at: _At, before: int | None, after: int | None) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
        """Return causes, events behind them, and whether they are certain."""
        dims, cell, measure = at
        events: tuple[str, ...] = ()
        if self.known and dims == self.dims:
            events = tuple(sorted(self.behind.get((tuple(map(str, cell)), measure), ())))
        if events:
            causes = {self._cause(self.changed[key]) for key in events}
            return tuple(cause for cause in CAUSES if cause in causes), events, True
        likely = NEW_DATA if (after or 0) >= (before or 0) else CORRECTION
        general = tuple(c for c in self.general if c != BOUNDARY or "county" in dims)
        return (*general, likely), (), False

    def _cause(self, row: RowChange) -> str:
        if row.kind == "added":
            return NEW_DATA
        fields = row.fields
        if row.kind == "removed":
            return CORRECTION
        if "is_withheld" in fields or ("nature" in fields and "form" not in fields):
            return RULE
        if self.reborder and "county" in fields and "place" not in fields:
            return BOUNDARY
        return CORRECTION


def _gives(row: Mapping[str, str] | None, dims: tuple[str, ...]) -> dict[tuple[tuple[str, ...], str], int]:
    """Return what one event adds to which figure."""
    if row is None:
        return {}
    cell = tuple(row.get(dim, "") for dim in dims)
    persons = row.get("persons", "")
    counts = {"incidents": 1, "persons": int(float(persons or 0)), "incidents_unstated": int(not persons)}
    return {(cell, measure): count for measure, count in counts.items()}


def _rows(before: Release, after: Release) -> Iterable[RowChange]:
    for file, key in KEYS.items():
        if not all(file in release.manifest.files for release in (before, after)):
            continue
        old, new = _read(before, file, key), _read(after, file, key)
        for name in sorted(old.keys() | new.keys()):
            if name not in old or name not in new:
                here = new.get(name) or old[name]
                yield RowChange(file, name, "added" if name in new else "removed", here)
                continue
            columns = dict.fromkeys((*old[name], *new[name]))
            pairs = {column: (old[name].get(column, ""), new[name].get(column, "")) for column in columns}
            fields = {column: pair for column, pair in pairs.items() if pair[0] != pair[1]}
            if fields:
                yield RowChange(file, name, "changed", new[name], fields)


def _read(release: Release, file: str, key: str = "id") -> dict[str, dict[str, str]]:
    try:
        text = release.attachment(file).decode("utf-8")
        return {row[key]: row for row in csv.DictReader(io.StringIO(text))}
    except (UnicodeDecodeError, KeyError, csv.Error) as problem:
        raise DataProblem(
            f"The file {file} of release {release.id[:12]} cannot be read as a table with a column '{key}'; "
            "compare two releases made by `python app.py build`."
        ) from problem


def _card(old: Manifest, new: Manifest) -> Iterable[CardChange]:
    for name in (*RULES, "boundary_edition", *ABOUT):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            cause = RULE if name in RULES else BOUNDARY if name == "boundary_edition" else ""
            yield CardChange(name, before, after, cause)
