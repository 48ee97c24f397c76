"""No name on the map lies on another, nor on another stop's ring: every corridor, language, window and size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from dashboard.i18n.catalogue import catalogue
from dashboard.view import figure as view_figure
from dashboard.view.basemap import basemap
from dashboard.view.site import choices_of
from dashboard.view.state import from_query
from geodata.query.world import World
from layers import figure as layers_figure
from layers.figure import EXTENTS
from layers.labels import Label
from layers.places import place_boxes
from layers.projection import fitted, mercator_y

SIZES = ((390, 420), (760, 700), (1030, 690), (1070, 640), (1310, 870), (1600, 1000))
"""Maps in windows of 390 × 844 to 1920 × 1080, in pixels."""
EPSILON = 1e-6

Placed = tuple[Label, float]


@pytest.fixture
def placed(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], tuple[list[Placed], list[Placed]]]:
    """Return the names of a view, and the rings of its stops, each with the scale from which it is seen."""
    names: list[Placed] = []
    rings: list[Placed] = []
    write, mark = layers_figure.label_trace, layers_figure.place_traces

    def label_trace(name: str, labels: Sequence[Label], scales: Sequence[float], position: str) -> dict[str, Any]:
        trace = write(name, labels, scales, position)
        shown = (float(known[1]) for known in trace["customdata"])
        names.extend(zip(labels, shown, strict=True))
        return trace

    def place_traces(places: Any, seen_from: Any, bearings: Any) -> list[dict[str, Any]]:
        rings.extend((box, float(seen_from[box.key])) for box in place_boxes(places))
        return mark(places, seen_from, bearings)

    monkeypatch.setattr(layers_figure, "label_trace", label_trace)
    monkeypatch.setattr(layers_figure, "place_traces", place_traces)

    def of(corridor: str, lang: str) -> tuple[list[Placed], list[Placed]]:
        names.clear()
        rings.clear()
        choices = choices_of(world)
        state, _ = from_query(f"corridor={corridor}&lang={lang}", choices)
        view_figure.figure(world, basemap(world), choices, state)
        return list(names), list(rings)

    return of


def scales() -> list[float]:
    windows = [fitted(extent.degrees, (0, 0, *size)).scale for extent in EXTENTS.values() for size in SIZES]
    return sorted({*windows, *np.geomspace(4.0, 900.0, 24).tolist()})


def boxes(labels: Sequence[Label], scale: float) -> np.ndarray[Any, Any]:
    found = []
    for label in labels:
        x, y = label.lon * scale, -mercator_y(label.lat) * scale
        found.append((x - label.left, y - label.top, x + label.right, y + label.bottom))
    return np.array(found).reshape(-1, 4)


def overlapping(first: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    a, b = first[:, None, :], other[None, :, :]
    across = (a[..., 0] < b[..., 2] - EPSILON) & (b[..., 0] < a[..., 2] - EPSILON)
    return across & (a[..., 1] < b[..., 3] - EPSILON) & (b[..., 1] < a[..., 3] - EPSILON)


def test_no_name_lies_on_another_or_on_anothers_ring(world: World, placed: Any) -> None:
    corridors = ["", "all", *sorted(str(row["corridor_id"]) for row in world.corridors.corridors)]
    seen_names = 0
    for corridor, lang in itertools.product(corridors, ("en", "sw")):
        if lang == "sw" and corridor not in ("", "all", "C01"):
            continue
        names, rings = placed(corridor, lang)
        for scale in scales():
            shown = [label for label, seen_from in names if seen_from <= scale]
            marks = [ring for ring, seen_from in rings if seen_from <= scale]
            seen_names += len(shown)
            where = boxes(shown, scale)
            pairs = np.argwhere(np.triu(overlapping(where, where), 1))
            assert not [(shown[i].text, shown[j].text) for i, j in pairs], (corridor, scale)
            covered = [
                (shown[i].text, marks[j].key)
                for i, j in np.argwhere(overlapping(where, boxes(marks, scale)))
                if shown[i].key != marks[j].key and not is_one_spot(shown[i], marks[j])
            ]
            assert not covered, (corridor, scale)
    assert seen_names > 10_000


def is_one_spot(label: Label, ring: Label) -> bool:
    """Say whether a mark is the other side of the label's own crossing."""
    return abs(label.lon - ring.lon) < 0.12 and abs(label.lat - ring.lat) < 0.12


def test_isiolo_is_named_at_every_scale_and_its_shapes_stand_apart(placed: Any) -> None:
    for corridor in ("", "C01"):
        names, _ = placed(corridor, "en")
        emblem = next(pair for pair in names if pair[0].key == "isiolo")
        assert emblem[1] == 0
        symbols = [catalogue("en").t(f"role.symbol.{role}") for role in ("source", "transit", "destination")]
        assert emblem[0].text == "Isiolo\u2002" + "\u2005".join(symbols)
