"""Whom a reader may call: the numbers that two sources or the service's own page give, the two surest first."""

from __future__ import annotations

from geodata.facts import helplines
from geodata.facts.helplines import FIRST, Helpline
from geodata.query.world import World

__all__ = ["FIRST", "Helpline", "confirmed", "diallable", "first"]


def confirmed(world: World) -> tuple[Helpline, ...]:
    """Return every confirmed number once, 116 and 1195 first."""
    return helplines.shown(world.settings)


def first(world: World) -> tuple[str, ...]:
    """Return the numbers that stand on every page and card; one that is no longer confirmed is left out."""
    known = {line.number for line in confirmed(world)}
    return tuple(number for number in FIRST if number in known)


def diallable(number: str) -> tuple[tuple[str, str], ...]:
    """Return (as printed, as a telephone dials it) for each number of a line: “999 / 112” holds two."""
    parts = [part.strip() for part in number.split("/")]
    return tuple((part, "".join(sign for sign in part if sign.isdigit() or sign == "+")) for part in parts)
