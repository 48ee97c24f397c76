"""`/county/KE010`: everything on record about one county, to read, to print and to check.

Complete without JavaScript; drawings are made on the server. A P-code only: names and other codes lead to
the same finder as the light card. The public record only: a caseload shows no events and no statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lite.drawing import near_map
from dashboard.lite.page import SHORT_ID, clause
from dashboard.lite.routes import asked_county
from dashboard.pages.release_diff import figure_words
from dashboard.view.site import Site, common
from dashboard.view.state import defaults
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import address, oembed_address, reader_lang
from dashboard.web.templates import render
from geodata.query.county_card import PUBLIC, RULE, CountyCard, card
from geodata.query.cube import NATURES, Cube, Filters
from geodata.query.indicators import cube, watched_since
from geodata.query.outcomes import outcome_counts
from geodata.query.profiles import CountyProfile, county_profile
from geodata.query.releases import changes_for_county
from geodata.query.segments import county_segments
from geodata.query.world import World
from geodata.values import Empty, Nature
from layers.svg_charts import BarChart, bars_svg
from layers.theme import LINE_HUE, LOOKS

MOST_CHANGES = 30
"""Changed figures on the page; the rest is one link away."""
SECTIONS = ("figures", "map", "trend", "roles", "segments", "beside", "events", "responses", "facts")


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("county", __name__)

    @routes.route("/county")
    def county_choice() -> Answer:
        return redirect(address("/lite", reader_lang(site.choices.languages)), code=302)

    @routes.route("/county/<asked>")
    def county(asked: str) -> str | Response | Answer:
        lang = reader_lang(site.choices.languages)
        if asked in site.world.names:
            return county_page(site, asked, lang)
        return asked_county(site, asked, lang, "/county")

    return routes


def county_page(site: Site, pcode: str, lang: str) -> str:
    """Return the full profile of one county."""
    world, tr = site.world, catalogue(lang)
    state = replace(defaults(site.choices), lang=lang, county=pcode)
    filters = Filters(world.coverage)
    profile, counted, brief = (
        county_profile(world, PUBLIC, filters, pcode),
        cube(world, PUBLIC, filters),
        card(world, pcode),
    )
    changed = changed_here(site, pcode, tr)
    return render(
        "county.html",
        here="",
        **{
            **TemplateTools(world, site.choices, state).names(),
            **common(site, state, (f"/county/{pcode}", "")),
            "oembed": oembed_address(address(f"/county/{pcode}", lang)),
            "held": False,
            "pcode": pcode,
            "p": profile,
            "brief": brief,
            "clauses": {count.nature: clause(count, tr) for count in brief.counts},
            "years": tr.years(world.coverage.first, world.coverage.last),
            "answers": [answer for answer in world.role_decisions[RULE] if answer.pcode == pcode],
            "segments": county_segments(world, pcode),
            "near": near_map(world, pcode, tr, path="/county"),
            "trends": trends(world, counted, profile, pcode, tr),
            "trend_rows": trend_rows(counted, profile, pcode, tr),
            "beside": beside(world, pcode, tr, brief),
            "changed": changed,
            "became": [(whose, outcome_counts(profile.events, whose)) for whose in ("people", "suspects")],
            "compare": address("/", lang, lens="compare", counties=pcode, **{"with": "neighbours"}),
            "sections": [*SECTIONS, *(["changed"] if changed else [])],
        },
    )


def changed_here(site: Site, pcode: str, tr: Catalogue) -> dict[str, Any] | None:
    """Return what changed here since the release before, by kind and year; None while there is no release before."""
    changes = changes_for_county(site.world, pcode, PUBLIC)
    if not changes.before:
        return None
    return {
        "before": changes.before[:SHORT_ID],
        "published": changes.published,
        "rows": [figure_words(site, tr, figure, protected=False) for figure in changes.figures[:MOST_CHANGES]],
        "events": [(row.key, tr.t(f"changes.kind.{row.kind}")) for row in changes.events],
        "more": address("/changes", tr.lang, county=pcode),
    }


def trends(world: World, counted: Cube, profile: CountyProfile, pcode: str, tr: Catalogue) -> list[dict[str, Any]]:
    """Return the drawing of events by year, trafficking and smuggling apart."""
    drawings = []
    for nature in NATURES[:2]:
        values, empties = _by_year(counted, profile, nature, pcode)
        word = tr.t(f"lite.{nature}")
        words = tr.t(
            "profile.bars_alt",
            nature=word,
            county=world.names[pcode],
            years=tr.years(world.coverage.first, world.coverage.last),
        )
        years = tuple(counted.period.years())
        numbers = [values.get(year) for year in years]
        drawn = bars_svg(
            BarChart(
                f"bars-{nature}",
                word,
                words,
                years,
                numbers,
                [str(empties.get(year, "")) for year in years],
                LINE_HUE[Nature(nature)],
                max(values.values(), default=1.0),
                tr.number,
                figures=[tr.number(number) if number else "" for number in numbers],
            )
        )
        drawings.append({"nature": nature, "word": word, "svg": Markup(drawn)})  # noqa: S704 - escaped in layers
    return drawings


def trend_rows(counted: Cube, profile: CountyProfile, pcode: str, tr: Catalogue) -> list[dict[str, Any]]:
    """Return the years as a table, newest first; years of which nothing is known in either nature are left out."""
    rows = []
    for year in reversed(counted.years):
        sums = {nature: profile.years[nature].get(year) for nature in NATURES[:2]}
        if not any(sums.values()):
            continue
        i = 1 + counted.years.index(year)
        cells: list[dict[str, str]] = []
        for nature in NATURES[:2]:
            totals = sums[nature]
            code = str(counted.empties[nature][i][counted.areas.index(pcode)])
            quiet = tr.t(f"empty.{_empty(code).value}_short")
            persons = totals.persons if totals and totals.incidents > totals.unstated else None
            cells.append({"n": tr.number(totals.incidents) if totals else quiet, "persons": tr.number(persons)})
        rows.append({"year": year, "cells": cells})
    return rows


def beside(world: World, pcode: str, tr: Catalogue, brief: CountyCard) -> list[dict[str, Any]]:
    """Return the same measures of the county and its neighbours, the county first."""
    passing: Mapping[str, Any] = {row["pcode"]: row for row in world.corridors.county_corridors}
    since = watched_since(world)
    rows = []
    for code in (pcode, *(other for other, _ in brief.neighbours)):
        there = card(world, code)
        rows.append(
            {
                "pcode": code,
                "name": world.names[code],
                "counts": there.counts,
                "roles": ", ".join(tr.t(f"role.{fact.role}") for fact in there.roles if fact.held),
                "km": passing[code]["drawn_km"],
                "responses": there.n_responses,
                "since": since.get(code),
            }
        )
    return rows


def _by_year(
    counted: Cube, profile: CountyProfile, nature: str, pcode: str
) -> tuple[dict[int, float], dict[int, Empty]]:
    at = counted.areas.index(pcode)
    values = {year: float(sums.incidents) for year, sums in profile.years[nature].items()}
    codes = counted.empties[nature][1:]
    empties = {year: _empty(str(codes[i][at])) for i, year in enumerate(counted.years) if year not in values}
    return values, empties


def _empty(code: str) -> Empty:
    """Return the kind of empty of a code; one that is none of the four counts as no report."""
    kind = LOOKS[code].kind
    return Empty(kind) if kind in tuple(Empty) else Empty.NO_REPORT
