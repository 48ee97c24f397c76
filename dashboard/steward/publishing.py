"""Publishing from the desk: a dry run in sentences, then the release; the same functions the command calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from geodata.release.cli import prepare, today
from geodata.release.manifest import Manifest
from geodata.release.protected import Rules
from geodata.release.publish import Prepared
from geodata.release.reader import Release
from geodata.release.report import sentences
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import NATIONAL, DataProblem
from geodata.vault import open_vault
from geodata.vault.batch import UNKNOWN

Stamp = tuple[tuple[tuple[int, int, int], ...], tuple[str, ...]]
PERIODS = ("window_5", "window_3", "year")
"""Ways to cut time in the preview, the coarsest first; "" is the whole period."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a release shows, for its publisher. error_…: persons a figure lies below the truth, None if not stated."""

    total: int
    counties: int
    error_county: float | None
    error_year: float | None


def shown_by(prepared: Prepared) -> Shown:
    """Return the few figures a publisher wants first; all of them are public."""
    total = prepared.cells.table(frozenset())
    by_county = prepared.cells.table(frozenset({"county"}))
    audit = prepared.manifest.audit
    errors = [audit.get(f"mean_error_{name}") for name in ("county", "county_by_year")]
    known = [float(error) if isinstance(error, int | float) else None for error in errors]
    if None in known:
        known = [None, None]
    domain = prepared.cells.domains.get("county", ())
    here = [domain[code] for code in by_county.codes[:, 0].tolist()] if by_county is not None else []
    return Shown(
        int(total.counts[0, 0]) if total is not None and len(total.counts) else 0,
        sum(value not in (UNKNOWN, NATIONAL) for value in here),
        *known,
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A dry run: what would be published. sentences: for the publisher to read and sign."""

    dataset: str
    prepared: Prepared
    sentences: tuple[str, ...]
    shown: Shown
    stamp: Stamp = field(repr=False)
    made: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def manifest(self) -> Manifest:
        """Return the card the release will have."""
        return self.prepared.manifest


@dataclass(frozen=True, slots=True)
class Preview:
    """The table a reader will see. rows: (county, cells); a cell is a number or None, not shown."""

    by: str
    choices: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    hidden: tuple[str, ...]
    total: int | None


def store(settings: DataSettings) -> Store:
    """Return the store of this user's releases."""
    return Store(settings.releases)


def draft_release(settings: DataSettings, dataset: str, rules: Rules, title: str = "") -> Draft:
    """Do everything publishing does, the evaluation included, except writing. Raises `DataProblem`."""
    stamp = _stamp(settings, dataset)
    prepared = prepare(settings, dataset, rules, title=title)
    return Draft(dataset, prepared, tuple(sentences(prepared.manifest)), shown_by(prepared), stamp)


def publish_release(settings: DataSettings, draft: Draft) -> Release:
    """Publish what a dry run showed. Raises `DataProblem`, and changes nothing, when it no longer fits."""
    if draft.stamp != _stamp(settings, draft.dataset):
        raise DataProblem(
            "Cases or releases of this dataset have changed since the trial; make a new trial, read it, then publish."
        )
    return draft.prepared.publish(store(settings), today())


def _stamp(settings: DataSettings, dataset: str) -> Stamp:
    """Return what a release of a dataset is made from and compared with."""
    batches = tuple((line.batch_id, line.revision, line.counted) for line in open_vault(settings).batches(dataset))
    ledger = store(settings).ledger(dataset)
    return batches, (*ledger.history, ledger.current or "", *sorted(ledger.withdrawn))


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
