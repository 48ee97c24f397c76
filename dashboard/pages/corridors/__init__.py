"""`/corridors`: the network on a map and as a subway plan, every leg's ledger, chokepoints, exposure, graph files.

One link is the whole view; tables go out as CSV, the graph as GeoPackage and GraphML. Chokepoints,
minimum cuts and the what-if (`closing`) exist only with ``NJIA_ANALYST=1``; they rest on stated places alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, abort, current_app, request
from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.pages.corridors import closing, rows
from dashboard.pages.corridors.asked import FILTERS, Asked, options, read_query
from dashboard.pages.corridors.drawing import network_map, subway
from dashboard.view.answers import csv_answer
from dashboard.view.site import Site, common
from dashboard.view.state import MAX_QUERY
from dashboard.view.template_tools import TemplateTools
from dashboard.web.templates import render
from geodata.query.network import network_file
from geodata.query.profiles import corridor_profile
from geodata.values import Nature
from layers.network_map import hue_of

BRANCHES_IN_WORDS = frozenset({"C03", "C09", "C18", "C25"})
"""Corridors whose description names a branch that has no stop of its own in the evidence."""
FILES = {"gpkg": "application/geopackage+sqlite3", "graphml": "application/graphml+xml"}


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("corridors", __name__)

    def asked() -> Asked:
        return read_query(request.query_string.decode("utf-8", "replace")[:MAX_QUERY], site)

    def analyst() -> bool:
        settings = current_app.config.get("NJIA_SETTINGS")
        return bool(settings and settings.analyst)

    @routes.route("/corridors")
    def corridors_page() -> str:
        return desk_page(site, asked(), analyst())

    @routes.route("/corridors/what-if")
    def corridors_what_if() -> str:
        if not analyst():
            abort(404)
        return closing.page(site, asked())

    @routes.route("/corridors/<any(legs, chokepoints, exposure):table>.csv")
    def corridors_table(table: str) -> Response:
        if table == "chokepoints" and not analyst():
            abort(404)
        now = asked()
        columns, found = table_rows(site, now, table)
        return csv_answer(f"corridor-{table}", columns, found, site, now.state)

    @routes.route("/api/v1/corridors.<any(gpkg, graphml):kind>")
    def corridors_graph(kind: str) -> Response:
        answer = Response(network_file(site.world, asked().wanted, kind), mimetype=FILES[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="njia-corridors.{kind}"'
        answer.headers["X-Njia-Release"] = site.world.releases["public"].id
        answer.headers["X-Njia-Boundaries"] = site.world.edition.id
        return answer

    return routes


def table_rows(site: Site, asked: Asked, table: str) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Return the columns and rows of one of the desk's tables as a file."""
    if table == "legs":
        return rows.LEDGER_COLUMNS, rows.flat(rows.ledger(site, asked))
    if table == "exposure":
        return rows.EXPOSURE_COLUMNS, rows.flat(rows.exposed(site, asked))
    blocks = rows.chokes(site, asked, None)
    return rows.CHOKE_COLUMNS, rows.flat([row for block in blocks for k in ("place", "county") for row in block[k]])


def desk_page(site: Site, asked: Asked, analyst: bool) -> str:
    """Return the page."""
    cat = catalogue(asked.state.lang)
    label = cat.t("corridors.map_label", view=cat.t(f"corridors.view.{asked.view}"))
    drawing, small = network_map(site, asked, label), network_map(site, asked, label, phone=True)
    counts = rows.head_counts(site, asked)
    plan, lanes = subway(site, asked)
    tools = TemplateTools(site.world, site.choices, asked.state).names()
    return render(
        "corridors/desk.html",
        here="ways",
        asked=asked,
        analyst=analyst,
        notices=asked.notices,
        options=options(site, cat.lang),
        counts=counts,
        filtered=_filters_in_words(site, cat, asked),
        drawing=drawing,
        drawn=[Markup(one.svg) for one in (drawing, small)],  # noqa: S704 - layers.network_map escapes every name
        hues={n.value: hue_of(n.value) for n in Nature},
        plan=plan,
        lanes=lanes,
        natures=[n.value for n in Nature],
        ledger=rows.ledger(site, asked),
        blocks=rows.chokes(site, asked) if analyst else [],
        cut=rows.cut(site, asked) if analyst else None,
        ends=[rows.end_name(cat, rows.place_names(site), one) for one in (asked.start, asked.end)],
        exposed=rows.exposed(site, asked),
        chosen=corridor_words(site, asked) if asked.corridor else "",
        in_words=asked.corridor in BRANCHES_IN_WORDS,
        **{**tools, **common(site, asked.state)},
    )


@lru_cache(maxsize=64)
def corridor_words(site: Site, asked: Asked) -> Markup:
    """Return the chosen corridor as the map's panel says it: stops in order, alternatives, sources."""
    tools = TemplateTools(site.world, site.choices, asked.state).names()
    profile = corridor_profile(site.world, asked.corridor)
    back = asked.link(corridor="")
    found = render("parts/corridor.html", p=profile, held=False, desk=back, **tools)
    return Markup(found)  # noqa: S704 - the template escapes every value


def _filters_in_words(site: Site, cat: Catalogue, asked: Asked) -> str:
    legal: dict[str, Any] = options(site, cat.lang)
    said = [
        f"{cat.t('corridors.mode_label' if key == 'mode' else f'corridors.{key}')}: {legal[key][value]}"
        for key in FILTERS
        if (value := getattr(asked.wanted, key)) and not (key == "grade" and value == "C")
    ]
    return "; ".join(said)
