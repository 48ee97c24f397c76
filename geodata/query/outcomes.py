"""What became of the people and of the suspects of the events on show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from geodata.facts.outcomes import PeopleOutcome, SuspectOutcome
from geodata.facts.rows import EventRow
from geodata.query.world import World

__all__ = ["OutcomeCount", "PeopleOutcome", "SuspectOutcome", "outcome_counts", "outcomes_of"]


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """One outcome and in how many events it is reported; an event with several outcomes counts in each."""

    code: str
    trafficking: int
    smuggling: int


def outcome_counts(events: Iterable[EventRow], whose: Literal["people", "suspects"]) -> tuple[OutcomeCount, ...]:
    """Return the outcomes that occur in some events, natures apart, in the order of their list; withheld events not."""
    told = [
        (str(event["nature"]), code)
        for event in events
        if not event["is_withheld"]
        for code in event["outcome_people" if whose == "people" else "outcome_suspects"].split(";")
    ]
    listed = PeopleOutcome if whose == "people" else SuspectOutcome
    counts = (OutcomeCount(o.value, told.count(("trafficking", o.value)), told.count(("smuggling", o.value)))
              for o in listed)  # fmt: skip
    return tuple(count for count in counts if count.trafficking or count.smuggling)


def outcomes_of(world: World, whose: Literal["people", "suspects"]) -> tuple[str, ...]:
    """Return the outcomes that occur, in the order of their list; an event may have several for the people."""
    known = {code for codes in world.events[f"outcome_{whose}"] for code in str(codes).split(";")}
    listed = PeopleOutcome if whose == "people" else SuspectOutcome
    return tuple(each.value for each in listed if each.value in known)
