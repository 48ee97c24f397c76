"""Releases that were published before, and what changed between two of them: the dashboard's door to both stores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from geodata.build.locations import PUBLIC, public_store
from geodata.query.world import World
from geodata.release.audience import seen_on_site
from geodata.release.changes import Change, ReleaseChanges, RowChange, compare
from geodata.release.reader import NotAnswerable, Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import DataProblem

__all__ = [
    "Archived",
    "CountyChanges",
    "NotAnswerable",
    "Release",
    "ReleaseChanges",
    "changes_for_county",
    "open_release",
    "release_before",
    "release_changes",
    "shown_releases",
]


@dataclass(frozen=True, slots=True)
class Archived:
    """One release that may be shown. state: current or earlier; withdrawn ones are not listed."""

    id: str
    dataset: str
    title: str
    policy: str
    published: str
    state: str


@dataclass(frozen=True, slots=True)
class CountyChanges:
    """What differs for one county since the release before; empty figures and events when nothing does.

    before: id of the release before, empty when this is the first.
    """

    before: str
    after: str
    published: str
    figures: tuple[Change, ...] = ()
    events: tuple[RowChange, ...] = ()


def shown_releases(world: World) -> tuple[Archived, ...]:
    """Return every release that may be shown, newest first within its dataset, the public record first."""
    rows = []
    for store in _stores(world.settings):
        for name in store.datasets() if store.root.is_dir() else ():
            cards = [(card, state) for card, state in store.releases(name) if state != "withdrawn"]
            rows += [
                Archived(card.id, name, card.title or name, card.policy, card.published, state)
                for card, state in reversed(cards)
            ]
    return tuple(sorted(rows, key=lambda release: release.dataset != PUBLIC))


def open_release(world: World, release_id: str) -> Release:
    """Open a release by its id or the start of it, current or not; raise DataProblem when withdrawn or unknown."""
    stores = [store for store in _stores(world.settings) if store.root.is_dir()]
    for store in stores:
        try:
            store.find(release_id)
        except DataProblem:
            continue
        return store.open(release_id)
    raise DataProblem(
        f"There is no release '{release_id[:64]}' here; expected the id, or its first six or more characters, of a "
        "release that is kept; it may have been published on another installation."
    )


def release_changes(world: World, before: str, after: str) -> ReleaseChanges:
    """Return what changed from one release to another; raise DataProblem when one cannot be shown or compared."""
    first, second = open_release(world, before), open_release(world, after)
    return _compared(world.settings, first.id, second.id)


def release_before(world: World, dataset: str) -> str:
    """Return the id of the release a dataset showed before its current one, empty when there is none."""
    current = world.releases[dataset].id
    for store in _stores(world.settings):
        standing = store.ledger(dataset).standing() if store.root.is_dir() else ()
        if current in standing:
            return next(reversed(standing[: standing.index(current)]), "")
    return ""


@lru_cache(maxsize=256)
def changes_for_county(world: World, pcode: str, dataset: str = PUBLIC) -> CountyChanges:
    """Return what changed for a county since the release before."""
    current = world.releases[dataset]
    before = release_before(world, dataset)
    if not before:
        return CountyChanges("", current.id, current.manifest.published)
    changes = release_changes(world, before, current.id)
    return CountyChanges(
        before,
        current.id,
        current.manifest.published,
        tuple(change for change in changes.figures if change.value("county") == pcode),
        tuple(change for change in changes.rows if change.file == "incidents.csv" and _touches(change, pcode)),
    )


def _touches(row: RowChange, pcode: str) -> bool:
    """Say whether an event is, or was, of a county."""
    return pcode in (row.row.get("county"), *row.fields.get("county", ()))


def _stores(settings: DataSettings) -> tuple[Store, Store]:
    return public_store(settings), Store(settings.releases, seen_on_site(partners=settings.partners))


@lru_cache(maxsize=8)
def _compared(settings: DataSettings, before: str, after: str) -> ReleaseChanges:
    stores = [store for store in _stores(settings) if store.root.is_dir()]

    def opened(release_id: str) -> Release:
        return next(s for s in stores if any(release_id in s.ledger(n).history for n in s.datasets())).open(release_id)

    return compare(opened(before), opened(after))
