"""The callbacks of the map page: one reducer, one callback a part; nothing is computed here.

In the browser (assets/js/workspace.js): `reduce` turns link, controls and actions into the view, writes the link and
asks for the parts that depend on what changed; `paint`, `panel` and `strip` put answers in their places. Time, measure
and nature are therefore answered from frames already there. On the server: one callback for each part, whose question
is a query string of the keys the part depends on (`view.reducer.PARTS`), so that equal questions have equal answers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.detected.sentences import timed_frames
from dashboard.view.looking import looking
from dashboard.view.reducer import PARTS
from dashboard.view.site import Site
from dashboard.view.state import NATURES, Notice, ViewState, from_query
from dashboard.workspace import ids
from dashboard.workspace.figure import figure_patch
from dashboard.workspace.layout import controls
from dashboard.workspace.page import fixed
from dashboard.workspace.panel import panel_data, trends
from dashboard.workspace.parts import PageView, framed_panel, strip_html
from dashboard.workspace.question import question_parts
from layers.animation_frames import pack

REDUCER = "reduce"


def register(app: Dash, site: Site) -> None:
    """Add every callback of the map page."""
    _in_browser(app)
    _on_server(app, site)


def _in_browser(app: Dash) -> None:
    every_control = ids.control(ALL)  # type: ignore[arg-type] # a wildcard, not a text
    _clientside(
        app,
        REDUCER,
        [
            Output(ids.URL, "search"), Output(ids.VIEW, "data"), Output(every_control, "value"),
            *(Output(ids.ask(part), "data") for part in PARTS),
        ],
        [
            Input(ids.URL, "search"), Input(every_control, "value"), Input(ids.ACTION, "data"),
            Input(ids.CONTROLS, "children"),
        ],
        [State(ids.VIEW, "data")],
    )  # fmt: skip
    _clientside(
        app,
        "paint",
        [Output(ids.PAINTED, "data")],
        [Input(name, "data") for name in (ids.VIEW, ids.FRAMES, ids.WORDS, ids.QUESTION)],
    )
    _clientside(app, "panel", [Output(ids.HELD, "data")], [Input(ids.PANEL, "data")], [State(ids.HELD, "data")])
    _clientside(app, "strip", [Output(ids.TREND, "figure")], [Input(ids.STRIP, "data"), Input(ids.VIEW, "data")])
    _clientside(
        app,
        "drawer",
        [Output(ids.DRAWER, "is_open")],
        [Input(ids.DRAWER_BUTTON, "n_clicks")],
        [State(ids.DRAWER, "is_open")],
    )


def _clientside(
    app: Dash, name: str, outputs: list[Output], inputs: list[Input], states: list[State] | None = None
) -> None:
    app.clientside_callback(  # type: ignore[no-untyped-call] # Dash has no types here
        ClientsideFunction("njia", name),
        outputs if len(outputs) > 1 else outputs[0],
        inputs,
        states or [],
        prevent_initial_call=name != REDUCER,
    )


def _on_server(app: Dash, site: Site) -> None:
    def read(query: object) -> tuple[ViewState, tuple[Notice, ...]]:
        return from_query(query if isinstance(query, str) else "", site.choices)

    @app.callback(
        Output(ids.CONTROLS, "children"),
        Output(ids.WORDS, "data"),
        Input(ids.SCOPE, "data"),
        prevent_initial_call=True,
    )
    def answer_scope(query: object) -> tuple[list[Any], dict[str, Any]]:
        state, _ = read(query)
        return controls(site, state), fixed(site, catalogue(state.lang), state.dataset)

    @app.callback(Output(ids.FRAMES, "data"), Input(ids.ask("frames"), "data"), prevent_initial_call=True)
    def answer_frames(query: object) -> dict[str, Any]:
        state, _ = read(query)
        built = pack(timed_frames(site.world, site.choices, state))
        return {**built, "of": query, "looking": looking(site.world, state)}

    @app.callback(Output(ids.MAP, "figure"), Input(ids.ask("lines"), "data"), prevent_initial_call=True)
    def answer_lines(query: object) -> Any:
        return figure_patch(site, read(query)[0])

    @app.callback(
        Output(ids.PANEL, "data"), Input(ids.ask("panel"), "data"), State(ids.HELD, "data"), prevent_initial_call=True
    )
    def answer_panel(query: object, held: object) -> dict[str, Any]:
        state, notices = read(query)
        panel = panel_data(site.world, site.choices, state, notices, str(held or ""))
        return {**panel, "lens": framed_panel(PageView(site, state)), "of": query}

    @app.callback(Output(ids.QUESTION, "data"), Input(ids.ask("question"), "data"), prevent_initial_call=True)
    def answer_question(query: object) -> dict[str, Any]:
        return {**question_parts(site, read(query)[0]), "of": query}

    @app.callback(Output(ids.STRIP, "data"), Input(ids.ask("strip"), "data"), prevent_initial_call=True)
    def answer_strip(query: object) -> dict[str, Any]:
        state, _ = read(query)
        bars = {nature: strip_html(PageView(site, replace(state, nature=nature))) for nature in NATURES}
        return {**trends(site.world, site.choices, state), "bars": bars, "of": query}
