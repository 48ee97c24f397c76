"""What is compared ⇄ a query string or a view: `counties`, `with` a preset, `against` what differences are taken to.

Other codes and spellings of a county are read, and a notice says how; nothing is guessed, nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from dashboard.i18n.catalogue import catalogue
from dashboard.view.figure import filters_of
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY, NATURES, Notice, ViewState, defaults, from_query
from dashboard.web.links import address, reader_lang
from geodata.query.comparison import PRESETS, TO, Comparison, compared, units
from geodata.query.find import Standing, find_county

MOST = 6
"""Counties side by side at most, where the reader names them."""
MAX_NAMES = 60
KEPT = ("dataset", "nature", "measure", "form", "nationality", "confidence", "outcome", "suspects", "rule")
START = ("KE011", "KE010", "KE047")
"""The lens without a choice: the trunk of the Southern Route inside Kenya, Moyale (Marsabit) to Nairobi."""
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


def read_query(text: str, site: Site) -> CompareQuery:
    """Parse a query string; never raises."""
    pairs = parse_qsl(text[:MAX_QUERY].removeprefix("?"), max_num_fields=None)
    state, seen = from_query(text, site.choices)
    state = replace(state, lang=reader_lang(site.choices.languages), county="", corridor="", t="all", beside="")
    given = dict(reversed([(key, value.strip()) for key, value in pairs]))
    given |= {key: ",".join(value for name, value in pairs if name == key) for key in ("counties", "add")}
    return query_of(given, site, state, [notice for notice in seen if notice.key in (*KEPT, "from")])


def view_query(site: Site, state: ViewState) -> CompareQuery:
    """Return what a view of the map compares; with no county named, the chosen one beside the country."""
    given = {"counties": state.county, **dict(state.own)}
    return query_of(given, site, replace(state, t="all", beside=""), [])


def query_of(given: Mapping[str, str], site: Site, state: ViewState, notices: list[Notice]) -> CompareQuery:
    """Read counties, preset and yardstick beside a view; `notices` are those of the view."""
    tr, preset, to = catalogue(state.lang), given.get("with", ""), given.get("against", "")
    if preset and preset not in PRESETS:
        notices.append(Notice("with", preset[:60], "–"))
        preset = ""
    if to and to not in TO:
        notices.append(Notice("against", to[:60], tr.t("compare.to.first")))
    names = [part.strip() for key in ("counties", "add") for part in given.get(key, "").split(",")]
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


def link_of(site: Site, query: CompareQuery, path: str = "/compare.csv", **changed: str) -> str:
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


def comparison_of(site: Site, query: CompareQuery) -> Comparison:
    """Return the figures that are compared."""
    state = query.state
    wanted = units(site.world, query.counties, query.preset)
    return compared(site.world, state.dataset, filters_of(site.world, state), wanted, state.measure, state.rule)


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
