"""Legend items derived from the same `Breaks` and colours as the map: data, not HTML.

An item says its code (as in class strings), words, colour and mark. Marks: ``fill`` for a class;
``zero`` ``hatch`` ``dots`` ``flat`` for the four empties; the names are the pattern names of
`layers.patterns`, so legend, map and table cell draw the same thing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from geodata.values import Empty, Grade, Nature, Role
from layers.scales import EMPTY_CODE, Breaks
from layers.specs import Labels
from layers.theme import EMPTY_FILL, GREY_UNCLEAR, LINE_HUE, MIXED_CORE, ramp

MARK = {Empty.ZERO: "zero", Empty.NO_REPORT: "hatch", Empty.SUPPRESSED: "dots", Empty.OUTSIDE: "flat"}
ALL_EMPTIES = tuple(Empty)


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


def empty_items(labels: Labels, kinds: tuple[Empty, ...] = ALL_EMPTIES) -> list[LegendItem]:
    """Return the items of the kinds of empty, in their fixed order."""
    return [
        LegendItem(EMPTY_CODE[kind], labels[f"empty.{kind.value}"], EMPTY_FILL[EMPTY_CODE[kind]], MARK[kind])
        for kind in Empty
        if kind in kinds
    ]


def county_legend(
    breaks: Breaks, nature: Nature, labels: Labels, kinds: tuple[Empty, ...] = ALL_EMPTIES
) -> list[LegendItem]:
    """Return the whole legend of a county map: classes, then the kinds of empty."""
    return class_items(breaks, nature, labels) + empty_items(labels, kinds)


def role_legend(labels: Labels) -> list[LegendItem]:
    """Return three shapes (roles) and three weights (grades); marks name both, e.g. ``source-A``."""
    shapes = [LegendItem(role.value, labels[f"role.{role.value}"], "", f"{role.value}-A") for role in Role]
    weights = [LegendItem(grade.value, labels[f"grade.{grade.value}"], "", f"source-{grade.value}") for grade in Grade]
    return shapes + weights


def corridor_legend(labels: Labels) -> list[LegendItem]:
    """Return hues by nature, then the three ways a line is weakened; marks name line styles."""
    natures = [
        LegendItem(
            nature.value,
            labels[f"nature.{nature.value}"],
            LINE_HUE[nature],
            f"double:{MIXED_CORE}" if nature is Nature.MIXED else "line",
        )
        for nature in Nature
    ]
    weak = [
        LegendItem("inferred", labels["corridor.inferred"], GREY_UNCLEAR, "dash"),
        LegendItem("old", labels["corridor.old"], GREY_UNCLEAR, "faded"),
        LegendItem("alternative", labels["corridor.alternative"], GREY_UNCLEAR, "thin"),
    ]
    return natures + weak
