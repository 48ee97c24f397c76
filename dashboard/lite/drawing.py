"""The card's map: a county among its neighbours as inline SVG, with links, names that do not collide, and corridors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue
from dashboard.web.links import address
from dashboard.web.templates import render
from geodata.query.nearby import Nearby, NearbyCounty, nearby, window_path
from geodata.query.world import World
from layers.corridors import ARROW_PX, CorridorSpec, cores, heads, legs_frame, stops_of
from layers.labels import Label, broken, county_label, min_scales
from layers.projection import MapProjection
from layers.ribbons import Point, Ribbon, RibbonLook, smooth
from layers.theme import WHITE

FIRST, NEXT, LAST = 3.0, 2.0, 0.0
SHARE = 0.75
"""Width of a ribbon on a card, in widths of the big map's."""
RING_PX = 3.0
RANK = {"own": FIRST, "neighbour": NEXT, "other": LAST}


def near_map(world: World, pcode: str, tr: Catalogue, *, path: str = "/lite") -> Markup:
    """Return the map around one county; a neighbour leads to its own page under `path`."""
    ground = nearby(world, pcode)
    shapes = [
        {"county": county, "href": address(f"{path}/{county.pcode}", tr.lang) if county.standing == "neighbour" else ""}
        for county in ground.counties
    ]
    lines, heads_of, rings = _ribbons(world, ground)
    names = ", ".join(county.name for county in ground.counties if county.standing == "neighbour")
    own = world.names[pcode]
    alt = tr.t("lite.map_alt", county=own, neighbours=names) if names else tr.t("lite.map_alone", county=own)
    drawing = {"lines": lines, "heads": heads_of, "rings": rings}
    picture = render("lite/near.svg", ground=ground, shapes=shapes, names=_names(ground), alt=alt, **drawing)
    return Markup(picture)  # noqa: S704 - our own template, which escapes


def _names(ground: Nearby) -> list[dict[str, Any]]:
    """Return the names that fit at this scale, each with its lines; the county's own always, then its neighbours'."""
    shown = [county for county in ground.counties if county.standing != "other"]
    labels = [_label(county) for county in shown]
    scales = min_scales(labels)
    return [
        {"at": county.at, "lines": broken(county.name), "own": county.standing == "own"}
        for county, scale in zip(shown, scales, strict=True)
        if scale <= ground.window.scale or county.standing == "own"
    ]


def _label(county: NearbyCounty) -> Label:
    return county_label(
        county.pcode, county.name, county.lonlat, priority=RANK[county.standing], bold=county.standing == "own"
    )


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line of a ribbon: the number of its path, colour, width in px, opacity, broken or not, shift in px."""

    path: int
    colour: str
    width: float
    opacity: float
    dashed: bool = False
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class CardLines:
    """The corridors on a card: paths (each written once), and the strokes that use them, from behind to front."""

    paths: tuple[str, ...]
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """An arrowhead: where in px, which way (degrees clockwise from up), how large, and its opacity."""

    at: Point
    angle: float
    size: float
    opacity: float


def _ribbons(world: World, ground: Nearby) -> tuple[CardLines, tuple[Head, ...], tuple[Point, ...]]:
    """Return the corridors as the big map draws them, arrowheads, and the rings of the stops in the window."""
    spec = CorridorSpec(legs_frame(ground.legs), int(world.as_of[:4]))
    stops = stops_of(spec)
    by_look: dict[RibbonLook, list[Ribbon]] = {}
    for ribbon in spec.ribbons():
        by_look.setdefault(ribbon.look, []).append(ribbon)
    paths: list[str] = []
    casings: list[Stroke] = []
    strokes: list[Stroke] = []
    heads: list[Head] = []
    for look, alike in by_look.items():
        path = window_path(ground.window, [smooth(ribbon.line) for ribbon in alike])
        if not path:
            continue
        number, width = len(paths), round(look.width * SHARE, 1)
        paths.append(path)
        casings.append(Stroke(number, WHITE, round(look.casing - look.width + width, 1), 0.9))
        strokes.append(Stroke(number, look.colour, width, look.opacity, look.dashed))
        strokes += [
            Stroke(number, hue, round(wide * SHARE, 1), look.opacity, look.dashed, shift)
            for hue, wide, shift in cores(look)
        ]
        heads += [head for ribbon in alike for head in _heads(ribbon, stops, ground.window)]
    rings = (ground.window.point(*stop) for stop in sorted(stops))
    seen = tuple(ring for ring in rings if ground.window.sees([ring], -RING_PX))
    return CardLines(tuple(paths), (*casings, *strokes)), tuple(heads), seen


def _heads(ribbon: Ribbon, stops: frozenset[Point], window: MapProjection) -> Iterator[Head]:
    for at, angle, seen_from in heads(ribbon, stops):
        point = window.point(*at)
        if seen_from <= window.scale and window.sees([point], -ARROW_PX):
            yield Head(point, round(angle), round((ribbon.look.width * SHARE + ARROW_PX) / 2, 1), ribbon.look.opacity)
