"""Where an event's id leads, old or present: ids of before November 2026 only where they betray nothing."""

from __future__ import annotations

from geodata.facts import redirects
from geodata.query.world import World


def event_of(world: World, asked: str) -> tuple[str, str] | None:
    """Return (present id, county or KE) of an event; None for an id that is not known or may not be told."""
    present = redirects.load(world.settings).get(asked, asked)
    events = world.events
    rows = events.loc[events["id"] == present, "county"]
    return (present, str(rows.iloc[0])) if len(rows) else None
