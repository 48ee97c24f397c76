"""The network as files: legs, exposure and chokepoints as CSV, the graph as GeoPackage and GraphML.

Chokepoints, minimum cuts and the what-if (`closing`) exist only with ``NJIA_ANALYST=1``; they rest on stated places
alone.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, has_app_context, request

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.ways import closing, rows
from dashboard.lenses.ways.asked import Asked, read_query
from dashboard.view.answers import csv_answer
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY
from geodata.query.network import network_file
from geodata.values import Nature
from layers.qgis import network_styles

FILES = {"gpkg": "application/geopackage+sqlite3", "graphml": "application/graphml+xml"}


def analyst() -> bool:
    """Say whether this site shows what closing a way would do (``NJIA_ANALYST=1``)."""
    settings = current_app.config.get("NJIA_SETTINGS") if has_app_context() else None
    return bool(settings and settings.analyst)


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("corridors", __name__)

    def asked() -> Asked:
        return read_query(request.query_string.decode("utf-8", "replace")[:MAX_QUERY], site)

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
        columns, rows_of_table = table_rows(site, now, table)
        return csv_answer(f"corridor-{table}", columns, rows_of_table, site, now.state)

    @routes.route("/api/v1/corridors.<any(gpkg, graphml):kind>")
    def corridors_graph(kind: str) -> Response:
        now, tr = asked(), catalogue(asked().state.lang)
        natures = [(nature, tr.t(f"nature.{nature.value}")) for nature in Nature]
        styles = network_styles(natures, int(site.world.as_of[:4])) if kind == "gpkg" else ()
        answer = Response(network_file(site.world, now.wanted, kind, styles), mimetype=FILES[kind])
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
