"""The words the whole house shares: codes, roles, natures, grades, and the one error readers see.

Refuses nothing by itself; every enumeration here is closed, and code that meets a value outside
it raises `DataProblem`. Kept free of pandas so that anything may import it cheaply.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from pydantic import ValidationError

Pcode = NewType("Pcode", str)
"""COD-AB P-code of a county, ``KE001`` … ``KE047``; the only join key between tables."""

NATIONAL = Pcode("KE")
"""Pseudo-code for what belongs to the country and to no county (people freed abroad, for one)."""

N_COUNTIES = 47
CENSUS_2019_TOTAL = 47_564_296
"""Residents counted on 24/25 August 2019, KNBS Census Vol. I."""

WGS84 = "EPSG:4326"
METRIC_CRS = "+proj=laea +lat_0=0.5 +lon_0=37.9 +datum=WGS84 +units=m +no_defs +type=crs"
"""Lambert azimuthal equal-area centred on Kenya, metres: the CRS for areas and edges. Kenya spans
UTM zones 36 and 37, so no single zone fits; here areas are exact and, within 600 km of the centre,
lengths err by at most 0.15 %."""


class Nature(StrEnum):
    """What a movement or an event is, legally. Never summed across values without saying so."""

    TRAFFICKING = "trafficking"
    SMUGGLING = "smuggling"
    MIXED = "mixed"
    UNCLEAR = "unclear"


class Role(StrEnum):
    """What a county is in the movement of people. A county holds a *set* of these."""

    SOURCE = "source"
    TRANSIT = "transit"
    DESTINATION = "destination"


class Grade(StrEnum):
    """How strong a statement is: A official and explicit, B explicit secondary, C inferred."""

    A = "A"
    B = "B"
    C = "C"


class Confidence(StrEnum):
    """How surely an incident's place, date and number were read."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Form(StrEnum):
    """Form of exploitation (or of movement) as coded in the evidence."""

    SMUGGLING_TRANSIT = "smuggling_transit"
    CHILD_TRAFFICKING = "child_trafficking"
    RECRUITMENT_ABROAD = "recruitment_abroad"
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    FORCED_MARRIAGE = "forced_marriage"
    DOMESTIC_SERVITUDE = "domestic_servitude"
    FORCED_BEGGING = "forced_begging"
    ONLINE_SCAM = "online_scam"
    FORCED_LABOUR = "forced_labour"
    ORGAN_REMOVAL = "organ_removal"
    DEBT_BONDAGE = "debt_bondage"
    SLAVERY = "slavery"
    UNSPECIFIED = "unspecified"


def nature_of(form: Form) -> Nature:
    """Return the nature that follows from a form: the one written rule.

    ``smuggling_transit`` is smuggling, ``unspecified`` is unclear, every other form is
    trafficking *as reported* (press and police language is allegation, not judgment).
    """
    if form is Form.SMUGGLING_TRANSIT:
        return Nature.SMUGGLING
    if form is Form.UNSPECIFIED:
        return Nature.UNCLEAR
    return Nature.TRAFFICKING


class Empty(StrEnum):
    """The four kinds of empty; each has its own mark on map, legend, table and alt text."""

    ZERO = "zero"  # zero reported although someone was looking
    NO_REPORT = "no_report"  # no report found
    SUPPRESSED = "suppressed"  # not shown, to protect people
    OUTSIDE = "outside"  # not in this dataset


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole calendar years, both ends included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.last < self.first:
            raise ValueError(f"period ends before it starts: {self.first}–{self.last}")

    def years(self) -> range:
        """Every year of the period, in order."""
        return range(self.first, self.last + 1)


class DataProblem(Exception):
    """Something is wrong with a file or a value, said in one sentence a non-programmer understands.

    The sentence says what is wrong, where (file, sheet, row), what was expected, what to do.
    Commands print it and exit 1; nothing already stored changes.
    """


def as_sentence(error: ValidationError) -> str:
    """Return what a model refuses in a text from outside, as sentences a person understands.

    A validator that raises ``ValueError("expected …")`` is told with the field and what stood there; one whose words
    end with a full stop is told as it is.
    """
    sentences = []
    for detail in error.errors(include_url=False):
        field = ".".join(str(part) for part in detail["loc"])
        cause = detail.get("ctx", {}).get("error")
        words = str(cause) if isinstance(cause, ValueError) else detail["msg"][:1].lower() + detail["msg"][1:]
        if detail["type"] == "missing":
            sentences.append(f"{field} is missing.")
        elif words.endswith("."):
            sentences.append(words)
        else:
            sentences.append(f"{field} is “{str(detail['input'])[:20]}”; {words}.")
    return " ".join(sentences)
