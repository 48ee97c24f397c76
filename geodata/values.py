"""The words the whole house shares: codes, roles, natures, grades, and the one error readers see.

Texts are checked by pydantic models; here one of its errors becomes a sentence that names the field and says what to
write. A model adds words of its own where the general ones would not help, and a validator that raises `ValueError`
with the rest of a sentence (“must be a link of this site.”) is repeated as it stands.

Refuses nothing by itself; every enumeration here is closed, and code that meets a value outside
it raises `DataProblem`. Kept free of pandas so that anything may import it cheaply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Pcode = NewType("Pcode", str)
"""COD-AB P-code of a county, ``KE001`` … ``KE047``; the only join key between tables."""

NATIONAL = Pcode("KE")
"""Pseudo-code for what belongs to the country and to no county (people freed abroad, for one)."""

HIDDEN = "withheld"
"""Stands for the form and the confidence of an event with fewer than five children, where a value is needed."""

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


SENTENCES: Mapping[str, str] = {
    "missing": "`{field}` is missing.",
    "extra_forbidden": "unknown field {field}.",
    "value_error": "`{field}` {error}",
    "string_type": "`{field}` must be a text.",
    "string_too_short": "`{field}` is missing.",
    "string_too_long": "`{field}` may have {max_length} characters.",
    "literal_error": "`{field}` must be {expected}.",
    "int_type": "`{field}` must be a whole number.",
    "int_parsing": "`{field}` must be a whole number.",
    "greater_than_equal": "`{field}` must be at least {ge}.",
    "less_than_equal": "`{field}` must be at most {le}.",
    "list_type": "`{field}` must be a list.",
    "tuple_type": "`{field}` must be a list.",
    "model_type": "`{field}` must have lines of its own below it.",
}
"""Kind of error in pydantic's words → sentence; {field} and what pydantic knows of the error are filled in."""
NO_WORDS: Mapping[str, str] = {}


def field_of(error: ErrorDetails) -> str:
    """Return the name of the field an error is about; of an item in a list, the name of the list."""
    return next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")


def as_sentence(error: ErrorDetails, words: Mapping[str, str] = NO_WORDS) -> str:
    """Return one error as a sentence.

    words: ``field:kind``, ``field`` or ``kind`` → a sentence in place of the general one; the nearest of the three is
    taken. A kind without a sentence is told in pydantic's own English.
    """
    field, kind = field_of(error), error["type"]
    keys = (f"{field}:{kind}", field, kind)
    text = next((words[key] for key in keys if key in words), SENTENCES.get(kind, "`{field}`: {msg}."))
    return text.format(**{**error.get("ctx", {}), "field": field, "msg": error["msg"]})


FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet may take for the beginning of a formula or a command."""


def escape_formula(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers, nothing and NaN are empty.

    For files that a person opens; a file that our own reader reads again keeps its text as it is.
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_START):
        return "'" + value
    return value


CROSSES_KM = 1.0
"""A corridor's line shorter than this inside a county is below its own accuracy and does not cross it."""


def about_km(km: float) -> int:
    """Return kilometres of a drawn line to the ten, at least ten: the line is no more exact than that."""
    return max(10, round(km / 10) * 10) if km >= CROSSES_KM else 0
