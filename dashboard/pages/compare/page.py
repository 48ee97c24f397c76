"""`/compare`: two to six counties side by side, or one with its neighbours, its former province and the country.

The query string is the whole view, of the page and of `/compare.csv` alike: `counties` (P-codes; other codes
and spellings are read, and the page says how), `with` a preset, `to` what differences are taken to, and the
map's own data set, kind, measure, years and filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboard.i18n.catalogue import catalogue
from dashboard.pages.compare.parts import compare_parts
from dashboard.view.answers import csv_answer
from dashboard.view.figure import filters_of
from dashboard.view.query_string import request_query
from dashboard.view.site import Site, common
from dashboard.view.state import MAX_QUERY, MEASURES, NATURES, Notice, ViewState, defaults, from_query
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.comparison import PRESETS, TO, Comparison, compared, units
from geodata.query.find import Standing, find_county

MOST = 6
"""Counties side by side at most, where the reader names them."""
MAX_NAMES = 60
KEPT = ("dataset", "nature", "measure", "form", "nationality", "confidence", "rule")
START = ("KE011", "KE010", "KE047")
"""The page without a choice: the trunk of the Southern Route inside Kenya, Moyale (Marsabit) to Nairobi."""
COLUMNS = (
    "unit",
    "name",
    "kind",
    "nature",
    "from",
    "to",
    "incidents",
    "persons",
    "incidents_without_number",
    "rate_per_100k",
    "rate_low",
    "rate_high",
    "residents_2019",
    "status",
    "difference",
    "difference_to",
    "roles",
    "corridors",
    "drawn_km",
)


@dataclass(frozen=True, slots=True)
class CompareQuery:
    """A parsed query string: counties, preset or "", yardstick, the map's view, and what was not understood."""

    counties: tuple[str, ...]
    preset: str
    to: str
    state: ViewState
    notices: tuple[Notice, ...]


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("compare", __name__)

    @routes.route("/compare")
    def compare() -> str | Answer:
        query = read_query(request_query(), site)
        if "go" in request.args and not query.notices:
            return redirect(link_of(site, query), 303)  # a form's many boxes become one clean link
        return compare_page(site, query)

    @routes.route("/compare.csv")
    def compare_csv() -> Response:
        query = read_query(request_query(), site)
        return csv_answer("compare", COLUMNS, compare_lines(site, query, _comparison(site, query)), site, query.state)

    return routes


def read_query(text: str, site: Site) -> CompareQuery:
    """Parse a query string of the page; never raises."""
    pairs = parse_qsl(text[:MAX_QUERY].removeprefix("?"), max_num_fields=None)
    state, seen = from_query(text, site.choices)
    state = replace(state, lang=reader_lang(site.choices.languages), county="", corridor="", t="all", beside="")
    tr, notices = catalogue(state.lang), [notice for notice in seen if notice.key in (*KEPT, "from")]
    given = dict(reversed([(key, value.strip()) for key, value in pairs]))
    preset, to = given.get("with", ""), given.get("against", "")
    if preset and preset not in PRESETS:
        notices.append(Notice("with", preset[:60], "–"))
        preset = ""
    if to and to not in TO:
        notices.append(Notice("against", to[:60], tr.t("compare.to.first")))
    names = [
        part.strip()
        for wanted in ("counties", "add")
        for key, value in pairs
        if key == wanted
        for part in value.split(",")
    ]
    counties = _counties(site, [name for name in names if name][:MAX_NAMES], notices)
    was = given.get("was", "").split(",")  # a form's boxes come in the order of the list: who was first stays first
    counties.sort(key=lambda pcode: was.index(pcode) if pcode in was else len(was))
    if len(counties) > MOST and not preset:
        names_left_out = ", ".join(site.world.names[pcode] for pcode in counties[MOST:])
        notices.append(Notice("counties", names_left_out, ", ".join(counties[:MOST]), "six"))
        counties = counties[:MOST]
    if preset and len(counties) > 1:
        notices.append(Notice("counties", ",".join(counties), counties[0], "one_county"))
        counties = counties[:1]
    if not counties:
        counties, preset = list(START), ""
    if len(counties) == 1 and not preset:
        preset = "country"  # one county beside nothing says nothing
    return CompareQuery(tuple(counties), preset, to if to in TO else TO[0], state, tuple(notices))


def _counties(site: Site, names: list[str], notices: list[Notice]) -> list[str]:
    """Read codes and spellings; whatever is not a P-code as written is told, and nothing is guessed."""
    pcodes: list[str] = []
    for name in names:
        if name in site.world.names:
            pcodes.append(name)
            continue
        match = find_county(site.world, name)
        if match.standing is Standing.SURE and match.pcode:
            used = f"{site.world.names[match.pcode]} ({match.pcode})"
            if name.casefold() != site.world.names[match.pcode].casefold():
                notices.append(Notice("counties", name[:60], used, "read_as"))
            pcodes.append(str(match.pcode))
        else:
            maybe = f" {site.world.names[match.suggestion]}?" if match.suggestion else ""
            notices.append(Notice("counties", name[:60], f"–{maybe}", "no_county"))
    return list(dict.fromkeys(pcodes))


def link_of(site: Site, query: CompareQuery, path: str = "/compare", **changed: str) -> str:
    """Return the address of a view, with other choices in `changed`."""
    state, plain = query.state, defaults(site.choices.of(query.state.dataset))
    values: dict[str, str] = {"counties": ",".join(query.counties), "with": query.preset}
    values["against"] = "" if query.to == TO[0] else query.to
    for key in KEPT:
        value = getattr(state, key)
        values[key] = "" if value == getattr(plain, key) else ",".join(value) if isinstance(value, tuple) else value
    for key, name in (("from", "first"), ("to", "last")):
        values[key] = "" if getattr(state, name) == getattr(plain, name) else str(getattr(state, name))
    return address(path, state.lang, **(values | changed))


def _comparison(site: Site, query: CompareQuery) -> Comparison:
    state = query.state
    wanted = units(site.world, query.counties, query.preset)
    return compared(site.world, state.dataset, filters_of(site.world, state), wanted, state.measure, state.rule)


def compare_page(site: Site, query: CompareQuery) -> str:
    """Return the page."""
    world, state = site.world, query.state
    tr, comparison, legal = catalogue(state.lang), _comparison(site, query), site.choices.of(state.dataset)
    chosen = [(pcode, world.names[pcode], _without(site, query, pcode)) for pcode in query.counties]
    return render(
        "compare.html",
        here="compare",
        asked=query,
        notices=query.notices,
        chosen=chosen,
        most=MOST,
        everyone=sorted(world.names.items(), key=lambda item: item[1]),
        presets=[
            (
                tr.t(f"compare.preset.{preset}", county=world.names[query.counties[0]]),
                link_of(site, replace(query, counties=query.counties[:1]), **{"with": preset}),
                preset == query.preset,
            )
            for preset in PRESETS
        ],
        natures=NATURES,
        measures=MEASURES[1:] if legal.protected else MEASURES,
        yardsticks=TO,
        years=list(legal.period.years()),
        periods=legal.periods,
        here_link=link_of(site, query),
        csv_link=link_of(site, query, "/compare.csv"),
        change_link=address("/change", state.lang, nature=state.nature, measure=state.measure),
        **{
            **TemplateTools(world, site.choices, state).names(),
            **common(site, state, ("/compare", link_of(site, query).partition("?")[2])),
            **compare_parts(site, tr, state, comparison, query.to),
        },
    )


def _without(site: Site, query: CompareQuery, pcode: str) -> str:
    """Return the address without one county, empty where it is the last."""
    rest = tuple(other for other in query.counties if other != pcode)
    return link_of(site, replace(query, counties=rest)) if rest and not query.preset else ""


def compare_lines(site: Site, query: CompareQuery, comparison: Comparison) -> Iterator[dict[str, object]]:
    """Yield one line per unit and kind: the tables as a file."""
    state = query.state
    for nature in NATURES:
        apart = comparison.differences(nature, state.measure, query.to)
        for side, difference in zip(comparison.sides, apart, strict=True):
            own = side.values[nature]
            yield {
                "unit": side.unit.key,
                "name": site.world.names.get(side.unit.key, side.unit.key),
                "kind": side.unit.kind,
                "nature": nature,
                "from": state.first,
                "to": state.last,
                "incidents": 0 if own.empty == "zero" else own.incidents,
                "persons": 0 if own.empty == "zero" else own.persons,
                "incidents_without_number": own.unstated or None,
                "rate_per_100k": _rounded(own.rate),
                "rate_low": _rounded(own.low),
                "rate_high": _rounded(own.high),
                "residents_2019": side.residents,
                "status": own.empty or ("estimate" if own.incidents is None else "reported"),
                "difference": _rounded(difference),
                "difference_to": f"{state.measure}: {query.to}",
                "roles": ";".join(side.roles),
                "corridors": len(side.corridors),
                "drawn_km": side.drawn_km,
            }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
