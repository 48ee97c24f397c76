"""What `/ogc` offers: four collections of the public record as GeoJSON features, and which of them a query asks for.

Geometry is WGS 84 longitude, latitude (CRS84). An event has no geometry: it is told for a county, and a point would
say more than its source does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from shapely import box
from shapely.geometry import shape

from dashboard.api.geojson import corridor_legs, county_features
from dashboard.api.rows import incident_rows
from dashboard.view.site import Site
from dashboard.view.state import NATURES, defaults
from geodata.query.rows import point_of
from geodata.values import DataProblem, Grade

Feature = Mapping[str, Any]
MOST, LIMIT = 1_000, 100
"""Features of one answer: at most, and where the query does not say."""
VALUE = r"[A-Za-z0-9_'.,:;/ -]{0,100}"
"""What a value may look like by which a property is asked for; every value in the collections does."""
DAY = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
END = rf"({DAY}|\.\.)"
INTERVAL = rf"{DAY}|{END}/{END}?|/{END}"
"""What ``datetime`` may be: a moment, or an interval with an end that may be open (``..`` or nothing)."""


@dataclass(frozen=True)
class Collection:
    """One collection.

    id, title, description: its name in addresses, and for people (English: the standard has one language a document).
    filters: properties that a query may name; a feature is kept when its value, or one of its values, is the one given.
    has_geometry: its features can be asked for by a bounding box.
    features: all of them, in a fixed order, each with an ``id``.
    """

    id: str
    title: str
    description: str
    filters: tuple[str, ...]
    has_geometry: bool
    features: Callable[[Site], Sequence[Feature]]


def _counties(site: Site) -> Sequence[Feature]:
    return county_features(site, defaults(site.choices))


def _corridors(site: Site) -> Sequence[Feature]:
    from dataclasses import replace  # noqa: PLC0415

    everything = replace(defaults(site.choices), grade=Grade.C.value, corridor="all")
    return [{**leg, "id": leg["properties"]["leg_id"]} for leg in corridor_legs(site, everything)]


def _places(site: Site) -> Sequence[Feature]:
    features = []
    for place in site.world.corridors.places:
        properties = {name: value for name, value in place.items() if name not in ("lon", "lat")}
        at = point_of(place)
        point = {"type": "Point", "coordinates": list(at)} if at else None
        features.append({"type": "Feature", "id": place["place_id"], "properties": properties, "geometry": point})
    return features


def _events(site: Site) -> Sequence[Feature]:
    from dataclasses import replace  # noqa: PLC0415

    view = defaults(site.choices)
    rows = [row.model_dump() for nature in NATURES for row in incident_rows(site, replace(view, nature=nature))]
    return [{"type": "Feature", "id": row["id"], "properties": row, "geometry": None} for row in rows]


NEVER_NONE = "null is “no report found”, never none"
COLLECTIONS = {
    collection.id: collection
    for collection in (
        Collection(
            "counties",
            "Kenya's 47 counties",
            f"What was detected, roles and corridors by county, whole period; {NEVER_NONE}.",
            ("pcode", "name", "roles", "corridors"),
            has_geometry=True,
            features=_counties,
        ),
        Collection(
            "corridors",
            "Legs of corridors",
            "Lines drawn between stated stops, along main roads where known: not tracks, and not stated.",
            ("corridor_id", "nature", "grade", "mode", "basis", "drawn"),
            has_geometry=True,
            features=_corridors,
        ),
        Collection(
            "places",
            "Stops of corridors",
            "Towns, border crossings and hubs that sources name; never finer than a town.",
            ("iso3", "kind", "pcode", "corridors"),
            has_geometry=True,
            features=_places,
        ),
        Collection(
            "events",
            "Events of the public record",
            "Reported events by county, without a point: each is told for a county. Withheld details stay withheld.",
            ("county", "year", "nature", "form", "confidence"),
            has_geometry=False,
            features=_events,
        ),
    )
}


class ItemsQuery(BaseModel):
    """Query of `items`, beside the properties of the collection."""

    model_config = ConfigDict(extra="forbid")

    limit: int = LIMIT
    offset: int = 0
    bbox: tuple[float, float, float, float] | None = None
    datetime: tuple[str, str] | None = None
    f: str = "json"

    @field_validator("limit", "offset", mode="before")
    @classmethod
    def _whole(cls, value: str) -> int:
        if not (value.isascii() and value.isdigit()) or len(value) > 9:
            raise ValueError(f"“{value[:20]}” is no whole number.")
        return int(value)

    @field_validator("limit")
    @classmethod
    def _at_least_one(cls, value: int) -> int:
        if not value:
            raise ValueError("limit must be 1 or more.")
        return min(value, MOST)

    @field_validator("bbox", mode="before")
    @classmethod
    def _box(cls, value: str) -> tuple[float, float, float, float]:
        try:
            numbers = [float(part) for part in value.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) not in (4, 6) or not all(math.isfinite(number) for number in numbers):
            raise ValueError("bbox is not four (or six) numbers: west, south, east, north.")
        west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
        # Corners may be given in either order; west of east has a meaning of its own (`_meets`).
        return west, min(south, north), east, max(south, north)

    @field_validator("datetime", mode="before")
    @classmethod
    def _interval(cls, value: str) -> tuple[str, str]:
        if not re.fullmatch(INTERVAL, value):
            raise ValueError("datetime is neither a moment nor an interval such as 2019-01-01/2020-12-31 or 2019/.. .")
        first, slash, last = value.partition("/")
        first, last = ("" if end == ".." else end for end in (first, last if slash else first))
        backwards = first and last and first[: len(last)] > last[: len(first)]
        return (last, first) if backwards else (first, last)

    @field_validator("f")
    @classmethod
    def _json_only(cls, value: str) -> str:
        if value != "json":
            raise ValueError("f is json here.")
        return value


def read_items_query(collection: Collection, given: Mapping[str, str]) -> tuple[ItemsQuery, dict[str, str]]:
    """Return the query and the properties it names; raises DataProblem with a sentence for anything else."""
    named = {name: value for name, value in given.items() if name in collection.filters and value}
    if strange := next((name for name, value in named.items() if not re.fullmatch(VALUE, value)), ""):
        raise DataProblem(f"{strange} is not up to 100 plain letters, digits and signs.")
    try:
        return ItemsQuery.model_validate(
            {key: value for key, value in given.items() if key not in collection.filters}
        ), named
    except ValidationError as error:
        detail = error.errors()[0]
        if detail["type"] == "extra_forbidden":
            offered = ", ".join((*ItemsQuery.model_fields, *collection.filters))
            raise DataProblem(
                f"There is no “{str(detail['loc'][0])[:40]}” to ask {collection.id} by; there are: {offered}."
            ) from None
        raise DataProblem(str(detail["msg"]).removeprefix("Value error, ")) from None


def select(site: Site, collection: Collection, query: ItemsQuery, named: Mapping[str, str]) -> list[Feature]:
    """Return all features that a query asks for, not yet in pages."""
    features = [feature for feature in collection.features(site) if _has(feature["properties"], named)]
    if query.datetime and collection.id == "events":
        features = [feature for feature in features if _during(str(feature["properties"]["date"]), query.datetime)]
    if query.bbox:
        features = [feature for feature in features if _meets(feature["geometry"], query.bbox)]
    return features


def _has(properties: Mapping[str, Any], named: Mapping[str, str]) -> bool:
    for name, wanted in named.items():
        value = properties.get(name)
        values = value if isinstance(value, (list, tuple)) else (value,)
        if wanted not in {str(part) for part in values if part is not None}:
            return False
    return True


def _during(date: str, interval: tuple[str, str]) -> bool:
    """Say whether a date of a year, a month or a day may lie in an interval; dates compare as far as both go."""
    first, last = (end[:10] for end in interval)
    starts = not first or date[: len(first)] >= first[: len(date)]
    return starts and (not last or date[: len(last)] <= last[: len(date)])


def _meets(geometry: Mapping[str, Any] | None, bbox: tuple[float, float, float, float]) -> bool:
    if geometry is None:
        return False
    west, south, east, north = bbox
    # West of east is the plain case; otherwise the box crosses the 180th meridian and is two.
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    outline = shape(dict(geometry))
    return any(box(left, south, right, north).intersects(outline) for left, right in spans)
