"""The card's map: a county among its neighbours as inline SVG, with links, names that do not collide, and corridors."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue
from dashboard.web.links import address
from dashboard.web.templates import render
from geodata.query.nearby import Nearby, NearbyCounty, nearby
from geodata.query.world import World
from layers.labels import Label, broken, county_label, min_scales

FIRST, NEXT, LAST = 3.0, 2.0, 0.0
RANK = {"own": FIRST, "neighbour": NEXT, "other": LAST}


def near_map(world: World, pcode: str, tr: Catalogue, *, path: str = "/lite") -> Markup:
    """Return the map around one county; a neighbour leads to its own page under `path`."""
    ground = nearby(world, pcode)
    shapes = [
        {"one": county, "href": address(f"{path}/{county.pcode}", tr.lang) if county.standing == "neighbour" else ""}
        for county in ground.counties
    ]
    names = ", ".join(county.name for county in ground.counties if county.standing == "neighbour")
    own = world.names[pcode]
    alt = tr.t("lite.map_alt", county=own, neighbours=names) if names else tr.t("lite.map_alone", county=own)
    return Markup(render("lite/near.svg", ground=ground, shapes=shapes, names=_names(ground), alt=alt))  # noqa: S704


def _names(ground: Nearby) -> list[dict[str, Any]]:
    """Return the names that fit at this scale, each with its lines; the county's own always, then its neighbours'."""
    shown = [county for county in ground.counties if county.standing != "other"]
    labels = [_label(county) for county in shown]
    scales = min_scales(labels)
    return [
        {"at": county.at, "lines": broken(county.name), "own": county.standing == "own"}
        for county, scale in zip(shown, scales, strict=True)
        if scale <= ground.px_per_degree or county.standing == "own"
    ]


def _label(county: NearbyCounty) -> Label:
    return county_label(
        county.pcode, county.name, county.lonlat, priority=RANK[county.standing], bold=county.standing == "own"
    )
