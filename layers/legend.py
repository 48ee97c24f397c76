"""Legend items derived from the same `Breaks` and colours as the map: data, not HTML.

An item says its code (as in class strings), words, colour and mark. Marks: ``fill`` for a class;
``zero`` ``hatch`` ``dots`` ``flat`` for the four empties; the names are the pattern names of
`layers.patterns`, so legend, map and table cell draw the same thing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from geodata.values import Empty, Nature
from layers.scales import Breaks
from layers.specs import Labels
from layers.theme import CORE_HUE, GREY_UNCLEAR, INK, LOOK_OF, ramp

MARK_OF_NATURE = {
    Nature.TRAFFICKING: f"core:{CORE_HUE[Nature.TRAFFICKING]}",
    Nature.SMUGGLING: f"core:{CORE_HUE[Nature.SMUGGLING]}",
    Nature.MIXED: f"core:{CORE_HUE[Nature.TRAFFICKING]}:{CORE_HUE[Nature.SMUGGLING]}",
    Nature.UNCLEAR: "line",
}
"""A ribbon of ink with its core, or with both; unclear has none."""


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One row: `code` as in class strings, `label` in the reader's words, `colour` hex, `mark` name."""

    code: str
    label: str
    colour: str
    mark: str

    def as_dict(self) -> dict[str, str]:
        """Return the row as JSON-able data."""
        return asdict(self)


def class_items(breaks: Breaks, nature: Nature, labels: Labels) -> list[LegendItem]:
    """Return one item per class, lightest first."""
    colours = ramp(nature, breaks.k)
    return [
        LegendItem(str(i), labels.range(low, high), colour, "fill")
        for i, ((low, high), colour) in enumerate(zip(breaks.ranges(), colours, strict=True))
    ]


def empty_items(labels: Labels) -> list[LegendItem]:
    """Return the items of the four kinds of empty, in their fixed order."""
    looks = [LOOK_OF[kind] for kind in Empty]
    return [LegendItem(look.code, labels[f"empty.{look.kind}"], look.colour, look.mark) for look in looks]


def corridor_legend(labels: Labels) -> list[LegendItem]:
    """Return hues by nature, then the three ways a line is weakened; marks name line styles."""
    natures = [
        LegendItem(
            nature.value,
            labels[f"nature.{nature.value}"],
            GREY_UNCLEAR if nature is Nature.UNCLEAR else INK,
            MARK_OF_NATURE[nature],
        )
        for nature in Nature
    ]
    weak = [
        LegendItem("inferred", labels["corridor.inferred"], GREY_UNCLEAR, "dash"),
        LegendItem("old", labels["corridor.old"], GREY_UNCLEAR, "faded"),
        LegendItem("alternative", labels["corridor.alternative"], GREY_UNCLEAR, "thin"),
    ]
    return natures + weak
