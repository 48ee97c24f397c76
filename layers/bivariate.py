"""Two things on one map: exposure (three classes) beside response (none, some, more), nine classes in all.

A class reads without colour: lightness says how exposed, the pattern how much is done (lines rising:
nothing; dots: some; plain: more), and a letter with a digit names it: ``C0`` is most exposed and nothing
done. Orange to blue, so that readers with the usual colour deficiencies see it too; neither of the two
hues of trafficking and smuggling. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from layers.minimap import Fill, overlay_id
from layers.theme import BIVARIATE, INK, luminance

PATTERNS: Final = ("rise", "dot", "")
LETTERS: Final = "ABC"
DARK = 0.18
"""Luminance below which marks are drawn light."""


@dataclass(frozen=True, slots=True)
class BivariateClass:
    """One class: exposure and response, each 0, 1 or 2."""

    exposure: int
    response: int

    def __post_init__(self) -> None:
        """Refuse classes that do not exist."""
        if self.exposure not in range(3) or self.response not in range(3):
            raise ValueError(f"classes run from 0 to 2, got exposure {self.exposure} and response {self.response}")

    @property
    def code(self) -> str:
        """Letter of the exposure and digit of the response, ``A0`` … ``C2``."""
        return f"{LETTERS[self.exposure]}{self.response}"

    @property
    def colour(self) -> str:
        """Its colour."""
        return BIVARIATE[self.exposure][self.response]

    @property
    def dark(self) -> bool:
        """Whether marks on it must be light."""
        return luminance(self.colour) < DARK

    @property
    def pattern(self) -> str:
        """The overlay's name, empty for plain."""
        name = PATTERNS[self.response]
        return f"{name}-l" if name and self.dark else name


def class_fill(cell: BivariateClass, words: str = "", *, marked: bool = False) -> Fill:
    """Return how a county of this class is drawn; marked: with a heavy outline."""
    return Fill(cell.colour, cell.pattern, words, INK if marked else "")


def swatch(cell: BivariateClass, prefix: str = "m") -> str:
    """Return a legend swatch with its code as SVG text; the page must hold `minimap_defs`."""
    ground = f'<rect width="100%" height="100%" fill="{cell.colour}"/>'
    over = f'<rect width="100%" height="100%" fill="url(#{overlay_id(cell.pattern, prefix)})"/>' if cell.pattern else ""
    return f'<svg class="cell" aria-hidden="true">{ground}{over}</svg><b>{escape(cell.code)}</b>'
