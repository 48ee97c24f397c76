"""What is asked of two windows of years ⇄ a query string or a view: `before` and `after` as ``2014-2018``, `region`.

What cannot be compared falls back with a notice; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.tools import of_public_record
from dashboard.view.figure import filters_of
from dashboard.view.query_string import first_values
from dashboard.view.site import Site
from dashboard.view.state import Notice, ViewState, from_query
from dashboard.web.links import address, reader_lang
from geodata.query.changes import WindowChanges, changes, provinces
from geodata.values import Period

KEPT = ("nature", "measure", "form", "nationality", "confidence", "outcome", "suspects")
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


def read_query(text: str, site: Site) -> ChangeQuery:
    """Parse a query string; never raises."""
    state, notices = from_query(text, site.choices)
    state = replace(state, lang=reader_lang(site.choices.languages))
    return query_of(first_values(text), site, state, [notice for notice in notices if notice.key in KEPT])


def view_query(site: Site, state: ViewState) -> ChangeQuery:
    """Return what a view of the map asks of two periods."""
    return query_of(dict(state.own), site, state, [])


def query_of(given: Mapping[str, str], site: Site, state: ViewState, notices: list[Notice]) -> ChangeQuery:
    """Read the two windows and the region beside a view; `notices` are those of the view."""
    state, told = of_public_record(site, state)
    notices += told
    before, after = _windows(given, site.world.coverage, notices)
    region = given.get("region", "")
    if region and region not in provinces(site.world):
        notices.append(Notice("region", region[:60], catalogue(state.lang).t("panel.kenya")))
        region = ""
    return ChangeQuery(before, after, region, state, tuple(notices))


def _windows(given: Mapping[str, str], coverage: Period, notices: list[Notice]) -> tuple[Period, Period]:
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


def link_of(query: ChangeQuery, path: str = "/change.csv", **changed: str) -> str:
    """Return the address of a view, with other choices in `changed`."""
    kept = {key: getattr(query.state, key) for key in KEPT}
    values = {key: ",".join(value) if isinstance(value, tuple) else value for key, value in kept.items()}
    values |= {"before": span(query.before), "after": span(query.after), "region": query.region, **changed}
    return address(path, query.state.lang, **values)


def answer_of(site: Site, query: ChangeQuery) -> WindowChanges:
    """Return the comparison that is asked for."""
    state = query.state
    filters = filters_of(site.world, state)
    return changes(site.world, filters, query.before, query.after, state.nature, state.measure, query.region)
