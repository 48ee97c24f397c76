"""Figures that circulate and are counted nowhere here, with who said them and why to be careful."""

from __future__ import annotations

from geodata.facts import claims
from geodata.facts.claims import Claim
from geodata.query.world import World

__all__ = ["Claim", "circulating"]


def circulating(world: World) -> tuple[Claim, ...]:
    """Return every claim, the newest first, those without a year last."""
    return tuple(sorted(claims.load(world.settings), key=lambda claim: -(claim.year or 0)))
