"""The detail panel: one county, one corridor, or the country, as HTML; and the trend beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import catalogue
from dashboard.lite.text import short_message
from dashboard.view.basemap import shell_svg
from dashboard.view.figure import filters_of, frames, state_filters
from dashboard.view.frame import ViewFrame
from dashboard.view.state import (
    ALL_CORRIDORS,
    MEASURES,
    NATURES,
    POOLED,
    Choices,
    Notice,
    ViewState,
    defaults,
    to_query,
)
from dashboard.view.template_tools import TemplateTools
from dashboard.view.trend import trend_figure
from dashboard.web.templates import render
from geodata.query.caseload import supported
from geodata.query.county_card import card
from geodata.query.helplines import first
from geodata.query.profiles import CountyProfile, corridor_profile, country_profile, county_profile
from geodata.query.world import World
from geodata.values import NATIONAL, Role

PUBLIC = "public"
PARTS = (*(role.value for role in Role), "corridors", "responses", "facts", "events")
"""Long parts of a county's panel, which the browser fetches when a reader opens them."""
NATION = "nation"
"""Key of the part under the map that holds what belongs to no county."""


def panel_key(state: ViewState) -> str:
    """Return the name of what a panel says whatever the filters: its parts marked `kept` stay the same under it."""
    corridor = "" if state.corridor == ALL_CORRIDORS else state.corridor
    return ".".join((state.lang, state.dataset, state.county or corridor or NATIONAL, state.rule, state.beside))


@lru_cache(maxsize=64)
def panel_html(world: World, choices: Choices, state: ViewState, root: str = "", *, held: bool = False) -> str:
    """Return the panel of a view; with `held`, the parts the browser keeps are left empty.

    root: how readers reach the site from outside, for the text message; "" where that is not known.
    """
    tools = {**TemplateTools(world, choices, state).names(), "held": held, "beside": beside_html(world, choices, state)}
    filters = filters_of(world, state)
    if state.county:
        answers, profile = _county(world, state)
        longer = supported(world, state.dataset, state.county) if state.dataset != PUBLIC else None
        sms = short_message(card(world, state.county), catalogue(state.lang), root)
        empties = empty_words(world, choices, state)
        return render(
            "parts/county.html", p=profile, answers=answers, longer=longer, sms=sms, empties=empties,
            urgent=first(world), **tools,
        )  # fmt: skip
    if state.corridor and state.corridor != ALL_CORRIDORS:
        return render("parts/corridor.html", p=corridor_profile(world, state.corridor), **tools)
    country = country_profile(world, state.dataset, filters)
    nation = f"/?{to_query(replace(state, fold=(*state.fold, NATION)), choices)}#{NATION}"
    return render(
        "parts/country.html", p=country, longer=None, corridors=_corridors(world, state.lang), nation=nation, **tools
    )


@dataclass(frozen=True, slots=True)
class CorridorWords:
    """A corridor in the list of all: id, id and name, nature, and in words its nature, and its grade and mode."""

    id: str
    name: str
    nature: str
    nature_words: str
    rest: str


@lru_cache(maxsize=8)
def _corridors(world: World, lang: str) -> tuple[CorridorWords, ...]:
    tr = catalogue(lang)
    return tuple(
        CorridorWords(
            row["corridor_id"],
            f"{row['corridor_id']} {tr.corridor(row['corridor_id'], row['name'])}",
            row["nature"],
            tr.t(f"nature.{row['nature']}"),
            tr.t("grade.short", grade=row["confidence"]) + " · " + tr.t(f"mode.{row['mode']}"),
        )
        for row in world.corridors.corridors
    )


def panel_part(world: World, choices: Choices, state: ViewState, part: str) -> str:
    """Return one of the long `PARTS` of the panel of a view's county, as it stands when it is opened."""
    answers, profile = _county(world, state)
    tools = TemplateTools(world, choices, state).names()
    return render("parts/county_parts.html", p=profile, answers=answers, part=part, **tools)


def _county(world: World, state: ViewState) -> tuple[list[Any], CountyProfile]:
    answers = [decision for decision in world.role_decisions[state.rule] if decision.pcode == state.county]
    return answers, county_profile(world, state.dataset, filters_of(world, state), state.county)


def nation_html(world: World, choices: Choices, state: ViewState) -> Markup:
    """Return what is counted for the country and for no county: events, responses, programmes."""
    country = country_profile(world, state.dataset, filters_of(world, state))
    tools = TemplateTools(world, choices, state).names()
    return Markup(render("parts/nation.html", p=country, **tools))  # noqa: S704 - the template escapes every value


def empty_words(world: World, choices: Choices, state: ViewState) -> dict[str, str]:
    """Return nature → what its absence in the chosen county means, for natures without a figure there."""
    words, tr = {}, catalogue(state.lang)
    for nature in NATURES[:2]:
        counted = replace(state, nature=nature, t=POOLED, measure=MEASURES[0 if state.dataset == PUBLIC else 1])
        frame = ViewFrame(world, counted, frames(world, state_filters(counted, choices)))
        county = next(row for row in frame.counties if row["pcode"] == state.county)
        if county["empty"]:
            words[nature] = tr.t(f"empty.{county['empty']}")
    return words


def beside_html(world: World, choices: Choices, state: ViewState) -> Markup:
    """Return another dataset beside the one on the map: its sentence, its own map and legend; never added up."""
    if not state.beside or state.beside == state.dataset:
        return Markup("")
    start = defaults(choices.of(state.beside))
    there = replace(
        start, lang=state.lang, dataset=state.beside, nature=state.nature, county=state.county, rule=state.rule
    )
    frame = ViewFrame(world, there, frames(world, state_filters(there, choices)))
    mine = next((county for county in frame.counties if county["pcode"] == state.county), None)
    link = TemplateTools(world, choices, state).link
    drawn = shell_svg(
        world,
        tuple(str(county["fill"]) for county in frame.counties),
        tuple(link(county=str(county["pcode"])) for county in frame.counties),
        frame.title,
        tuple(str(county["words"]) for county in frame.counties),
    )
    name = world.releases[state.beside].manifest.title or state.beside
    return Markup(  # noqa: S704 - the template escapes every value
        render("parts/beside.html", c=frame.tr, name=name, frame=frame, mine=mine, drawn=drawn)
    )


def title(world: World, state: ViewState) -> str:
    """Return the title of the page."""
    tr = catalogue(state.lang)
    what = tr.t(f"nature.{state.nature}")
    if state.county:
        what = f"{world.names[state.county]} · {what}"
    elif state.corridor and state.corridor != ALL_CORRIDORS:
        what = f"{state.corridor} · {what}"
    return f"{what} {tr.years(state.first, state.last)} – {tr.t('site.name')}"


def trend_title(world: World, state: ViewState) -> str:
    """Return the heading of the trend drawing."""
    tr = catalogue(state.lang)
    where = world.names.get(state.county, tr.t("panel.kenya"))
    measure = "incidents" if state.measure == "incidents" else "persons"
    return f"{tr.t('panel.trend')}: {where}, {tr.unit(measure, state.dataset)}"


def notices_html(state: ViewState, notices: tuple[Notice, ...]) -> str:
    """Return the notices of values that were not understood, empty without any."""
    return render("parts/notices.html", c=catalogue(state.lang), notices=notices) if notices else ""


def trends(world: World, choices: Choices, state: ViewState) -> dict[str, Any]:
    """Return heading and figure of the trend for every unit, so that switching asks nobody."""
    units = ("persons",) if choices.of(state.dataset).protected else ("incidents", "persons")
    views = {unit: replace(state, measure=unit) for unit in units}
    return {
        unit: {"title": trend_title(world, view), "figure": trend_figure(world, view)} for unit, view in views.items()
    }


def panel_data(
    world: World, choices: Choices, state: ViewState, notices: tuple[Notice, ...], held: str = ""
) -> dict[str, Any]:
    """Return what the browser needs to show another choice; `held` is the `panel_key` it shows now."""
    key = panel_key(state)
    return {
        "key": key,
        "spared": held == key,
        "html": panel_html(world, choices, state, held=held == key),
        "county": state.county,
        "corridor": "" if state.corridor == ALL_CORRIDORS else state.corridor,
        "title": title(world, state),
        "notices": notices_html(state, notices),
    }
