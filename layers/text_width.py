"""How wide a text is in the typeface of the map, in ems: enough to draw a pill around it without a browser.

Advances of Source Sans 3 at weight 600, in steps; the shapes of roles come from another typeface and are the wide
estimate. A regular weight is narrower, so that a box made for it is rather too big than too small.
"""

from __future__ import annotations

_EMS = {
    0.10: "\u2009",
    0.20: " \u202f\u00a0",
    0.25: "\u2005",
    0.28: "ijlI'’.,:",
    0.35: "frt-()/",
    0.48: "csvxyz–",
    0.50: "\u2002YLJ",
    0.67: "DGHNOQU",
    0.75: "wM",
    0.82: "mW▲◆●",
}
_WIDTH = {character: em for em, characters in _EMS.items() for character in characters}
USUAL = 0.56
"""Every letter and figure not named above."""


def ems(text: str) -> float:
    """Return the width of a text on one line, in heights of its letters."""
    return sum(_WIDTH.get(character, USUAL) for character in text)
