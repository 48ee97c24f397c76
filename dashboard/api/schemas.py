"""What the open API says and what it may be asked, as models: answers are made with them, the description from them.

An answer with a key that is not listed here, or a value of another kind, is an error of ours and never leaves. What
arrives is read by the query models; `geodata.values.as_sentence` says what is wrong with it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from dashboard.export.model import TEMPLATES
from geodata.values import NATIONAL, Pcode

PER_PAGE, MOST = 100, 500
LONGEST_NAME = 200
"""Characters of a name that is looked for."""
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Count = Annotated[int, Field(ge=0)]


class Answer(BaseModel):
    """A JSON object the API sends; its keys are exactly the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, serialize_by_alias=True)


class Error(Answer):
    """Why a request was not answered, in one sentence."""

    error: str


class IndicatorRow(Answer):
    """Figures of one county (KE: of what belongs to no county), one nature, one period."""

    pcode: str
    county: str
    nature: str
    first: int = Field(alias="from", description="First year counted.")
    last: int = Field(alias="to", description="Last year counted.")
    incidents: Count | None = Field(description="Events reported; null where none was found, or not shown.")
    persons: Count | None = Field(description="Persons detected, as reported.")
    incidents_without_number: Count | None = Field(description="Events that do not say how many people.")
    rate_per_100k: float | None = Field(description="Persons per 100,000 residents of the 2019 census.")
    rate_low: float | None = Field(description="Lower end of the 95 % interval: Poisson's, or the estimate's own.")
    rate_high: float | None = Field(description="Upper end of the 95 % interval.")
    residents_2019: Count | None
    standard_error: float | None = Field(description="Standard error of an estimate of persons; null: exact count.")
    persons_low: Count | None = Field(description="Lower end of the 95 % interval of an estimate of persons.")
    persons_high: Count | None = Field(description="Upper end of it.")
    status: str = Field(description="reported, estimate, or the kind of empty.")
    roles: str = Field(description="Roles held, semicolon-separated.")
    roles_one_voice: str = Field("", description="Those of them that rest on a single independent voice.")


class IncidentRow(Answer):
    """One event of the public record; withheld details stay withheld."""

    id: str
    date: str
    date_precision: str
    year: int
    county: str
    county_name: str
    place: str
    persons: int | None
    suspects: str
    nationality: str
    sex_age: str
    form: str
    nature: str
    role_of_county: str
    intended_destination: str
    summary: str
    confidence: str
    marks: str
    notes: str
    source_id: str
    source_id_2: str
    is_withheld: bool
    outcome_people: str
    outcome_suspects: str


class SourceRow(Answer):
    """One source of the ledger, and how many figures and statements rest on it."""

    source_id: str
    title: str
    publisher: str
    date: str
    year: str
    url: str
    type: str
    background: bool
    withheld: bool
    uses: Count


class _Page(Answer):
    """What every page of rows says about itself: where it comes from, and where to go on."""

    dataset: str
    release: Hash
    as_of: Day
    boundaries: str
    licence: str
    synthetic: bool
    cite: str
    page: int = Field(ge=1)
    per_page: int = Field(ge=1)
    total: Count
    next: str | None


class Indicators(_Page):
    """One page of figures by county."""

    items: tuple[IndicatorRow, ...]


class Incidents(_Page):
    """One page of events."""

    items: tuple[IncidentRow, ...]


class Sources(_Page):
    """One page of the ledger of sources."""

    items: tuple[SourceRow, ...]


class ReleaseCard(Answer):
    """What is on show of one dataset."""

    dataset: str
    title: str
    id: Hash
    policy: str
    published: str
    epsilon: dict[str, float] | None
    period: tuple[int, int] | None
    synthetic: bool
    boundaries: str
    licence: str


class Releases(Answer):
    """The releases on show."""

    releases: tuple[ReleaseCard, ...]


class FoundCounty(Answer):
    """A county that a text may mean."""

    pcode: str
    county: str
    place: str = Field(description="The town in it that was recognised; empty for the county's own name.")


class Found(Answer):
    """The county that a spelling or code means, or what to say and to offer where none is meant for certain."""

    pcode: str
    said: str
    offers: tuple[FoundCounty, ...] = Field(description="Counties that may be meant, likeliest first, at most eight.")


class ReleaseChangesAnswer(BaseModel):
    """What differs between two releases of a dataset; the figures under `changes`, more where both are open."""

    model_config = ConfigDict(extra="allow")
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    changes: list[dict[str, Any]]


class Description(BaseModel):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")
    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


class CountyProperties(Answer):
    """Figures of one county on the map; counts are null where no report was found, 0 where someone was looking."""

    pcode: str
    code: int = Field(description="The county's number (IEBC), 1 to 47.")
    iso: str = Field(description="ISO 3166-2:KE; another numbering than `code`.")
    name: str
    roles: tuple[str, ...]
    roles_one_voice: tuple[str, ...] = Field(description="Those of the roles that rest on a single independent voice.")
    neighbours: tuple[str, ...]
    corridors: tuple[str, ...] = Field(description="Corridors that name a stop in the county.")
    corridors_drawn: tuple[str, ...] = Field(description="Corridors only drawn across it, which no source states.")
    drawn_km: int = Field(description="Kilometres of corridor drawn inside, about, to the ten.")
    incidents_trafficking: Count | None
    incidents_smuggling: Count | None
    persons_trafficking: Count | None
    persons_smuggling: Count | None
    population_2019: Count
    area_km2: float


class FeatureAnswer(BaseModel):
    """One GeoJSON feature."""

    type: Literal["Feature"]
    properties: dict[str, Any]
    geometry: dict[str, Any] | None
    """GeoJSON geometry, WGS 84 degrees; null for a leg whose stop no gazetteer places."""


class Features(BaseModel):
    """A GeoJSON collection, stamped with release and boundary edition."""

    type: Literal["FeatureCollection"]
    release: str
    as_of: str
    boundaries: str
    licence: str
    note: str
    synthetic: bool
    features: list[FeatureAnswer]


def _whole_number(name: str, least: int, most: int) -> BeforeValidator:
    """Read digits only: no sign, no space, no other script."""

    def read(value: object) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit()) or len(text) > 7 or not least <= int(text) <= most:
            raise ValueError(f"{name} is “{text[:20]}”; expected a whole number from {least} to {most}.")
        return int(text)

    return BeforeValidator(read)


class PageQuery(BaseModel):
    """Which rows of a table."""

    page: Annotated[int, _whole_number("page", 1, 1_000_000)] = Field(1, ge=1, le=1_000_000, description="Page.")
    per_page: Annotated[int, _whole_number("per_page", 1, MOST)] = Field(
        PER_PAGE, ge=1, le=MOST, description="Rows on a page."
    )


def _known_template(text: str) -> str:
    if text and text not in TEMPLATES:
        raise ValueError(f"There is no template “{text[:40]}”; choose one of {', '.join(TEMPLATES)}.")
    return text


def _pcodes(text: object) -> object:
    """Read P-codes separated by commas."""
    if not isinstance(text, str):
        return text
    pcodes = tuple(part for part in text.split(",") if part)
    if not pcodes:
        raise ValueError("counties names none; leave it out for all.")
    known = {f"KE{number:03d}" for number in range(1, 48)}
    if unknown := [pcode for pcode in pcodes if pcode not in known]:
        raise ValueError(f"Not a P-code: {', '.join(unknown)[:80]}. P-codes run from KE001 to KE047.")
    return pcodes


PCODES_SCHEMA = {
    "type": "array",
    "items": {"type": "string", "pattern": "^KE0(0[1-9]|[1-3][0-9]|4[0-7])$"},
    "minItems": 1,
}


class BriefQuery(BaseModel):
    """What a brief is made for."""

    template: Annotated[
        str, AfterValidator(_known_template), WithJsonSchema({"type": "string", "enum": ["", *TEMPLATES]})
    ] = Field("", description="Purpose; by default what suits the view.")
    counties: Annotated[tuple[Pcode, ...], BeforeValidator(_pcodes), WithJsonSchema(PCODES_SCHEMA)] = Field(
        (), description="Counties to compare, or of a region."
    )


def _not_long(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise ValueError(f"q is longer than {LONGEST_NAME} characters.")
    return text


class FindQuery(BaseModel):
    """What a reader typed."""

    q: Annotated[str, AfterValidator(_not_long), WithJsonSchema({"type": "string", "maxLength": LONGEST_NAME})] = Field(
        "", description="Any spelling of a county, or its code."
    )


RELEASE_ID = "^([0-9a-f]{6,64})?$"
CHANGED = ("", *(f"KE{number:03d}" for number in range(1, 48)), NATIONAL)


def _release_id(text: str) -> str:
    if not re.fullmatch(RELEASE_ID, text):
        raise ValueError(f"“{text[:20]}” is no id of a release: 6 to 64 of 0-9 and a-f.")
    return text


def _changed_county(text: str) -> str:
    if text not in CHANGED:
        raise ValueError(f"“{text[:20]}” is no P-code; they run from KE001 to KE047, and {NATIONAL} is the rest.")
    return text


ReleaseId = Annotated[str, AfterValidator(_release_id), WithJsonSchema({"type": "string", "pattern": RELEASE_ID})]


class ChangesQuery(BaseModel):
    """Which two releases are compared, and for whom; without ids the current one and the one before it."""

    first: ReleaseId = Field("", alias="from", description="Id of the earlier release, or how it begins.")
    last: ReleaseId = Field("", alias="to", description="Id of the later release, or how it begins.")
    county: Annotated[str, AfterValidator(_changed_county), WithJsonSchema({"type": "string", "enum": [*CHANGED]})] = (
        Field("", description="P-code (COD-AB); KE for what belongs to no county.")
    )
