"""The web application: `create_app(world, settings)` → Dash, with every route on its Flask server.

Data arrives as an argument, so tests pass a world of their own. The server keeps no user state:
the link is the view. Layout and callbacks of the map page stand in `dashboard.workspace`; what they ask the server are
query strings, so equal questions have equal answers, whoever asks.

Each room adds its routes as a Flask Blueprint: it has a function ``blueprint(site: Site) -> Blueprint``, and the
rooms are registered in the order in which they are listed in `pages.PAGES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import dash
from flask import Flask, Response, abort, redirect, request
from flask_compress import Compress
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import pages
from dashboard.lite.page import SCOPE
from dashboard.server import errors, faults, metrics, partners, security
from dashboard.server.reload import ReloadingSite
from dashboard.settings import ASSETS, AppSettings
from dashboard.view.basemap import PREFIX
from dashboard.view.site import Site, make_site
from dashboard.view.state import Notice, ViewState, from_query, is_plain
from dashboard.web import base_path, caching, static
from dashboard.web.links import reader_lang, say_language
from dashboard.web.page_cache import PageCache, revalidate_layout
from dashboard.workspace import callbacks
from dashboard.workspace.layout import layout
from dashboard.workspace.page import map_page
from geodata.query.indicators import leading_nature
from geodata.query.world import World, stamp

SQUEEZED = [
    "text/html", "text/css", "text/plain", "text/csv", "text/javascript", "application/javascript", "application/json",
    "application/geo+json", "application/graphml+xml", "application/manifest+json", "image/svg+xml",
]  # fmt: skip
"""Kinds of answers that are compressed; geometry counts most."""
MOUNTED = ("Button", "Checklist", "Graph", "Location", "Offcanvas", "RadioItems", "Select", "Store")
"""Components of `workspace.layout`: of no other the browser is told where children may stand."""
UNUSED = ("/dash/dash_table/", "/polyfill@")


class Njia(dash.Dash):
    """Dash, with the page made by `workspace.page.map_page` around Dash's own markup."""

    site: Site

    def _view(self) -> tuple[ViewState, tuple[Notice, ...]]:
        query, choices = request.query_string.decode("utf-8", "replace"), self.site.choices
        state, notices = from_query(query, choices, reader_lang(choices.languages))
        if is_plain(query):
            state = replace(state, nature=leading_nature(self.site.world))
        return state, notices

    def _config(self) -> dict[str, Any]:
        """Return what Dash tells the browser, without what only other pages need.

        There are no jobs that outlast a request, so no ticket for them.
        The ticket is drawn anew for every page, so no page would equal the one that a reader holds already.
        """
        told: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call] # Dash has no types here
        told.pop("end_id", None)
        told["children_props"] = {
            room: {name: props for name, props in listed.items() if name in MOUNTED}
            for room, listed in told["children_props"].items()
        }
        return told

    def interpolate_index(self, **kwargs: Any) -> str:  # type: ignore[override] # Dash calls it with keywords only
        """Return the whole map page for the request's query string."""
        state, notices = self._view()
        parts = {
            # Dash's own markup, without its English word for waiting.
            "app_entry": Markup(kwargs["app_entry"].replace("Loading...", "…")),  # noqa: S704
            "dash_config": Markup(kwargs["config"]),  # noqa: S704
            "dash_scripts": Markup(_needed(kwargs["scripts"])),  # noqa: S704
            "dash_renderer": Markup(kwargs["renderer"]),  # noqa: S704
        }
        return map_page(self.site, state, notices, parts)


def create_app(world: World, settings: AppSettings, reopen: Callable[[], World] | None = None) -> Njia:
    """Build the application around a world; `reopen` opens it anew when a release or boundaries changed."""
    server = Flask("njia", static_folder=None)
    if settings.proxy_hops:
        behind = ProxyFix(server.wsgi_app, x_for=settings.proxy_hops, x_proto=0, x_host=0)
        server.wsgi_app = behind  # type: ignore[method-assign] # Flask's own way
    server.request_class = security.LenientRequest
    server.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    server.config["COMPRESS_BR_LEVEL"] = 5
    server.config["COMPRESS_MIN_SIZE"] = 400
    server.config["COMPRESS_MIMETYPES"] = SQUEEZED
    server.config["NJIA_SETTINGS"] = settings
    files = static.Assets(ASSETS)
    site = make_site(world, files)
    if reopen is not None:
        live = ReloadingSite(site, lambda: stamp(world.settings), lambda: make_site(reopen(), files))
        site = cast("Site", live)
    cached = PageCache(server.wsgi_app, SCOPE, lambda: site.world.key)
    server.wsgi_app = cached  # type: ignore[method-assign] # Flask's own way
    revalidate_layout(server)
    Compress(server)
    caching.add(server)
    if settings.base_path:
        base_path.add(server, settings.base_path)
        server.wsgi_app = base_path.BasePath(cached, settings.base_path)  # type: ignore[method-assign]
    say_language(server, lambda: site.choices.languages)
    _routes(server, site, files)
    app = Njia(
        "njia",
        server=server,  # type: ignore[arg-type] # Dash takes a Flask server; its hint is narrower
        use_async=False,
        assets_folder=str(Path(__file__).parent / "no-assets"),
        include_assets_files=False,
        routes_pathname_prefix="/",
        requests_pathname_prefix=f"{settings.base_path}/",
        serve_locally=True,
        title="Njia",
        update_title="",
        compress=False,
        suppress_callback_exceptions=True,  # else every page would carry the whole layout, to check ids against
    )
    app.site = site
    app.layout = lambda: layout(site)
    callbacks.register(app, site)
    security.harden(server, app.csp_hashes(), settings.frame_ancestors)
    return app


def _needed(scripts: str) -> str:
    """Leave out what this page never uses: Dash's tables, and what only browsers without modules need."""
    return "\n".join(line for line in scripts.splitlines() if not any(part in line for part in UNUSED))


def _routes(server: Flask, site: Site, files: static.Assets) -> None:
    server.register_blueprint(static.blueprint(files))

    @server.route(f"{PREFIX}<name>")
    def geometry(name: str) -> Response:
        prepared = {file.path.name: file.path for file in site.world.edition.prepared().values()}
        if name not in prepared:
            abort(404)
        return static.send(prepared[name])

    @server.route("/favicon.ico")
    def favicon() -> Any:
        return redirect(files.url("njia.svg"), code=302)

    for room in pages.PAGES:
        server.register_blueprint(room.blueprint(site))
    errors.add_pages(server, site)
    partners.refuse_unknown(server, site)
    if server.config["NJIA_SETTINGS"].metrics:
        metrics.add(server)
    faults.keep(server, as_json=server.config["NJIA_SETTINGS"].log_json)
