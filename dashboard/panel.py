"""The detail panel: one county, one corridor, or the country, as HTML; and the trend beside it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dashboard.i18n.catalogue import catalogue
from dashboard.picture import filters_of
from dashboard.render import Tools, render
from dashboard.state import ALL_CORRIDORS, Choices, Notice, ViewState
from geodata.query import World, corridor_profile, country_profile, county_profile


@lru_cache(maxsize=256)
def panel_html(world: World, choices: Choices, state: ViewState) -> str:
    """Return the panel of a view."""
    tools = Tools(world, choices, state).names()
    filters = filters_of(world, state)
    if state.county:
        answers = [a for a in world.answers[state.rule] if a.pcode == state.county]
        profile = county_profile(world, state.dataset, filters, state.county)
        return render("parts/county.html", p=profile, answers=answers, **tools)
    if state.corridor and state.corridor != ALL_CORRIDORS:
        return render("parts/corridor.html", p=corridor_profile(world, state.corridor), **tools)
    country = country_profile(world, state.dataset, filters)
    return render("parts/country.html", p=country, corridors=world.corridors.corridors, **tools)


def title(world: World, state: ViewState) -> str:
    """Return the title of the page."""
    cat = catalogue(state.lang)
    what = cat.t(f"nature.{state.nature}")
    if state.county:
        what = f"{world.names[state.county]} · {what}"
    elif state.corridor and state.corridor != ALL_CORRIDORS:
        what = f"{state.corridor} · {what}"
    return f"{what} {cat.years(state.first, state.last)} – {cat.t('site.name')}"


def trend_title(world: World, state: ViewState) -> str:
    """Return the heading of the trend drawing."""
    cat = catalogue(state.lang)
    where = world.names.get(state.county, cat.t("panel.kenya"))
    measure = "incidents" if state.measure == "incidents" else "persons"
    return f"{cat.t('panel.trend')}: {where}, {cat.t(f'unit.{measure}')}"


def notices_html(state: ViewState, notices: tuple[Notice, ...]) -> str:
    """Return the notices of values that were not understood, empty without any."""
    return render("parts/notices.html", c=catalogue(state.lang), notices=notices) if notices else ""


def panel_data(world: World, choices: Choices, state: ViewState, notices: tuple[Notice, ...]) -> dict[str, Any]:
    """Return what the browser needs to show another choice."""
    return {
        "html": panel_html(world, choices, state),
        "county": state.county,
        "corridor": "" if state.corridor == ALL_CORRIDORS else state.corridor,
        "title": title(world, state),
        "trendTitle": trend_title(world, state),
        "notices": notices_html(state, notices),
    }
