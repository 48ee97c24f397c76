"""What is new in the public record: each event with the day of the release that first carried it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from geodata.build.locations import PUBLIC
from geodata.facts.rows import EventRow
from geodata.query.releases import open_release, shown_releases
from geodata.query.world import World

MOST = 50
"""Entries of a feed."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event as a reader may see it."""

    row: EventRow
    since: str
    """Day (ISO) of the release that first carried it."""


def new_events(world: World, county: str = "") -> tuple[NewEvent, ...]:
    """Return the newest events, at most `MOST`, of one county (P-code) or of all.

    Within a release they stand by year and then by id, which says nothing: a finer order would tell the date of
    events that are told with their year only.
    """
    since = _first_published(world)
    listed = [NewEvent(row, since[row["id"]]) for row in world.event_rows if not county or row["county"] == county]
    listed.sort(key=lambda event: (event.since, event.row["year"], event.row["id"]), reverse=True)
    return tuple(listed[:MOST])


@lru_cache(maxsize=4)
def _first_published(world: World) -> dict[str, str]:
    """Return event id → day of the first release here that carried it."""
    first: dict[str, str] = {}
    for release in shown_releases(world):
        if release.dataset == PUBLIC:
            content = open_release(world, release.id).attachment("incidents.csv")
            for event_id in pd.read_csv(io.BytesIO(content), dtype=str, usecols=["id"])["id"]:
                first[event_id] = min(first.get(event_id, release.published), release.published)
    return {event_id: first.get(event_id, world.as_of) for event_id in world.events["id"]}
