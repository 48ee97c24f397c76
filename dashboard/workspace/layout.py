"""What Dash mounts on the map page, with dash-bootstrap-components: the controls, the map and the stores.

The layout is the same for every reader; controls come in the reader's language by a callback (`controls`). They carry
no value of their own: the reducer fills them from the link.
"""

from __future__ import annotations

import json
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.figure import graph_config
from dashboard.view.reducer import PARTS
from dashboard.view.site import Site
from dashboard.view.state import LAYERS, MEASURES, NATURES, RULES, Choices, ViewState
from dashboard.workspace import ids
from dashboard.workspace.figure import first_figure
from dashboard.workspace.filters import FilterGroup, corridor_names, filter_groups
from dashboard.workspace.parts import SHOWN
from geodata.query.changes import windows
from geodata.values import Grade

STORES = (
    ids.ACTION,
    ids.VIEW,
    ids.SCOPE,
    ids.WORDS,
    ids.FRAMES,
    ids.PANEL,
    ids.HELD,
    ids.STRIP,
    ids.QUESTION,
    ids.PAINTED,
)
NOTHING = {"layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}}
"""The trend before its answer: axes that nobody sees would be measured and drawn all the same."""
Options = list[dict[str, str]]


def layout(site: Site) -> list[Any]:
    """Return what Dash mounts: the link, the stores, and places for controls, map and trend."""
    return [
        dcc.Location(id=ids.URL, refresh=False),
        *(dcc.Store(id=name) for name in STORES),
        *(dcc.Store(id=ids.ask(part)) for part in PARTS),
        html.Div(id=ids.CONTROLS, className="over", role="group"),
        dcc.Graph(id=ids.MAP, figure=first_figure(site), config=graph_config(), responsive=True),
        dcc.Graph(
            id=ids.TREND,
            figure=NOTHING,
            config={"displayModeBar": False, "staticPlot": True, "responsive": True},
            responsive=True,
        ),
    ]  # fmt: skip


def controls(site: Site, state: ViewState) -> list[Any]:
    """Return the row of controls and the drawer, in the language and for the dataset of a view."""
    tr, legal = catalogue(state.lang), site.choices.of(state.dataset)
    measures = MEASURES[1:] if legal.protected else MEASURES
    return [
        _radios(tr.t("nature.label"), "nature", [(name, tr.t(f"screen.nature_{name}")) for name in NATURES]),
        _radios(tr.t("measure.label"), "measure", [(name, tr.t(f"screen.measure_{name}")) for name in measures]),
        _radios(
            tr.t("screen.show"),
            "lens",
            [(name, tr.t(f"screen.show_{words}")) for name, words in SHOWN],
        ),
        html.Div(_select(tr.t("screen.corridor"), "corridor", _corridors(site, tr)), className="corridor"),
        html.Fieldset([html.Legend(tr.t("filters.period")), *_period(tr, legal)], className="years"),
        dbc.Button(
            tr.t("screen.more_filters"), id=ids.DRAWER_BUTTON, color="light", className="drawer-button", n_clicks=0
        ),
        dbc.Offcanvas(
            _drawer(site, tr, state), id=ids.DRAWER, title=tr.t("filters.open"), placement="start", is_open=False,
            scrollable=True, class_name="filters",
        ),
    ]  # fmt: skip


def _drawer(site: Site, tr: Catalogue, state: ViewState) -> list[Any]:
    legal = site.choices.of(state.dataset)
    grades = [(grade.value, tr.t(f"grade.{grade.value}_{'only' if grade is Grade.A else 'up'}")) for grade in Grade]
    hint = [html.P(tr.t("dataset.one_more"), className="hint")] if legal.protected else []
    return [
        *hint,
        *_windows(tr, legal),
        *(_group(tr, group) for group in filter_groups(tr, legal, state)),
        _select(tr.t("filters.rule"), "rule", [(name, tr.t(f"rule.{name}")) for name in RULES]),
        _select(tr.t("filters.grade"), "grade", grades),
        *_beside(site, tr, state),
        _checks(tr.t("filters.layers"), "layers", [(name, tr.t(f"layer.{name}")) for name in LAYERS]),
        html.P(html.A(tr.t("filters.reset"), id="reset", href=f"/?lang={tr.lang}", className="button")),
    ]


def _corridors(site: Site, tr: Catalogue) -> list[tuple[str, str]]:
    own = [(key, f"{key} {name}") for key, name in corridor_names(site, tr)]
    return [("", tr.t("filters.corridor_trunk")), ("all", tr.t("filters.corridor_all")), *own]


def _windows(tr: Catalogue, legal: Choices) -> list[Any]:
    """Return the ready-made periods, each one choice of both years."""
    if legal.periods:
        return []
    links = [
        html.A(
            tr.t(f"time.window.{name}"),
            href=f"/?lang={tr.lang}&from={window.first}&to={window.last}",
            **_data("choose", json.dumps({"from": str(window.first), "to": str(window.last)})),
        )
        for name, window in windows(legal.period, legal.period.last).items()
    ]
    return [html.P(links, className="windows")]


def _group(tr: Catalogue, group: FilterGroup) -> Any:
    if group.single:
        return _select(group.label, group.key, [("", tr.t("filters.any")), *group.options])
    return _checks(group.label, group.key, group.options)


def _period(tr: Catalogue, legal: Choices) -> list[Any]:
    if legal.periods:
        spans = [(f"{first}-{last}", tr.years(first, last)) for first, last in legal.periods]
        return [_select(tr.t("filters.period"), "period", spans)]
    years = [(str(year), str(year)) for year in legal.period.years()]
    return [_select(tr.t("filters.from"), "from", years), _select(tr.t("filters.to"), "to", years)]


def _data(name: str, value: str) -> Any:
    """Return a data attribute as a keyword; Dash types its keywords one by one, wildcards not at all."""
    return {f"data-{name}": value}


def _beside(site: Site, tr: Catalogue, state: ViewState) -> list[Any]:
    """Return the choice of a second dataset, where there is one to stand beside the public record."""
    others = [name for name in site.world.releases if name != "public"]
    if state.dataset != "public" or not others:
        return []
    caseloads = [
        (name, tr.t("dataset.caseload", title=site.world.releases[name].manifest.title or name)) for name in others
    ]
    return [_select(tr.t("dataset.beside"), "beside", [("", tr.t("dataset.beside_none")), *caseloads])]


def _options(pairs: list[tuple[str, str]]) -> Options:
    return [{"value": value, "label": label} for value, label in pairs]


def _radios(label: str, key: str, pairs: list[tuple[str, str]]) -> Any:
    choice = dbc.RadioItems(id=ids.control(key), name=key, options=_options(pairs), inline=True)
    return html.Fieldset([html.Legend(label), choice], className=f"choice {key}")


def _checks(label: str, key: str, pairs: list[tuple[str, str]]) -> Any:
    boxes = dbc.Checklist(id=ids.control(key), name=key, options=_options(pairs))
    return html.Fieldset([html.Legend(label), boxes], className="group")


def _select(label: str, key: str, pairs: list[tuple[str, str]]) -> Any:
    """Return a labelled list; the label holds its control, so that it needs no id in text.

    What stands for no choice is the placeholder too: the component shows that where the value is empty.
    """
    choice = dbc.Select(id=ids.control(key), name=key, options=_options(pairs), placeholder=dict(pairs).get("", ""))
    return html.Label([html.Span(label), choice], className="one")
