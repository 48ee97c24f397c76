"""`/change`: two windows of years, what was found in each, and what may be concluded from the difference.

The query string is the whole view, of the page and of `/change.csv` alike: `before` and `after` as
``2014-2018``, `region` a former province, and the map's own kind, measure and filters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboard.i18n.catalogue import catalogue
from dashboard.pages.change.parts import change_parts
from dashboard.pages.change.table import CHANGE_COLUMNS, change_lines
from dashboard.view.answers import csv_answer
from dashboard.view.figure import filters_of
from dashboard.view.query_string import first_values, request_query
from dashboard.view.site import Site, common
from dashboard.view.state import MEASURES, NATURES, Notice, ViewState, from_query
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.changes import WindowChanges, changes, provinces
from geodata.values import Period

KEPT = ("nature", "measure", "form", "nationality", "confidence")
FORM = ("before_from", "before_to", "after_from", "after_to")
_SPAN = re.compile(r"([0-9]{4})(?:[-–]([0-9]{4}))?")
LENGTHS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """A parsed query string: two windows, a region or "", the map's view, and what was not understood."""

    before: Period
    after: Period
    region: str
    state: ViewState
    notices: tuple[Notice, ...]


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("change", __name__)

    @routes.route("/change")
    def change() -> str | Answer:
        query = read_query(request_query(), site)
        if any(key in request.args for key in FORM):
            return redirect(link_of(query), 303)  # the form's four years become one clean link
        return change_page(site, query)

    @routes.route("/change.csv")
    def change_csv() -> Response:
        query = read_query(request_query(), site)
        return csv_answer("change", CHANGE_COLUMNS, change_lines(site.world, _answer(site, query)), site, query.state)

    return routes


def read_query(text: str, site: Site) -> ChangeQuery:
    """Parse a query string of the page; never raises."""
    given = first_values(text)
    state, notices = from_query(text, site.choices)
    state = replace(state, lang=reader_lang(site.choices.languages))
    tr, kept = catalogue(state.lang), [notice for notice in notices if notice.key in KEPT]
    if state.dataset != "public":
        kept.append(Notice("dataset", state.dataset, tr.t("dataset.public"), "exact"))
        state = replace(state, dataset="public", beside="")
    before, after = _windows(given, site.world.coverage, kept)
    region = given.get("region", "")
    if region and region not in provinces(site.world):
        kept.append(Notice("region", region[:60], tr.t("panel.kenya")))
        region = ""
    return ChangeQuery(before, after, region, state, tuple(kept))


def _windows(given: dict[str, str], coverage: Period, notices: list[Notice]) -> tuple[Period, Period]:
    """Read the two windows: as spans or as the form's four years; what cannot be compared falls back."""
    plain = default_windows(coverage)
    read: list[Period] = []
    for name, fallback in zip(("before", "after"), plain, strict=True):
        years = (given.get(f"{name}_from", ""), given.get(f"{name}_to", ""))
        text = "-".join(years) if all(years) else given.get(name, "")
        window = _span(text, coverage) if text else fallback
        if window is None:
            notices.append(Notice(name, text[:60], span(fallback)))
        read.append(window or fallback)
    before, after = read
    if after.last < before.first:
        before, after = after, before
    if after.first <= before.last:
        notices.append(Notice("after", f"{span(before)}, {span(after)}", ", ".join(map(span, plain)), "overlap"))
        return plain
    return before, after


def _span(text: str, coverage: Period) -> Period | None:
    match = _SPAN.fullmatch(text)
    if not match:
        return None
    first, last = sorted((int(match[1]), int(match[2] or match[1])))
    if first > coverage.last or last < coverage.first:
        return None
    return Period(max(first, coverage.first), min(last, coverage.last))


def default_windows(coverage: Period) -> tuple[Period, Period]:
    """Return the windows of the plain address: the five years before 2019 and the years since, to the last whole one.

    2018 is the year of the coastal assessment and of the first trainings on the referral mechanism.
    """
    if coverage.first < 2018 < coverage.last - 1:
        return Period(max(coverage.first, 2014), 2018), Period(2019, coverage.last - 1)
    middle = (coverage.first + coverage.last) // 2
    return Period(coverage.first, middle), Period(middle + 1, coverage.last)


def span(window: Period) -> str:
    """Return a window as the link writes it."""
    return f"{window.first}-{window.last}"


def presets(coverage: Period) -> list[tuple[str, Period, Period]]:
    """Return (name, before, after): the last 1, 3 and 5 whole years against as many before; the record in halves."""
    last = coverage.last - 1
    lengths = [(str(n), Period(last - 2 * n + 1, last - n), Period(last - n + 1, last)) for n in LENGTHS]
    middle = (coverage.first + coverage.last) // 2
    halves = ("all", Period(coverage.first, middle), Period(middle + 1, coverage.last))
    return [preset for preset in (*lengths, halves) if preset[1].first >= coverage.first]


def link_of(query: ChangeQuery, path: str = "/change", **changed: str) -> str:
    """Return the address of a view, with other choices in `changed`."""
    kept = {key: getattr(query.state, key) for key in KEPT}
    values = {key: ",".join(value) if isinstance(value, tuple) else value for key, value in kept.items()}
    values |= {"before": span(query.before), "after": span(query.after), "region": query.region, **changed}
    return address(path, query.state.lang, **values)


def _answer(site: Site, query: ChangeQuery) -> WindowChanges:
    state = query.state
    filters = filters_of(site.world, state)
    return changes(site.world, filters, query.before, query.after, state.nature, state.measure, query.region)


def change_page(site: Site, query: ChangeQuery) -> str:
    """Return the page."""
    world, state = site.world, query.state
    tr, answer = catalogue(state.lang), _answer(site, query)
    return render(
        "change.html",
        here="changed",
        asked=query,
        notices=query.notices,
        regions=list(provinces(world)),
        years=list(world.coverage.years()),
        natures=NATURES,
        measures=MEASURES,
        kept={key: ",".join(getattr(state, key)) for key in ("form", "nationality", "confidence")},
        presets=[
            (
                tr.t(f"change.preset.{name}"),
                link_of(query, before=span(b), after=span(a)),
                (b, a) == (query.before, query.after),
            )
            for name, b, a in presets(world.coverage)
        ],
        here_link=link_of(query),
        csv_link=link_of(query, "/change.csv"),
        map_link=address("/", state.lang, **_map_query(query)),
        region_link=lambda region: link_of(query, region=region),
        **{
            **TemplateTools(world, site.choices, state).names(),
            **common(site, state, ("/change", link_of(query).partition("?")[2])),
            **change_parts(world, tr, state, answer),
        },
    )


def _map_query(query: ChangeQuery) -> dict[str, str]:
    return {
        "nature": query.state.nature,
        "measure": query.state.measure,
        "from": str(query.after.first),
        "to": str(query.after.last),
    }
