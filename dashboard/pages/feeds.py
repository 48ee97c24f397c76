"""Atom feeds: `/feed.xml` of the record, `/feed/KE011.xml` of a county, `/feed/releases.xml` of the releases.

An entry is an event or a release, in the language of the link. An event with fewer than five children has its county,
year and nature, like everywhere. Feeds know no reader: nothing in them says who asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.pages.newest import new_line
from dashboard.view.site import Site
from dashboard.web.links import address, reader_lang, site_root
from dashboard.web.templates import render
from geodata.query.newest import NewEvent, new_events
from geodata.query.releases import shown_releases

ATOM = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. id: a name that never changes. day: ISO. path: from the site's root. lang: of `text`."""

    id: str
    title: str
    day: str
    path: str
    text: str
    lang: str


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("feeds", __name__)

    @routes.get("/feed.xml")
    def record() -> Response:
        tr = catalogue(reader_lang(site.choices.languages))
        return _feed(tr, "/feed.xml", tr.t("feed.record"), [_event(site, tr, new) for new in new_events(site.world)])

    @routes.get("/feed/<pcode>.xml")
    def county(pcode: str) -> Response:
        if pcode not in site.world.names:
            abort(404)
        tr = catalogue(reader_lang(site.choices.languages))
        title = tr.t("feed.county", county=site.world.names[pcode])
        entries = [_event(site, tr, new) for new in new_events(site.world, pcode)]
        return _feed(tr, f"/feed/{pcode}.xml", title, entries)

    @routes.get("/feed/releases.xml")
    def releases() -> Response:
        tr = catalogue(reader_lang(site.choices.languages))
        return _feed(tr, "/feed/releases.xml", tr.t("feed.releases"), _releases(site, tr))

    return routes


def _event(site: Site, tr: Catalogue, new: NewEvent) -> FeedEntry:
    """Return an event as an entry; its date is as fine as the record tells it."""
    line = new_line(site, tr, new)
    return FeedEntry(f"urn:njia:event:{line.id}", line.title, line.since, line.href, line.text, line.lang)


def _releases(site: Site, tr: Catalogue) -> list[FeedEntry]:
    listed, shown = [], shown_releases(site.world)
    for release in shown:
        earlier = [other for other in shown if other.dataset == release.dataset and other.published < release.published]
        asked = {"from": earlier[0].id if earlier else "", "to": release.id}
        listed.append(
            FeedEntry(
                id=f"urn:njia:release:{release.id}",
                title=tr.t("feed.release", title=release.title, id=release.id[:12]),
                day=release.published,
                path=address("/changes", tr.lang, **asked),
                text=tr.t("feed.changed" if earlier else "feed.first"),
                lang=tr.lang,
            )
        )
    return sorted(listed, key=lambda entry: entry.day, reverse=True)


def _feed(tr: Catalogue, path: str, title: str, entries: list[FeedEntry]) -> Response:
    """Return a feed; without entries it is as old as the language's first page, never today's."""
    text = render(
        "feed.xml", c=tr, root=site_root().rstrip("/"), path=address(path, tr.lang), key=path, title=title,
        entries=entries, updated=max((entry.day for entry in entries), default="2000-01-01"),
    )  # fmt: skip
    return Response(text, content_type=f"{ATOM}; charset=utf-8")
