"""Publishing from the desk: a dry run in sentences, then the release; the same functions the command calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from geodata.release.manifest import Manifest
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import DataProblem

PERIODS = ("window_5", "window_3", "year")
"""Ways to cut time in the preview, the coarsest first; "" is the whole period."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A dry run: what would be published. sentences: for the publisher to read and sign."""

    dataset: str
    manifest: Manifest
    sentences: tuple[str, ...]
    two_sources: bool
    made: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Preview:
    """The table a reader will see. rows: (county, cells); a cell is a number or None, not shown."""

    by: str
    choices: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    hidden: tuple[str, ...]
    total: int | None


def today() -> date:
    """Return the day a release is signed with."""
    return datetime.now(UTC).date()


def store(settings: DataSettings) -> Store:
    """Return the store of this user's releases."""
    return Store(settings.releases)


def draft_release(settings: DataSettings, dataset: str, *, two_sources: bool) -> Draft:
    """Do everything publishing does, the evaluation included, except writing. Raises `DataProblem`."""
    raise DataProblem("This version of Njia cannot publish a caseload yet; the cases stay in the vault.")


def publish_release(settings: DataSettings, draft: Draft) -> Release:
    """Publish what a dry run showed. Raises `DataProblem`, and changes nothing, when the records have changed."""
    raise DataProblem("This version of Njia cannot publish a caseload yet; the cases stay in the vault.")


def preview(release: Release, names: dict[str, str], by: str | None) -> Preview:
    """Return county by period as a reader gets it; ``by`` None chooses the finest cut that still shows half."""
    choices = ("", *(dim for dim in PERIODS if release.answerable(("county", dim))))
    if by is None or by not in choices:
        by = _best(release, choices)
    if not by:
        frame = release.lookup(("county",))
        columns: tuple[str, ...] = ("",)
        cells: dict[str, tuple[int | None, ...]] = {
            str(row.county): (_shown(row.persons),) for row in frame.itertuples()
        }
    else:
        periods = release.values(by)
        frame = release.lookup(("county", by))
        found = {(str(row.county), getattr(row, by)): _shown(row.persons) for row in frame.itertuples()}
        columns = tuple(str(period) for period in periods)
        cells = {
            str(county): tuple(found.get((str(county), period)) for period in periods)
            for county in release.values("county")
        }
    rows = [(names.get(pcode, pcode), numbers) for pcode, numbers in cells.items()]
    rows.sort(key=lambda row: (-sum(number or 0 for number in row[1]), row[0]))
    shown = tuple(row for row in rows if any(number is not None for number in row[1]))
    hidden = tuple(sorted(name for name, numbers in rows if all(number is None for number in numbers)))
    return Preview(by, choices, columns, shown, hidden, release.total())


def _best(release: Release, choices: tuple[str, ...]) -> str:
    """Return the finest cut whose cells still hold half of the persons shown in all."""
    total = release.total() or 0
    for by in reversed(choices):
        dims = ("county", by) if by else ("county",)
        if 2 * int(release.lookup(dims)["persons"].sum()) >= total:
            return by
    return ""


def _shown(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def states(settings: DataSettings) -> dict[str, list[tuple[Manifest, str]]]:
    """Return every dataset with its releases, newest first."""
    held = store(settings)
    return {name: held.releases(name)[::-1] for name in (held.datasets() if settings.releases.is_dir() else ())}
