"""What programs look for first: `/robots.txt`, `/sitemap.xml` and `/.well-known/security.txt`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, current_app, request

from dashboard.lenses import lenses
from dashboard.view.site import Site
from dashboard.web.links import FOOT, NAV, address, site_root

PRIVATE = ("/s", "/export", "/corrections/", "/_dash")
"""What no crawler needs: work made for one reader, and Dash's own calls."""
GOOD_FOR = timedelta(days=180)


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("discovery", __name__)

    @routes.get("/robots.txt")
    def robots() -> Response:
        private = [f"Disallow: {request.script_root}{path}" for path in PRIVATE]
        lines = ["User-agent: *", *private, f"Sitemap: {site_root()}sitemap.xml", ""]
        return Response("\n".join(lines), mimetype="text/plain")

    @routes.get("/sitemap.xml")
    def sitemap() -> Response:
        entries = "".join(
            f"<url><loc>{escape(site_root() + path[1:])}</loc><lastmod>{site.world.as_of}</lastmod></url>"
            for path in addresses(site)
        )
        names = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return Response(
            f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{names}">{entries}</urlset>',
            mimetype="application/xml",
        )

    @routes.get("/.well-known/security.txt")
    def security() -> Response:
        contact = current_app.config["NJIA_SETTINGS"].security_contact
        if not contact:
            abort(404)
        expires = (datetime.now(UTC) + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
        lines = [f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: en, sw"]
        return Response(
            "\n".join([*lines, f"Canonical: {site_root()}.well-known/security.txt", ""]), mimetype="text/plain"
        )

    return routes


def addresses(site: Site) -> list[str]:
    """Return every page worth finding, in every language: lenses, documents, counties with their cards."""
    listed = [path for _, path in (*NAV, *FOOT)]
    listed += [f"/{room}/{pcode}" for pcode in site.world.names for room in ("county", "lite")]
    languages = site.choices.languages
    views = [address("/", lang, lens=key) for key in lenses() for lang in languages]
    return [*dict.fromkeys([*(address(path, lang) for path in listed for lang in languages), *views])]
