"""What a caller must say before anything is drawn: frozen values, refused early.

`Labels` carries already translated words and a number formatter: layers look nothing up and know
no language. The keys they ask for are `WORDS`; a missing one is refused when `Labels` is made, not
when the page is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

THIN_SPACE = "\u202f"
"""Between thousands, on every surface: narrow and without a line break."""
EMPTY_WORDS = ("empty.zero", "empty.no_report", "empty.suppressed", "empty.outside")
ROLE_WORDS = ("role.source", "role.transit", "role.destination")
NATURE_WORDS = ("nature.trafficking", "nature.smuggling", "nature.mixed", "nature.unclear")
GRADE_WORDS = ("grade.A", "grade.B", "grade.C")
CORRIDOR_WORDS = (
    "corridor.inferred",
    "corridor.old",
    "corridor.alternative",
    "corridor.sources",
    "place.stop",
    "place.hub",
    "place.border_crossing",
)
CHART_WORDS = ("chart.no_report", "chart.break")
WORDS = EMPTY_WORDS + ROLE_WORDS + NATURE_WORDS + GRADE_WORDS + CORRIDOR_WORDS + CHART_WORDS


@dataclass(frozen=True, slots=True)
class Labels:
    """Words by key and `number(value) -> str` with the reader's separators (thin space in thousands)."""

    words: Mapping[str, str]
    number: Callable[[float], str] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a catalogue with holes."""
        missing = [key for key in WORDS if key not in self.words]
        if missing:
            raise ValueError(f"labels lack {len(missing)} words the map needs, first {missing[0]!r}")

    def __getitem__(self, key: str) -> str:
        """Return the word of a key."""
        return self.words[key]

    def range(self, low: float, high: float) -> str:
        """Return "10–31", or "3" when both ends are the same."""
        return self.number(low) if low == high else f"{self.number(low)}–{self.number(high)}"


@dataclass(frozen=True, slots=True)
class Extent:
    """A window in degrees, WGS84: what the map must show, whatever the shape of the screen."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        """Refuse windows that are turned round, outside the world or outside Mercator's reach."""
        if not (-180 <= self.west < self.east <= 180 and -80 <= self.south < self.north <= 80):
            raise ValueError(f"not a window on the map: {self}")

    @property
    def degrees(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north
