"""The maps of `/api/v1` as GeoJSON: counties with the figures of a view, corridors leg by leg."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response

from dashboard.api.rows import frame_of, requested_view
from dashboard.api.schemas import CountyProperties
from dashboard.view.answers import stamp_release, synthetic_note
from dashboard.view.figure import filters_of
from dashboard.view.site import Site
from dashboard.view.state import ALL_CORRIDORS, ViewState
from geodata.query.indicators import county_counts, cube
from geodata.query.roles import held_roles, one_voice_roles
from geodata.values import Grade


def blueprint(site: Site) -> Blueprint:
    """Return the routes of the maps."""
    routes = Blueprint("geojson", __name__)

    @routes.get("/api/v1/counties.geojson")
    def counties() -> Response:
        state, _ = requested_view(site)
        return _collection(county_features(site, state), site, state)

    @routes.get("/api/v1/corridors.geojson")
    def corridors() -> Response:
        state, _ = requested_view(site)
        note = "Lines are drawn between stated stops, along main roads where known: not tracks, and not stated."
        return _collection(corridor_legs(site, state), site, state, note=note)

    return routes


def county_features(site: Site, state: ViewState) -> list[dict[str, Any]]:
    """Return 47 features with the figures of a view; counts are numbers, missing where no report was found."""
    world = site.world
    counted = cube(world, state.dataset, filters_of(world, state))
    frame, roles, neighbours = frame_of(counted, state), held_roles(world, state.rule), world.edition.neighbours()
    alone = one_voice_roles(world, state.rule)
    passing = {row["pcode"]: row for row in world.corridors.county_corridors}
    features = []
    for county in world.counties.to_dict("records"):
        pcode = str(county["pcode"])
        counts = county_counts(counted, frame, pcode)
        properties = CountyProperties(
            pcode=pcode,
            code=int(county["code"]),
            iso=county["iso"],
            name=county["name"],
            roles=roles.get(pcode, ()),
            roles_one_voice=alone.get(pcode, ()),
            neighbours=tuple(str(neighbour.pcode) for neighbour in neighbours.get(county["pcode"], ())),
            corridors=passing[pcode]["corridors_stopping"],
            corridors_drawn=passing[pcode]["corridors_drawn"],
            drawn_km=passing[pcode]["drawn_km"],
            incidents_trafficking=counts.incidents["trafficking"],
            incidents_smuggling=counts.incidents["smuggling"],
            persons_trafficking=counts.persons["trafficking"],
            persons_smuggling=counts.persons["smuggling"],
            population_2019=int(county["population_2019"]),
            area_km2=float(county["area_km2"]),
        ).model_dump()
        features.append({"type": "Feature", "id": pcode, "properties": properties, "geometry": world.shapes[pcode]})
    return features


def corridor_legs(site: Site, state: ViewState) -> list[Mapping[str, Any]]:
    """Return the legs of the view's corridor, else of all, at the view's grade of evidence or better."""
    grades = [grade.value for grade in Grade]
    allowed = grades[: grades.index(state.grade) + 1]
    return [
        leg
        for leg in site.world.corridors.legs
        if leg["properties"]["grade"] in allowed
        and (state.corridor in ("", ALL_CORRIDORS) or leg["properties"]["corridor_id"] == state.corridor)
    ]


def _collection(features: Iterable[Mapping[str, Any]], site: Site, state: ViewState, note: str = "") -> Response:
    edition = site.world.edition
    body = {
        "type": "FeatureCollection",
        "release": site.world.releases[state.dataset].id,
        "as_of": site.world.as_of,
        "boundaries": edition.citation,
        "licence": edition.licence,
        "note": note,
        "synthetic": bool(synthetic_note(site, state)),
        "features": list(features),
    }
    answer = Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), mimetype="application/geo+json")
    stamp_release(answer, site, state)
    return answer
