"""From a link to a snapshot, and from a snapshot to its verdict: the same figures, or what differs."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from dashboard.settings import ROOT
from dashboard.view.figure import filters_of
from dashboard.view.state import MAX_QUERY, Choices, Notice, ViewState, from_query, to_query
from geodata.query.releases import open_release
from geodata.query.snapshots import FrozenFigures, Snapshot, figures_of, inputs_of, snapshots_of, world_at
from geodata.query.world import World
from geodata.values import DataProblem

_VIEWS = re.compile(r"/(?:(?:county|lite)/(KE0(?:0[1-9]|[1-3]\d|4[0-7])))?")
"""Paths whose view a link can freeze: the map, and a county's profile and card."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What computing a snapshot again gave. same: identical, byte for byte; else `difference` names what differs."""

    same: bool
    difference: str


@lru_cache(maxsize=1)
def software() -> str:
    """Return the version of this program."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        return str(tomllib.load(stream)["project"]["version"])


def view_of(link: str, choices: Choices, lang: str = "") -> tuple[ViewState, tuple[Notice, ...]]:
    """Return the view of a link, whole or only its query string; raise DataProblem for a page that is no view."""
    try:
        parts = urlsplit(link.strip()[: MAX_QUERY + 200])
    except ValueError:
        parts = urlsplit("/not-a-link")
    known = link.strip().startswith(("/", "?", "http://", "https://"))
    path = (parts.path or "/") if known else "/not-a-link"
    match = _VIEWS.fullmatch(path)
    if match is None:
        raise DataProblem(
            f"‘{path[:60]}’ is no view that can be frozen; expected the link of the map (/?…), or of a county "
            "(/county/KE010, /lite/KE010)."
        )
    state, notices = from_query(parts.query, choices, lang)
    if match[1]:
        state = replace(state, county=str(match[1]), corridor="")
    return replace(state, beside=""), notices


def freeze(world: World, choices: Choices, state: ViewState, on: date) -> Snapshot:
    """Make the snapshot of a view; nothing is written."""
    releases = {name: world.releases[name].id for name in dict.fromkeys(("public", state.dataset))}
    inputs = inputs_of(world, state.rule)
    content = {
        "link": f"/?{to_query(state, choices)}",
        "view": {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(state).items()},
        "releases": releases,
        "boundaries": world.edition.id,
        "software": software(),
        "inputs": inputs,
        "figures": _figures(world, state),
    }
    return Snapshot.of(content, on.isoformat())


def _figures(world: World, state: ViewState) -> FrozenFigures:
    return figures_of(world, state.dataset, filters_of(world, state), state.nature, state.county)


def state_of(snapshot: Snapshot) -> ViewState:
    """Return the view of a snapshot; raise DataProblem when this program does not know one of its choices."""
    view = snapshot.content["view"]
    if set(view) - {field.name for field in fields(ViewState)}:
        raise DataProblem(
            f"The frozen view '{snapshot.name}' has choices this version does not know; open it with version "
            f"{snapshot.content['software']} or a newer one."
        )
    plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in view.items()}
    return ViewState(**plain)


@lru_cache(maxsize=4)
def frozen_world(world: World, name: str) -> World:
    """Return the world as a snapshot saw it; raise DataProblem when a release is withdrawn or not kept."""
    snapshot = snapshots_of(world.settings).get(name)
    return world_at(world, snapshot.content["releases"], snapshot.content["inputs"])


def verify(world: World, name: str) -> Verification:
    """Compute the figures of a snapshot again from its release, and compare them byte for byte.

    Raises DataProblem when the snapshot is absent or damaged, or a release of it is withdrawn, damaged or not kept.
    """
    snapshot = snapshots_of(world.settings).get(name)
    for release_id in snapshot.content["releases"].values():
        open_release(world, release_id)  # withdrawn since: refused, whatever is remembered
    again = Snapshot(
        {**snapshot.content, "figures": _figures(frozen_world(world, snapshot.name), state_of(snapshot))}, snapshot.made
    )
    if again.sha256 == snapshot.sha256:
        return Verification(True, "")
    parts = [part for part, value in again.content["figures"].items() if value != snapshot.content["figures"][part]]
    return Verification(False, ", ".join(parts))
