"""What became of the people and of the suspects of the events on show."""

from __future__ import annotations

from typing import Literal

from geodata.facts.outcomes import PeopleOutcome, SuspectOutcome
from geodata.query.world import World

__all__ = ["PeopleOutcome", "SuspectOutcome", "outcomes_of"]


def outcomes_of(world: World, whose: Literal["people", "suspects"]) -> tuple[str, ...]:
    """Return the outcomes that occur, in the order of their list; an event may have several for the people."""
    known = {code for codes in world.events[f"outcome_{whose}"] for code in str(codes).split(";")}
    listed = PeopleOutcome if whose == "people" else SuspectOutcome
    return tuple(each.value for each in listed if each.value in known)
