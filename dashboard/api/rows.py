"""The rows of a view: figures by county, events, sources; the same for the files and for JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from flask import request
from pydantic import BaseModel

from dashboard.api.schemas import IncidentRow, IndicatorRow, SourceRow
from dashboard.view.figure import filters_of
from dashboard.view.query_string import every_nature, request_query, without_every_nature
from dashboard.view.site import Site
from dashboard.view.state import NATURES, Notice, ViewState, from_query
from dashboard.web.links import reader_lang
from geodata.query.cube import Cube
from geodata.query.indicators import cube
from geodata.query.indicators import indicator_rows as counted_rows
from geodata.query.ledger import use_counts
from geodata.query.profiles import events
from geodata.query.roles import held_roles, one_voice_roles

EVENT_LISTS = ("/api/v1/incidents.", "/api/v1/brief.")
"""Addresses that answer ``nature=all`` with the events of every nature in one list, told apart by a column."""


def asks_every_nature() -> bool:
    """Say whether the request asks a list of events for every nature."""
    return request.path.startswith(EVENT_LISTS) and every_nature(request_query())


def requested_view(site: Site) -> tuple[ViewState, tuple[Notice, ...]]:
    """Return the view of the request, and what of its query was not understood."""
    query = request_query()
    if asks_every_nature():
        query = without_every_nature(query)
    return from_query(query, site.choices, reader_lang(site.choices.languages))


def columns(model: type[BaseModel], *, without: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names of a row's values as files and JSON write them."""
    left_out = set(without)
    return tuple(field.alias or name for name, field in model.model_fields.items() if name not in left_out)


def indicator_rows(site: Site, state: ViewState) -> list[IndicatorRow]:
    """Return one row per county (and one for what belongs to none), or the chosen county's, with a view's figures."""
    counted = cube(site.world, state.dataset, filters_of(site.world, state))
    roles = held_roles(site.world, state.rule)
    rows = counted_rows(site.world, counted, state.nature, frame_of(counted, state))
    alone = one_voice_roles(site.world, state.rule)
    return [
        IndicatorRow.model_validate(
            {
                **row,
                "roles": ";".join(roles.get(str(row["pcode"]), ())),
                "roles_one_voice": ";".join(alone.get(str(row["pcode"]), ())),
            }
        )
        for row in rows
        if not state.county or row["pcode"] == state.county
    ]


def incident_rows(site: Site, state: ViewState, natures: Collection[str] = ()) -> list[IncidentRow]:
    """Return the events of a view; withheld details stay withheld. natures: those listed instead of the view's."""
    names, wanted = site.world.names, columns(IncidentRow)
    period = state.shown_period
    return [
        IncidentRow.model_validate(
            {name: _plain(row.get(name)) for name in wanted}
            | {"county_name": names.get(row["county"], "Kenya (no county)")}
        )
        for row in events(site.world, filters_of(site.world, state))
        if row["nature"] in (natures or (state.nature,))
        and period.first <= row["year"] <= period.last
        and (not state.county or row["county"] == state.county)
    ]


def asked_incident_rows(site: Site, state: ViewState) -> list[IncidentRow]:
    """Return the events that the request asks for: those of its view, or of every nature."""
    return incident_rows(site, state, NATURES if asks_every_nature() else ())


def source_rows(site: Site, state: ViewState) -> list[SourceRow]:
    """Return the sources of a view's county, else all, with how often each is used."""
    counts = use_counts(site.world, state.county)
    return [
        SourceRow(**asdict(row), uses=counts.get(source_id, 0))
        for source_id, row in site.world.source_rows.items()
        if source_id in counts or (not state.county and row.background)
    ]


def frame_of(counted: Cube, state: ViewState) -> int:
    """Return the frame a view stands on; the pooled one where its period has none of its own."""
    return counted.frame_of(state.shown_period) or 0


def _plain(value: Any) -> Any:
    """Return a value without numpy's and pandas' types; what is not a number there is none."""
    if value is None or value != value:  # noqa: PLR0124 - NaN and pandas' NA
        return None
    return value.item() if hasattr(value, "item") else value
