"""`/country`: Kenya's published yearly figures, each series with its unit, its breaks and a source per point.

Nothing is added up, and a line joins only figures that may be compared; `/country.csv` says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.answers import csv_answer
from dashboard.view.site import Site, common
from dashboard.view.state import ViewState, defaults
from dashboard.view.template_tools import TemplateTools
from dashboard.view.year_marks import mark_list, marks_on
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.changes import SeriesPoint, national_series
from geodata.query.world import World
from geodata.values import Period
from layers.svg_charts import ChartMark, ChartPoint, LineChart, StepChart, line_svg, steps_svg
from layers.theme import INK

TIER = "tip_tier"
LEVELS = ("Tier 1", "Tier 2", "Tier 2 Watch List", "Tier 3")
"""Ratings of the report, best first, as the evidence spells them."""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "victims",
        (
            "victims_identified",
            "trafficking_victims_children",
            "victims_women",
            "victims_men",
            "victims_forced_labour",
            "victims_foreign_nationals",
            "victims_kenyans_exploited_abroad",
            "victims_identified_by_ngos",
        ),
    ),
    (
        "justice",
        (
            "investigations",
            "arrests",
            "persons_suspected",
            "prosecutions",
            "convictions",
            "cases_registered_odpp",
            "cases_concluded_odpp",
            "trafficking_in_persons_cases_filed_odpp",
            "child_trafficking_cases_filed_odpp",
            "conviction_rate_odpp",
        ),
    ),
    (
        "help",
        (
            "victims_assisted",
            "victims_referred_to_shelter",
            "victims_rescued_dcs_jul2024_mar2025",
            "children_rescued_ahtcpu_nairobi",
            "victim_assistance_fund",
            "anti_trafficking_budget",
            "recruitment_agencies_vetted",
            "recruitment_agencies_deregistered",
        ),
    ),
    (
        "children",
        (
            "child_trafficking_cases_dcs",
            "child_labour_cases_dcs",
            "hotline_child_trafficking_reports",
            "hotline_116_call_attempts",
            "hotline_116_answer_rate",
            "children_safeguarded_ahtcpu_cumulative",
        ),
    ),
)
"""Group of the page → indicators in reading order; whatever is in none of them stands under ``other``."""
COLUMNS = (
    "indicator",
    "year",
    "value",
    "unit",
    "note",
    "joined_to_the_point_before",
    "why_not",
    "source_id",
    "source_title",
    "source_publisher",
    "source_url",
)


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("country", __name__)

    def state() -> ViewState:
        plain = defaults(site.choices)
        return ViewState(lang=reader_lang(site.choices.languages), first=plain.first, last=plain.last)

    @routes.route("/country")
    def country() -> str:
        return country_page(site, state())

    @routes.route("/country.csv")
    def country_csv() -> Response:
        return csv_answer("country", COLUMNS, country_lines(site.world), site, state())

    return routes


def country_page(site: Site, state: ViewState) -> str:
    """Return the page."""
    world, tr = site.world, catalogue(state.lang)
    series = national_series(world)
    span = chart_span(series)
    marks = tuple(mark for mark in marks_on(world, world.names, span) if mark.year <= span.last)
    named = {name for _, names in GROUPS for name in names} | {TIER}
    groups = [*GROUPS, ("other", tuple(name for name in series if name not in named))]
    return render(
        "country.html",
        here="country",
        sentence=sentence(tr, series),
        tier=_tier(tr, series.get(TIER, ()), span),
        groups=[
            (key, [_series(tr, name, series[name], span, marks) for name in names if name in series])
            for key, names in groups
        ],
        marks=mark_list(world, tr, marks),
        csv_link=address("/country.csv", state.lang),
        change_link=address("/", state.lang, lens="changed"),
        compare_link=address("/", state.lang, lens="compare"),
        **{**TemplateTools(world, site.choices, state).names(), **common(site, state)},
    )


def chart_span(series: dict[str, tuple[SeriesPoint, ...]]) -> Period:
    """Return the years all drawings share: those of the series with more than one figure."""
    years = [point.row["year"] for points in series.values() if len(points) > 1 for point in points]
    return Period(min(years), max(years))


def sentence(tr: Catalogue, series: dict[str, tuple[SeriesPoint, ...]]) -> str:
    """Return the latest tier and the latest count of victims identified."""
    tiers, victims = series.get(TIER, ()), series.get("victims_identified", ())
    sentences = [tr.t("nation.intro")]
    if tiers:
        last = tiers[-1].row
        sentences.insert(0, tr.t("nation.tier_now", tier=tier_word(tr, last["value_text"]), year=str(last["year"])))
    if victims and (identified := victims[-1].row["value"]) is not None:
        year = victims[-1].row["year"]
        sentences.insert(1, tr.t("nation.victims_now", n=int(identified), year=str(year)))
    return " ".join(sentences)


def tier_word(tr: Catalogue, text: str) -> str:
    """Return a rating in words; one that is not known stays as it is."""
    return tr.t(f"nation.level.{LEVELS.index(text)}") if text in LEVELS else text


def _tier(tr: Catalogue, points: tuple[SeriesPoint, ...], span: Period) -> dict[str, Any]:
    """Return the strip of steps and its table."""
    by_year = {int(point.row["year"]): str(point.row["value_text"]) for point in points}
    years = list(span.years())
    at = [LEVELS.index(by_year[y]) if by_year.get(y) in LEVELS else None for y in years]
    words = [tr.t(f"nation.level.{i}") for i in range(len(LEVELS))]
    alt = ", ".join(f"{y}: {tier_word(tr, by_year[y]) if y in by_year else tr.t('nation.not_found')}" for y in years)
    title = tr.t(f"indicator.{TIER}")
    drawn = steps_svg(StepChart("tier", title, alt, words, years, at, INK))
    return {
        "title": title,
        "svg": Markup(drawn),  # noqa: S704 - escaped in layers
        "rows": _rows(tr, points),
        "note": _note(tr, TIER),
    }


def _series(
    tr: Catalogue, name: str, points: tuple[SeriesPoint, ...], span: Period, marks: tuple[ChartMark, ...]
) -> dict[str, Any]:
    """Return one indicator: drawing where there are two figures or more, breaks in words, every figure with source."""
    title = tr.t(f"indicator.{name}") if tr.has(f"indicator.{name}") else name.replace("_", " ")
    units = list(dict.fromkeys(unit_word(tr, point.row["unit"]) for point in points))
    drawn = ""
    dots = [
        ChartPoint(point.row["year"], value, _value(tr, point), point.joined)
        for point in points
        if (value := point.row["value"]) is not None
    ]
    if len(dots) == len(points) > 1:
        drawn = line_svg(
            LineChart(
                f"s-{name}",
                f"{title} ({'; '.join(units)})",
                _point_words(tr, points),
                dots,
                span.first,
                span.last,
                INK,
                number=lambda v: _number(tr, v),
                marks=marks,
            )
        )
    return {
        "key": name,
        "title": title,
        "units": units,
        "svg": Markup(drawn),  # noqa: S704 - escaped in layers
        "breaks": _breaks(tr, points),
        "rows": _rows(tr, points),
        "note": _note(tr, name),
    }


def _note(tr: Catalogue, name: str) -> str:
    return tr.t(f"nation.note.{name}") if tr.has(f"nation.note.{name}") else ""


def _point_words(tr: Catalogue, points: tuple[SeriesPoint, ...]) -> str:
    return ", ".join(f"{point.row['year']}: {_value(tr, point)}" for point in points)


def _breaks(tr: Catalogue, points: tuple[SeriesPoint, ...]) -> list[dict[str, str]]:
    """Return each break with its reasons in words."""
    breaks = []
    for before, point in pairwise(points):
        if point.joined:
            continue
        first, last = int(before.row["year"]) + 1, int(point.row["year"]) - 1
        why = [
            tr.t(f"nation.break.{key}", years=tr.years(first, last)) if key == "gap" else tr.t(f"nation.break.{key}")
            for key in point.why
        ]
        breaks.append({"years": f"{before.row['year']} → {point.row['year']}", "why": "; ".join(why)})
    return breaks


def _rows(tr: Catalogue, points: tuple[SeriesPoint, ...]) -> list[dict[str, Any]]:
    return [
        {
            "year": point.row["year"],
            "value": _value(tr, point),
            "unit": unit_word(tr, point.row["unit"]),
            "note": point.row["note"],
            "source": point.row["source_id"],
        }
        for point in points
    ]


def _value(tr: Catalogue, point: SeriesPoint) -> str:
    value = point.row["value"]
    return tier_word(tr, point.row["value_text"]) if value is None else _number(tr, float(value))


def _number(tr: Catalogue, value: float) -> str:
    if value >= 1_000_000 and value % 1_000_000 == 0:
        return tr.t("nation.million", n=int(value // 1_000_000))
    return tr.number(value, 0 if value == int(value) else 1 if value == round(value, 1) else 2)


def unit_word(tr: Catalogue, unit: str) -> str:
    """Return a unit of the evidence in the reader's language; one without a word stays as it is."""
    key = "nation.unit." + "_".join(unit.lower().replace("(", "").replace(")", "").split())
    return tr.t(key) if tr.has(key) else unit


def country_lines(world: World) -> Iterator[dict[str, object]]:
    """Yield every figure with its source, and whether it may be compared with the one before."""
    for name, points in national_series(world).items():
        for i, point in enumerate(points):
            source = world.source_rows.get(str(point.row["source_id"]))
            yield {
                "indicator": name,
                "year": point.row["year"],
                "value": point.row["value_text"],
                "unit": point.row["unit"],
                "note": point.row["note"],
                "joined_to_the_point_before": "" if not i else "yes" if point.joined else "no",
                "why_not": ";".join(point.why) if i else "",
                "source_id": point.row["source_id"],
                "source_title": source.title if source else None,
                "source_publisher": source.publisher if source else None,
                "source_url": source.url if source else None,
            }
