"""`/new`: the newest events of the record or of a county, as in the feeds, and which of them this reader has not seen.

What a reader has seen is kept by the browser, on the device, once the reader asks for it: ids of events and a day.
Nothing of it is sent, and the page that everybody gets is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, request

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.site import Site, common
from dashboard.view.state import defaults
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.newest import MOST, NewEvent, new_events
from geodata.values import NATIONAL

PATH = "/new"
AT_ONCE = 12
"""Events in one part of the page: the first is open, the others are folds on a phone."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """One event of the page. since: day (ISO) of the release that first carried it. lang: of `text`."""

    id: str
    since: str
    title: str
    href: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class NewPart:
    """Events that stand together: the place of the first and the last in the list, from 1, and the years they tell."""

    first: int
    last: int
    years: str
    lines: tuple[NewLine, ...]


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("newest", __name__)

    @routes.get(PATH)
    def page() -> str:
        county = request.args.get("county", "")
        known = county if county in site.world.names or county == NATIONAL else ""
        return newest_page(site, reader_lang(site.choices.languages), known)

    return routes


def newest_page(site: Site, lang: str, county: str) -> str:
    """Return the page in one language, of one county (P-code), the country ("National") or everything ("")."""
    tr = catalogue(lang)
    names = sorted(site.world.names.items(), key=lambda item: item[1])
    events = new_events(site.world, county)
    feed = f"/feed/{county}.xml" if county in site.world.names else "/feed.xml"
    return render(
        "newest.html",
        here="new",
        n=len(events),
        parts=[_part(site, tr, events, start) for start in range(0, len(events), AT_ONCE)],
        most=MOST,
        county=county,
        counties=[("", tr.t("sources.any_county")), *names, (NATIONAL, tr.t("sources.country"))],
        feed=address(feed, lang),
        **common(site, replace(defaults(site.choices), lang=lang), (PATH, f"county={county}" if county else "")),
    )


def _part(site: Site, tr: Catalogue, events: Sequence[NewEvent], start: int) -> NewPart:
    """Return the events from one place in the list on."""
    part = events[start : start + AT_ONCE]
    told = [int(event.row["year"]) for event in part]
    lines = tuple(new_line(site, tr, event) for event in part)
    return NewPart(start + 1, start + len(part), tr.years(min(told), max(told)), lines)


def new_line(site: Site, tr: Catalogue, event: NewEvent) -> NewLine:
    """Return an event in words; its date is as fine as the record tells it."""
    row = event.row
    hidden = bool(row["is_withheld"])
    place = site.world.names.get(str(row["county"]), tr.t("panel.kenya"))
    return NewLine(
        id=str(row["id"]),
        since=event.since,
        title=f"{tr.t('nature.' + str(row['nature']))}: {place}, {row['date']}",
        href=address(f"/event/{row['id']}", tr.lang),
        text=tr.t("panel.withheld") if hidden else str(row["summary"]),
        lang=tr.lang if hidden else "en",
    )
