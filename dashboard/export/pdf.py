"""A brief as PDF on A4, tagged for screen readers: the county brief on two pages, the others as long as they need.

What stands on paper is chosen here (which tables, how many rows); every word and figure is the brief's. The rest
of a long table is in the data files, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.export import Progress
from dashboard.export.model import Brief, BriefRow, BriefTable
from dashboard.export.paper_map import paper_map
from dashboard.export.swatches import ROLES, chart_key, role_swatch, swatch, year_words
from dashboard.export.typeset import pdf, query
from dashboard.i18n.catalogue import Catalogue, catalogue
from geodata.query.cube import NATURES
from geodata.query.world import World
from layers import theme
from layers.svg_charts import BarChart, bars_svg

TEMPLATE = "brief.typ"
MAP_PX = (380, 430)
TALL_MAP_PX = (380, 520)
PAGES = {"county": 2, "national": 5}
"""Most pages a template may have; rows are left to the data files until it fits."""
MORE_PAGES = 3
"""Further pages for what the map of another question than the counts rests on."""
BUDGETS = (1.0, 0.75, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
FEW = 12
"""Sources a figure names by number; more are those of the events below it and on the Sources page."""
TABLES: dict[str, tuple[tuple[str, int, tuple[tuple[str, int], ...]], ...]] = {
    "county": (
        ("roles", 9, (("role", 2), ("grade", 1), ("statement", 11), ("locator", 3))),
        ("corridors", 9, (("corridor", 7), ("nature", 3), ("grade", 1), ("mode", 2), ("drawn_km", 2), ("stops", 4))),
        ("events", 12, (("date", 3), ("place", 3), ("nature", 3), ("persons", 2), ("summary", 11))),
        ("responses", 9, (("kind", 3), ("dates", 3), ("what", 9), ("count", 3), ("organisations", 5))),
    ),
    "corridor": (
        ("legs", 60, (("leg", 8), ("nature", 3), ("grade", 1), ("basis", 3), ("n_sources", 2), ("last_confirmed", 3),
                      ("length_km", 2))),
    ),
    "national": (
        ("corridors", 40, (("corridor", 7), ("nature", 3), ("grade", 1), ("mode", 2), ("drawn_km", 2), ("stops", 4))),
        ("roles", 30, (("county", 3), ("role", 2), ("grade", 1), ("statement", 10), ("locator", 3))),
        ("counties", 48, (("county", 4), ("incidents", 2), ("persons", 2), ("rate", 2), ("interval", 3),
                          ("residents", 3), ("roles", 7), ("corridors", 2), ("drawn_km", 2))),
        ("events", 12, (("date", 3), ("place", 3), ("nature", 3), ("persons", 2), ("summary", 11))),
        ("series", 30, (("year", 2), ("indicator", 8), ("value", 3), ("unit", 4), ("note", 8))),
    ),
    "compare": (
        ("compared", 18, (("county", 4), ("nature", 4), ("incidents", 2), ("persons", 2), ("rate", 2), ("interval", 3),
                          ("residents", 3))),
        ("roles", 30, (("county", 3), ("role", 2), ("grade", 1), ("statement", 10), ("locator", 3))),
        ("events", 24, (("date", 3), ("place", 3), ("nature", 3), ("persons", 2), ("summary", 11))),
    ),
    "region": (
        ("compared", 48, (("county", 4), ("nature", 4), ("incidents", 2), ("persons", 2), ("rate", 2), ("interval", 3),
                          ("residents", 3))),
        ("roles", 40, (("county", 3), ("role", 2), ("grade", 1), ("statement", 10), ("locator", 3))),
        ("events", 24, (("date", 3), ("place", 3), ("nature", 3), ("persons", 2), ("summary", 11))),
    ),
}  # fmt: skip
"""Template → tables on paper: id, most rows, columns with their share of the width."""
COLOURS = {
    "ink": theme.INK,
    "second": theme.INK_SECOND,
    "rule": theme.RULE,
    "trafficking": theme.TRAFFICKING[-1],
    "smuggling": theme.SMUGGLING[-1],
    "alarm": theme.ALARM,
}
"""Colours of the template (`typst/brief.typ`)."""


def make(brief: Brief, world: World, out: Path, progress: Progress) -> None:
    """Write the brief as PDF; see `dashboard.export` for the rules of makers."""
    pictures = drawings(brief, world)
    progress(0.3)
    most = PAGES.get(brief.template, 0)
    most += MORE_PAGES if most and brief.map.question else 0
    for step, budget in enumerate(BUDGETS):
        data = page_data(brief, budget)
        if not most or query(TEMPLATE, data, pictures, "<pages>") <= most or budget == BUDGETS[-1]:
            break
        progress(0.3 + 0.1 * step)
    out.write_bytes(pdf(TEMPLATE, data, pictures, brief.stamp.as_of))
    progress(1.0)


def drawings(brief: Brief, world: World) -> dict[str, str]:
    """Return the SVG pictures of a brief by file name: map, charts, swatches of the legend."""
    size = TALL_MAP_PX if brief.template == "corridor" else MAP_PX
    files = {"map.svg": paper_map(brief, world, size)}
    for item in (*brief.map.legend, *brief.map.line_legend):
        files[_swatch_name(item.code, item.mark)] = swatch(item.mark, item.colour)
    files |= {f"role-{role}.svg": role_swatch(role) for role in ROLES}
    tr = catalogue(brief.lang)
    for number, trend in enumerate(brief.trends):
        values = [value for series in trend.series for value in series.drawn if value is not None]
        for series in trend.series:
            if series.nature not in NATURES[:2] and not any(series.values):
                continue
            words_by_year = year_words(tr, trend, series)
            files[f"chart-{number}-{series.nature}.svg"] = bars_svg(
                BarChart(
                    f"c{number}{series.nature}",
                    f"{trend.title}: {series.name}",
                    words_by_year,
                    trend.years,
                    series.drawn,
                    series.empties,
                    series.colour,
                    float(max(values, default=1)),
                    tr.number,
                    height=86,
                )
            )
    return files


def page_data(brief: Brief, budget: float) -> dict[str, Any]:
    """Return what the template reads; `budget` is the share of rows kept of tables that are cut."""
    tr = catalogue(brief.lang)
    public = brief.stamp.dataset == "public"
    shown = [
        _table(brief, table, max(2, round(most * budget)), widths)
        for name, most, widths in TABLES[brief.template]
        if (table := brief.table(name)) is not None
    ]
    groups = _groups(brief)
    numbers = {number for table in shown for number in table.pop("numbers")}
    if brief.template != "national":
        few = (figure.sources for figure in brief.figures if len(figure.sources) <= FEW)
        numbers |= {n for sources in few for n in brief.numbers(sources)}
    listed = [source for source in brief.sources if source.number in numbers]
    rest = len(brief.sources) - len(listed)
    return {
        **asdict(brief),
        "colours": COLOURS,
        "map": asdict(brief.map)
        | {
            "legend": [_item(item) for item in brief.map.legend if brief.map.filled],
            "line_legend": [_item(item) for item in brief.map.line_legend],
            "counties": [],
            "lines": [],
        },
        "tables": [],
        "trends": [],
        "figures": [],
        "groups": groups,
        "role_legend": [{"label": tr.t(f"role.{role}"), "swatch": f"role-{role}.svg"} for role in ROLES],
        "beside": _beside(brief),
        "charts": _charts(brief, tr),
        "chart_note": chart_key(tr, brief.trends[0].note, public=public) if brief.trends else "",
        "shown": shown,
        "cited_sources": [asdict(source) for source in listed],
        "more_sources": tr.t("export.more_sources_paper", n=rest) if rest else "",
    }


def _table(brief: Brief, table: BriefTable, most: int, widths: Sequence[tuple[str, int]]) -> dict[str, Any]:
    order = {column.id: i for i, column in enumerate(table.columns)}
    kept = [(order[name], share) for name, share in widths if name in order]
    rows = table.rows[:most]
    cited = table.id != "counties"  # a county's figure leads to its sources in the county's own brief
    left = len(table.rows) - len(rows)
    more = brief.words["more_rows"].replace("{n}", str(left)) if left else ""
    return {
        "title": table.title,
        "columns": [asdict(table.columns[i]) for i, _ in kept],
        "widths": [share for _, share in kept],
        "rows": [
            {"cells": [asdict(row.cells[i]) for i, _ in kept], "cite": brief.cite(row.sources) if cited else ""}
            for row in rows
        ],
        "numbers": [n for row in rows for n in brief.numbers(row.sources) if cited],
        "empty": table.empty,
        "note": table.note,
        "more": more,
    }  # fmt: skip


def _groups(brief: Brief) -> list[dict[str, Any]]:
    """Return the figures of the subject by nature; the counties compared or of a region stand in their table."""
    if brief.template == "compare":
        return []
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    subject = brief.figures[0].area if brief.template == "region" else ""
    for figure in brief.figures:
        if subject and figure.area != subject:
            continue
        short = brief.cite(figure.sources) if len(figure.sources) <= FEW else ""
        key = (f"{figure.nature_name} – {figure.area_name}", figure.nature)
        groups.setdefault(key, []).append(
            {
                "text": figure.text,
                "label": figure.unit,
                "interval": figure.interval,
                "nature": figure.nature,
                "kind": figure.empty,
                "cite": short,
            }
        )
    return [{"name": name, "nature": nature, "figures": figures} for (name, nature), figures in groups.items()]


def _beside(brief: Brief) -> list[dict[str, str]]:
    """Return short lists beside the map: roles held, in one line."""
    table = brief.table("roles") if brief.template == "county" else None
    if table is None:
        return []
    at = {column.id: i for i, column in enumerate(table.columns)}
    held = dict.fromkeys(f"{row.cells[at['role']].text} ({_best(table.rows, at, row)})" for row in table.rows)
    return [{"title": table.title, "text": ", ".join(held) or table.empty}]


def _best(rows: Sequence[BriefRow], at: Mapping[str, int], like: BriefRow) -> str:
    role = like.cells[at["role"]].text
    return min(row.cells[at["grade"]].text for row in rows if row.cells[at["role"]].text == role)


def _charts(brief: Brief, tr: Catalogue) -> list[dict[str, str]]:
    charts = []
    for number, trend in enumerate(brief.trends):
        for series in trend.series:
            if series.nature not in NATURES[:2] and not any(series.values):
                continue
            words_by_year = year_words(tr, trend, series)
            title = f"{trend.title} – {series.name}"
            words = brief.words["alt_chart"].replace("{text}", f"{title}. {words_by_year or trend.note}")
            charts.append({"title": title, "file": f"chart-{number}-{series.nature}.svg", "alt": words})
    return charts


def _item(item: Any) -> dict[str, str]:
    return {"label": item.label, "swatch": _swatch_name(item.code, item.mark)}


def _swatch_name(code: str, mark: str) -> str:
    return f"swatch-{code}-{mark.partition(':')[0]}.svg"
