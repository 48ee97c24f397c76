"""Finding a county by what a reader types: any spelling, a P-code, a number; never guessed in silence."""

from __future__ import annotations

import re
import unicodedata

from geodata.matching.counties import Match, Standing, county_matcher
from geodata.query.world import World

__all__ = ["Match", "Standing", "find_county", "spellings"]
LONGEST = 80


def find_county(world: World, text: str) -> Match:
    """Return the verdict on what was typed; only its first 80 characters are read."""
    return county_matcher(world.settings).match(text[:LONGEST])


def spellings(world: World) -> dict[str, str]:
    """Return plain spelling (letters and digits only) → P-code, for the browser to answer at once."""
    pcodes = {_plain(name): pcode for pcode, name in world.names.items()}
    return pcodes | {pcode.lower(): pcode for pcode in world.names}


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z0-9]", "", letters)
