"""The map page: what stays the same for every reader, and what one view fills in.

The page is complete without JavaScript: sentence, coloured counties with links, table, panel. Dash then takes over the
same places (assets/js/boot.js says when); the page names its scripts, and loads none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses import lens_of, lenses
from dashboard.lenses.folds import folds_html
from dashboard.lenses.tabs import lens_links
from dashboard.view.figure import frames, state_filters
from dashboard.view.frame import EMPTY_RANK, ViewFrame, corridor_lines
from dashboard.view.map_names import TRUNK
from dashboard.view.reducer import rules
from dashboard.view.site import Site, common
from dashboard.view.state import (
    EXTENTS,
    LAYERS,
    MEASURES,
    NATURES,
    RULES,
    Notice,
    ViewState,
    defaults,
    through_lens,
    to_query,
)
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import address
from dashboard.web.templates import render
from dashboard.workspace.filters import corridor_names, filter_groups
from dashboard.workspace.first_paint import ZERO
from dashboard.workspace.panel import notices_html, panel_key, title, trend_title
from dashboard.workspace.parts import (
    PageView,
    chips_html,
    extents_html,
    inset_map,
    legend_html,
    map_svg,
    panel_html,
    sentence_html,
    strip_html,
    table_html,
)
from geodata.query.changes import windows
from geodata.query.detection import WATCHER_KINDS
from geodata.query.indicators import leading_nature
from layers.figure import EXTENTS as WINDOWS
from layers.minimap import overlay_defs
from layers.patterns import pattern_defs
from layers.theme import LOOKS, WHITE

INDENT = re.compile(r"\n\s+")
"""Room that makes templates readable; a reader's link does not carry it."""
DOWNLOADS = (
    ("csv", "/api/v1/indicators.csv"), ("geojson", "/api/v1/counties.geojson"), ("events", "/api/v1/incidents.csv"),
    ("corridors", "/api/v1/corridors.geojson"), ("sources", "/api/v1/sources.csv"),
)  # fmt: skip

ASYNC_GRAPH = "/_dash-component-suites/dash/dcc/async-graph.js"
"""Fetched by Dash only when it mounts the first graph; the page asks for it at once."""


def map_page(site: Site, state: ViewState, notices: tuple[Notice, ...], dash: Mapping[str, str]) -> str:
    """Return the map page of a view; `dash` holds Dash's own markup (entry, config, scripts, renderer)."""
    tr = catalogue(state.lang)
    frame = ViewFrame(site.world, state, frames(site.world, state_filters(state, site.choices)))
    view = PageView(site, state)
    seen = view.seen
    tools = TemplateTools(site.world, site.choices, state).names()
    page = {
        "title": title(site.world, state),
        "patterns": Markup(pattern_defs() + overlay_defs()),  # noqa: S704 - our own constant markup
        "notices": Markup(notices_html(state, notices)),  # noqa: S704 - escaped by its template
        "lens_notices": Markup(notices_html(state, seen.notices)),  # noqa: S704 - escaped by its template
        "sentence": sentence_html(view),
        "controls": seen.controls,
        "styles": lens_of(state).styles,
        "folds": folds_html(seen, site, state),
        "datasets": datasets(site, state),
        "periods": site.choices.of(state.dataset).periods,
        "frame_ids": frame.built["frames"],
        "frame_index": frame.index,
        "frame_label": frame.years,
        "names": list(site.world.names.values()),
        "years": list(site.choices.of(state.dataset).period.years()),
        "windows": _windows(site, tr, state),
        "marks": f"/?{to_query(replace(through_lens(state, 'changed', site.choices), fold=('trend',)), site.choices)}",
        "groups": groups(tr, site, state),
        "rules": RULES,
        "layers": LAYERS,
        "extents": EXTENTS,
        "map": map_svg(view),
        "inset": inset_map(view),
        "chips": chips_html(view),
        "strip": strip_html(view),
        "extents_nav": extents_html(view),
        "leaves_out": seen.leaves_out,
        "sources": address("/sources", state.lang, use="incidents", nature=state.nature),
        "export": f"/export?{to_query(state, site.choices)}",
        "ways": next(path for key, path in lens_links(site, state) if key == "ways"),
        "legend": legend_html(view),
        "fixed_legend": Markup(render("parts/fixed_legend.html", c=tr, lines=corridor_lines(tr))),  # noqa: S704
        "trend_title": trend_title(site.world, state),
        "panel_key": panel_key(state),
        "panel": panel_html(view),
        "table": table_html(view),
        "downloads": [
            (name, f"{path}?{to_query(replace(state, county='') if name == 'csv' else state, site.choices)}")
            for name, path in DOWNLOADS
            if name != "events" or state.dataset == "public"
        ],
        "query": to_query(state, site.choices),
    }
    head = {
        **common(site, state, ("/", to_query(state, site.choices))),
        "plotly_url": site.plotly_url,
        "questions": lens_links(site, state),
    }
    if to_query(state, site.choices) == plain_query(site, state):
        head["kept"] = {}
    html = render("map.html", page=page, here=state.lens, section="map", **{**tools, **head}, **dash)
    return INDENT.sub("\n", html)


def plain_query(site: Site, state: ViewState) -> str:
    """Return the query string of the view that the plain address shows in the language of a view."""
    nature = leading_nature(site.world)
    return to_query(replace(defaults(site.choices), lang=state.lang, nature=nature), site.choices)


def _windows(site: Site, tr: Catalogue, state: ViewState) -> list[tuple[str, int, int, str, bool]]:
    """Return the pooled windows a reader may choose at once: words, first and last year, address, chosen now."""
    period = site.choices.of(state.dataset).period
    return [
        (
            tr.t(f"time.window.{name}"), window.first, window.last,
            f"/?{to_query(replace(state, first=window.first, last=window.last, t='all'), site.choices)}",
            (window.first, window.last, "all") == (state.first, state.last, state.t),
        )
        for name, window in windows(period, period.last).items()
    ]  # fmt: skip


OWN_SCRIPTS = ("workspace", "answers", "brush", "frames", "overlay", "corridors", "map", "hand", "card")
"""Scripts of ours that come with Dash: assets/js/<name>.js, run in this order before Dash's."""


def workspace_parts(site: Site, state: ViewState) -> dict[str, Any]:
    """Return what the browser needs to start Dash when the reader wants it: addresses in order, and the rules."""
    return {
        "scripts": [site.asset(f"js/{name}.js") for name in OWN_SCRIPTS],
        "soon": [url for url in (site.plotly_url, ASYNC_GRAPH) if url],
        "data": ["/_dash-layout", "/_dash-dependencies", site.basemap.counties_url, site.basemap.near_url],
        "rules": {
            **rules(site.choices, state),
            "plain_nature": leading_nature(site.world),
            "drawn": [lens.key for lens in lenses().values() if lens.roles or lens.corridors != "trunk"],
        },
        "styles": {lens.key: [site.asset(sheet) for sheet in lens.styles] for lens in lenses().values() if lens.styles},
    }


TOUR = ("#sentence", "#map", "#panel", "#copy")
"""What each step of the first-visit tour points at."""


def tour(tr: Catalogue) -> list[dict[str, str]]:
    """Return the steps of the tour: what they point at, and their words."""
    return [
        {
            "at": selector,
            "count": tr.t("tour.count", n=number),
            "title": tr.t(f"tour.step{number}.title"),
            "text": tr.t(f"tour.step{number}.text"),
        }
        for number, selector in enumerate(TOUR, 1)
    ]


def fixed(site: Site, tr: Catalogue, dataset: str) -> dict[str, Any]:
    """Return what the browser needs once: names, words, windows, addresses."""
    anchors = site.world.edition.anchors()
    return {
        "pcodes": list(site.world.names),
        "names": list(site.world.names.values()),
        "anchors": [[a.lon, a.lat] for a in anchors.values()],
        "unit": {measure: tr.unit(measure, dataset) for measure in MEASURES},
        "nature": {nature: tr.t(f"nature.{nature}") for nature in NATURES},
        "empties": [
            {
                "code": look.code,
                "fill": WHITE if look.kind == ZERO else look.fill,
                "rank": EMPTY_RANK[look.kind],
                "words": tr.t(f"empty.{look.kind}"),
                "short": tr.t(f"empty.{look.kind}_short"),
            }
            for look in LOOKS.values()
        ],
        "words": {name: tr.t(f"time.{name}") for name in ("play", "stop")}
        | {"copied": tr.t("map.copied"), "looking": tr.t("card.looking"), "nobody": tr.t("detection.no_watcher")},
        "windows": {name: [e.west, e.south, e.east, e.north] for name, e in WINDOWS.items()},
        "near": site.basemap.near_url,
        "far": site.basemap.far_url,
        "nearCountries": list(site.basemap.context.countries),
        "farCountries": list(site.basemap.far_countries),
        "corridors": dict(corridor_names(site, tr)),
        "watchers": [tr.t(f"detection.kind.{kind}") for kind in WATCHER_KINDS],
        "trunk": TRUNK,
        "places": {str(row["place_id"]): str(row["name"]) for row in site.world.corridors.places},
    }


def groups(tr: Catalogue, site: Site, state: ViewState) -> list[dict[str, Any]]:
    """Return the groups of checkboxes of the form: only values that occur in the data."""
    boxes: list[dict[str, Any]] = []
    for group in filter_groups(tr, site.choices.of(state.dataset), state):
        ticked = ", ".join(label for value, label in group.options if value in group.chosen)
        boxes.append(
            {
                "key": group.key,
                "label": group.label,
                "options": [
                    {"value": value, "label": label, "checked": value in group.chosen} for value, label in group.options
                ],
                "ticked": ticked or tr.t("filters.any"),
                "chosen": bool(group.chosen),
                "single": group.single,
            }
        )
    return boxes


def datasets(site: Site, state: ViewState) -> dict[str, Any]:
    """Return the datasets to choose from, each with its address, and what may stand beside the public record."""
    tr = catalogue(state.lang)
    start = ViewState(lang=state.lang, county=state.county, nature=state.nature)
    choices = []
    for name, release in site.world.releases.items():
        legal = defaults(site.choices.of(name))
        there = replace(start, dataset=name, first=legal.first, last=legal.last, measure=legal.measure)
        words = (
            tr.t("dataset.public")
            if name == "public"
            else tr.t("dataset.caseload", title=release.manifest.title or name)
        )
        choices.append({"name": name, "label": words, "href": f"/?{to_query(there, site.choices)}"})
    beside = [(choice["name"], choice["label"]) for choice in choices if choice["name"] != "public"]
    return {"all": choices, "beside": beside if state.dataset == "public" else []}
