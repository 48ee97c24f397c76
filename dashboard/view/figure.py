"""From a view to what is drawn: frames for the browser, the first figure, and the corridor traces of a choice.

Everything here is a pure function of (world, view), so answers are cached by the link's filter part.
Numbers come from `geodata.query`, traces from `layers`; this module only picks words and pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.map_names import (
    TRUNK,
    brought_forward,
    country_labels,
    county_labels,
    name_at,
    pills,
    place_labels,
    places_of,
)
from dashboard.view.state import Choices, ViewState, defaults
from geodata.query.cube import Cube, Filters
from geodata.query.estimates import FLOOR, STEP
from geodata.query.indicators import cube
from geodata.query.world import World
from geodata.values import NATIONAL, Grade, Nature, Pcode
from layers.animation_frames import animation_frames
from layers.context import ContextSpec
from layers.corridors import CorridorSpec, legs_frame
from layers.counties import COUNTY_ORDER, CountySpec
from layers.figure import MapFigureSpec, config, map_figure
from layers.scales import Rounding

EVERY_ROLE = frozenset({"roles"})
"""Questions whose map shows the roles of all counties; any other shows those of grade A."""


@dataclass(frozen=True, eq=False)
class Basemap:
    """What stays the same for every reader of one process: addresses of geometry, ids of its features."""

    counties_url: str
    near_url: str
    far_url: str
    context: ContextSpec
    far_countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegChoice:
    """Which corridor legs a map draws.

    listed: ids of all of them, None for those of the view's grade or better. back: those that step back, because
    their evidence is weaker than was asked for.
    """

    listed: frozenset[str] | None = None
    back: frozenset[str] = frozenset()


BY_GRADE = LegChoice()


def filters_of(world: World, state: ViewState) -> Filters:
    """Return the filters of a view; the role filter becomes the set of counties that hold one of the roles."""
    chosen = None
    if state.role:
        chosen = frozenset(
            str(answer.pcode)
            for answer in world.role_decisions[state.rule]
            if answer.role.value in state.role and answer.held
        )
    return Filters(
        state.period,
        state.form,
        state.nationality,
        state.confidence,
        state.sex,
        state.age,
        chosen,
        state.outcome,
        state.suspects,
    )


@lru_cache(maxsize=64)
def frames(world: World, state: ViewState) -> dict[str, Any]:
    """Return the frames of a view's filters: classes, values, legends (see assets/js/frames.js).

    `state` must be stripped to its filters with `filter_part`, so that the cache serves every reader.
    """
    tr = catalogue(state.lang)
    filters = filters_of(world, state)
    counted = cube(world, state.dataset, filters)
    rounding = None if counted.hidden is None else Rounding(STEP, FLOOR)
    built = animation_frames(counted.values, counted.empties, counted.frames, tr.labels, rounding=rounding)
    built["labels"] = [tr.t("time.pooled", years=tr.years(state.first, state.last)), *built["frames"][1:]]
    if filters.counties is not None:
        built["mask"] = "".join("1" if pcode in filters.counties else "0" for pcode in COUNTY_ORDER)
    built["roles"] = role_words(world, state.rule, state.lang)
    return built


def filter_part(state: ViewState, choices: Choices) -> ViewState:
    """Return the view without what the browser decides by itself and without the selection."""
    plain = defaults(choices)
    kept = (
        "lang",
        "dataset",
        "first",
        "last",
        "form",
        "nationality",
        "confidence",
        "outcome",
        "suspects",
        "sex",
        "age",
        "role",
        "rule",
    )
    return replace(plain, **{name: getattr(state, name) for name in kept})


def sentence(world: World, state: ViewState, nature: str, frame: int) -> str:
    """Return what is seen in one frame, with its denominator, period and kind of evidence."""
    tr, counted = catalogue(state.lang), cube(world, state.dataset, filters_of(world, state))
    years = str(counted.years[frame - 1]) if frame else tr.years(state.first, state.last)
    return _sentence(tr, counted, nature, frame, years) + filter_words(tr, state)


def _sentence(tr: Catalogue, counted: Cube, nature: str, frame: int, years: str) -> str:
    name = tr.t(f"nature.{nature}")
    if counted.whole is not None:
        return _caseload_sentence(tr, counted, nature, frame, years)
    kenya, abroad = counted.totals(nature, frame), counted.totals(nature, frame, of=NATIONAL)
    text = tr.t("sentence.nothing", nature=name, years=years)
    if kenya is not None:
        where = tr.t("sentence.counties", n=kenya.counties)
        text = tr.t("sentence.map", n=kenya.incidents, nature=name, years=years, counties=where, persons=kenya.persons)
        if kenya.unstated:
            text += tr.t("sentence.unstated", n=kenya.unstated)
    if abroad is not None:
        text += tr.t("sentence.national", n=abroad.incidents)
    return text


def _caseload_sentence(tr: Catalogue, counted: Cube, nature: str, frame: int, years: str) -> str:
    name, totals = tr.t(f"nature.{nature}"), counted.totals(nature, frame)
    if totals is None:
        return tr.t("sentence.caseload_nothing", nature=name, years=years)
    where = tr.t("sentence.counties", n=totals.counties)
    persons = tr.estimate(totals.persons, totals.error or 0.0)
    key = "sentence.caseload" if totals.counties else "sentence.caseload_total_only"
    text = tr.t(key, nature=name, years=years, persons=persons, counties=where)
    return text + tr.t("sentence.noise", n=max(1, round(2 * (totals.error or 0.0))))


def filter_words(tr: Catalogue, state: ViewState) -> str:
    """Return the filters of a view as words, empty when there are none."""
    groups = (
        ("form", state.form),
        ("country" if state.dataset == "public" else "group", state.nationality),
        ("confidence", state.confidence),
        ("outcome.people", state.outcome),
        ("outcome.suspects", state.suspects),
        ("sex", state.sex),
        ("age", state.age),
        ("role", state.role),
    )
    chosen = [", ".join(tr.code(prefix, value) for value in values) for prefix, values in groups if values]
    return " " + tr.t("sentence.filtered", filters="; ".join(chosen)) if chosen else ""


@lru_cache(maxsize=16)
def role_words(world: World, rule: str, lang: str) -> dict[str, str]:
    """Return P-code → roles held, as words with symbols, for tips and the table."""
    tr = catalogue(lang)
    words: dict[str, list[str]] = {}
    for answer in world.role_decisions[rule]:
        if answer.held:
            role = answer.role.value
            words.setdefault(str(answer.pcode), []).append(f"{tr.t(f'role.symbol.{role}')} {tr.t(f'role.{role}')}")
    return {pcode: ", ".join(parts) for pcode, parts in words.items()}


def role_rows(world: World, rule: str, *, every: bool = True) -> pd.DataFrame:
    """Return the roles to draw: held ones at their best grade, and inferred ones as grade C; else grade A alone."""
    rows = [
        (str(answer.pcode), answer.role.value, answer.best_grade.value, answer.smuggling_only)
        for answer in world.role_decisions[rule]
        if answer.best_grade is not None and (answer.held or answer.best_grade is Grade.C)
        if every or answer.best_grade is Grade.A
    ]
    table = pd.DataFrame(rows, columns=["pcode", "role", "grade", "smuggling_only"])
    spots = [name_at(world, Pcode(p)) for p in table["pcode"]]
    table["lon"], table["lat"] = [lon for lon, _ in spots], [lat for _, lat in spots]
    return table


@lru_cache(maxsize=4)
def leg_table(world: World) -> pd.DataFrame:
    """Return the legs that have a line, with the columns `layers.corridors` asks for."""
    return legs_frame(world.corridors.legs)


@lru_cache(maxsize=12)
def corridor_spec(
    world: World, grade: str, corridor: str, as_of_year: int, chosen: LegChoice = BY_GRADE
) -> CorridorSpec:
    """Return the corridor layer of a view: the chosen legs, and one corridor brought forward with all of its own."""
    legs = leg_table(world)
    allowed = [g.value for g in Grade][: [g.value for g in Grade].index(grade) + 1]
    forward = brought_forward(corridor)
    mine = legs["corridor_id"] == forward
    listed = legs["grade"].isin(allowed) if chosen.listed is None else legs["leg_id"].isin(list(chosen.listed))
    back = chosen.back - frozenset(legs.loc[mine, "leg_id"])
    return CorridorSpec(legs.loc[listed | mine], as_of_year, forward or None, back, TRUNK)


def figure(
    world: World, basemap: Basemap, choices: Choices, state: ViewState, legs: LegChoice = BY_GRADE
) -> dict[str, Any]:
    """Return the whole figure of a view; sent once per page, changed afterwards in place."""
    built = frames(world, state_filters(state, choices))
    index = built["frames"].index(state.t) if state.t in built["frames"] else 0
    cell = built["cells"].get(state.nature, {}).get(state.measure)
    codes = cell[index][0] if cell else "n" * len(COUNTY_ORDER)
    scale = built["scales"].get(state.nature, {}).get(state.measure, {}).get(built["groups"][index], {"colours": []})
    nature = Nature(state.nature)
    tr = catalogue(state.lang)
    plain, emblems = pills(world, state.corridor, state.rule, tr)
    county_of = {str(row["place_id"]): str(row["pcode"]) for row in world.corridors.places}
    told = {county_of[label.key] for label in emblems}
    corridors = corridor_spec(world, state.grade, state.corridor, int(world.as_of[:4]), legs)
    drawn = frozenset(corridors.legs["leg_id"])
    roles = role_rows(world, state.rule, every=state.lens in EVERY_ROLE)
    spec = MapFigureSpec(
        counties=CountySpec(basemap.counties_url, codes, nature, len(scale["colours"])),
        context=basemap.context,
        corridors=corridors,
        places=pd.DataFrame(stops) if (stops := places_of(world, state.corridor, drawn)) else None,
        roles=roles[~roles["pcode"].isin(told)],
        county_labels=county_labels(world, frozenset(label.text for label in plain) | {world.names[p] for p in told}),
        place_labels=place_labels(world, state.corridor, drawn),
        pills=plain,
        emblems=emblems,
        countries=country_labels(tr),
        selected=(Pcode(state.county),) if state.county else (),
        window="kenya",
    )
    made = map_figure(spec)
    made["layout"]["meta"]["legs"] = leg_words(world, state.lang)
    return made


@lru_cache(maxsize=8)
def leg_words(world: World, lang: str) -> dict[str, str]:
    """Return leg id → stretch, nature, grade, basis, sources and last year confirmed: what pointing at it tells."""
    names = {str(row["place_id"]): str(row["name"]).split(" (")[0] for row in world.corridors.places}
    words, tr = {}, catalogue(lang)
    for leg in (leg["properties"] for leg in world.corridors.legs if leg["geometry"] is not None):
        year = leg["last_confirmed"]
        parts = [
            f"{names[leg['from_place']]} → {names[leg['to_place']]}",
            tr.t(f"nature.{leg['nature']}"),
            tr.t("grade.short", grade=leg["grade"]),
            tr.t(f"panel.leg_{leg['basis']}"),
            tr.t("panel.leg_sources", n=leg["n_sources"]),
            tr.t("panel.leg_confirmed", year=str(year)) if year else tr.t("panel.leg_undated"),
        ]
        words[str(leg["leg_id"])] = " · ".join(parts)
    return words


def state_filters(state: ViewState, choices: Choices) -> ViewState:
    """Return `filter_part` for the dataset of the view."""
    return filter_part(state, choices.of(state.dataset))


@lru_cache(maxsize=32)
def traces(
    world: World, basemap: Basemap, choices: Choices, state: ViewState, legs: LegChoice = BY_GRADE
) -> dict[str, Any]:
    """Return the traces for another choice of corridor, county, grade, rule or question; legs: as in `figure`.

    The browser gives them to Plotly with the layout as it stands, so that the reader's zoom is kept.
    """
    made = figure(world, basemap, choices, state, legs)
    return {"data": made["data"], "meta": made["layout"]["meta"]}


def graph_config() -> Any:
    """Return Plotly's config of the map."""
    return config(own_host="/geo/")
