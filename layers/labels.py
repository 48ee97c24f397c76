"""Map labels that never collide: for each label the smallest scale at which it may be seen.

Two boxes fixed in pixels around anchors fixed on the ground overlap only below some scale
(pixels per degree). Going through the labels from the most to the least important, each gets
the smallest scale at which it overlaps none of the labels seen there before it. So at *any* zoom the visible set is
free of overlap, a label once seen stays when zooming in, and every label is seen at some zoom.
The browser only compares numbers (`min_px_per_deg`); it measures and decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from layers.projection import mercator_y
from layers.text_width import ems
from layers.theme import COUNTRY_GREY, FONT, INK, INK_SECOND, WHITE

CHAR_WIDTH = 0.56
"""Mean advance of the typeface per em: a wide estimate, boxes are rather too big than too small."""
LINE_HEIGHT = 1.25
MARGIN_PX = 1.0
BREAK_AT = 11
COUNTY_FROM = 22.0
"""Pixels per degree below which Kenya is too small for the names of its counties."""
PLACE_GAP_PX = 7.0
SPOT_DEG = 0.05
PILL_GAP_PX, PILL_PAD_PX = 10.0, 6.0
COUNTRY_PX = 12.0
COUNTRY_AT = {
    "ERI": (38.2, 16.3), "ETH": (41.3, 7.6), "SOM": (43.4, 1.9), "SSD": (29.6, 8.0), "SDN": (30.0, 14.0),
    "UGA": (31.9, 2.8), "TZA": (34.4, -6.3), "RWA": (30.0, -1.6), "MWI": (34.3, -12.2), "ZMB": (26.8, -14.2),
    "MOZ": (36.6, -16.6), "ZWE": (29.2, -18.6), "ZAF": (24.6, -29.6), "LBY": (17.5, 27.3), "EGY": (29.3, 27.0),
    "SAU": (44.4, 23.9), "YEM": (47.6, 15.7), "COD": (24.6, -4.0), "TCD": (18.6, 15.2),
}  # fmt: skip
"""ISO3 → where a country's name stands (lon, lat): the empty middle of what the maps show of it."""
COUNTRY_NEAR = {"ETH": (40.9, 4.75), "SSD": (32.3, 4.0), "TZA": (34.6, -3.3)}
"""The same where Kenya fills the map and the middle of the neighbour lies outside it."""
COUNTRY_NEAR_FROM = 34.0
NAME_AT = {
    "KE001": (40.25, -4.15), "KE002": (39.15, -4.3), "KE006": (38.42, -3.42), "KE008": (40.15, 1.95),
    "KE009": (41.15, 3.32), "KE012": (37.98, -0.14), "KE013": (38.02, -0.49), "KE014": (37.74, -0.66),
    "KE015": (38.62, -1.2), "KE016": (37.33, -1.93), "KE017": (37.9, -2.42), "KE018": (36.46, -0.21),
    "KE020": (37.26, -0.6), "KE030": (35.95, 0.62), "KE032": (35.98, -0.42), "KE034": (36.45, -2.1),
}  # fmt: skip
"""P-code → where a county's name stands when its own middle is taken by a pill or by a smaller county's name."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text (or a mark) at a point. Box extents are pixels from the anchor; `priority` high goes first.

    `never_below` keeps a label away when zoomed out, px per degree. `key` is returned as customdata.
    `lift` is the room left between anchor and text, already part of `top` and `bottom`.
    """

    key: str
    text: str
    lon: float
    lat: float
    left: float
    right: float
    top: float
    bottom: float
    priority: float = 0.0
    never_below: float = 0.0
    size: float = 11.0
    bold: bool = False
    colour: str = INK
    lift: float = 0.0


def county_label(key: str, name: str, at: tuple[float, float], *, priority: float = 0.0, bold: bool = False) -> Label:
    """Return the label of a county: text standing on its anchor (lon, lat), in two lines when long."""
    lines = broken(name)
    size = 12.0 if bold else 11.0
    width = max(len(line) for line in lines) * CHAR_WIDTH * size * (1.06 if bold else 1) + 2 * MARGIN_PX
    height = len(lines) * LINE_HEIGHT * size + MARGIN_PX
    return Label(
        key, "<br>".join(lines), *at, width / 2, width / 2, height, MARGIN_PX, priority, COUNTY_FROM, size, bold
    )


def place_label(
    key: str, name: str, at: tuple[float, float], *, priority: float = 0.0, never_below: float = 0.0
) -> Label:
    """Return the label of a place: smaller text to the right of its ring at (lon, lat)."""
    size = 10.0
    right = PLACE_GAP_PX + len(name) * CHAR_WIDTH * size
    half = LINE_HEIGHT * size / 2
    return Label(
        key, name, *at, 4.0, right, half, half, priority, never_below, size, colour=INK_SECOND, lift=PLACE_GAP_PX
    )


def pill_label(key: str, name: str, at: tuple[float, float], *, priority: float, bold: bool = False) -> Label:
    """Return the label of a stop that is read first: bold text in a pill to the right of its ring at (lon, lat)."""
    size = 13.0 if bold else 12.0
    right = PILL_GAP_PX + ems(name) * size + 2 * PILL_PAD_PX
    half = LINE_HEIGHT * size / 2 + PILL_PAD_PX / 2
    return Label(
        key, name, *at, 6.0, right, half, half, priority, 0.0, size, bold=True, colour=WHITE if bold else INK,
        lift=PILL_GAP_PX + PILL_PAD_PX,
    )  # fmt: skip


def country_label(key: str, name: str, at: tuple[float, float]) -> Label:
    """Return the name of a country in letter-spaced grey capitals, standing on (lon, lat); on far views only."""
    text = "\u2009".join(name.upper().replace(" ", "\u2002"))
    half = len(name) * 0.42 * COUNTRY_PX
    return Label(
        key, text, *at, half, half, LINE_HEIGHT * COUNTRY_PX, MARGIN_PX, -1.0, 0.0, COUNTRY_PX, colour=COUNTRY_GREY
    )


def lifted(label: Label, px: float) -> Label:
    """Return the label raised by some pixels, to stand above a mark on the same anchor."""
    return replace(label, top=label.top + px, bottom=label.bottom - px, lift=label.lift + px)


def broken(name: str) -> tuple[str, ...]:
    """Return a name in one or two lines, broken at the space or hyphen nearest its middle."""
    if len(name) < BREAK_AT:
        return (name,)
    spots = [i + 1 for i, c in enumerate(name) if c in " -–"]
    if not spots:
        return (name,)
    spot = min(spots, key=lambda i: abs(i - len(name) / 2))
    return (name[:spot].rstrip(), name[spot:])


def min_scales(labels: Sequence[Label], obstacles: Sequence[tuple[Label, float]] = ()) -> list[float]:
    """Return the px per degree from which each label may be seen, in the given order.

    `obstacles` are boxes already placed, with the scale from which they are seen. Raises
    `ValueError` when two labels share an anchor and overlap there: no zoom parts them. Remembered
    for the last few sets, because a filter change redraws the same names.
    """
    return list(_placed(tuple(labels), tuple(obstacles)))


@lru_cache(maxsize=32)
def _placed(labels: tuple[Label, ...], obstacles: tuple[tuple[Label, float], ...]) -> tuple[float, ...]:
    done = [(label, mercator_y(label.lat), scale) for label, scale in obstacles]
    result = [0.0] * len(labels)
    for i in sorted(range(len(labels)), key=lambda i: (-labels[i].priority, labels[i].key)):
        label, y = labels[i], mercator_y(labels[i].lat)
        own = label.never_below
        for other, other_y, seen_from in done:
            if other.key == label.key or _one_spot(label, other):
                continue
            parted = _parted_from(label, other, y - other_y)
            if parted > seen_from:
                own = max(own, parted)
        if own == float("inf"):
            raise ValueError(f"the label {label.text!r} sits on another one: no zoom parts them")
        result[i] = own
        done.append((label, y, own))
    return tuple(result)


def label_trace(name: str, labels: Sequence[Label], scales: Sequence[float], position: str) -> dict[str, Any]:
    """Return one text trace; `customdata[i]` is ``[key, min_px_per_deg]`` of text element i.

    The browser hides text i by ``style.visibility`` (Plotly owns the ``display`` attribute).
    """
    return {
        "type": "scattergeo",
        "name": name,
        "uid": name,
        "mode": "markers+text",
        "lon": [round(label.lon, 4) for label in labels] or [None],
        "lat": [round(label.lat, 4) for label in labels] or [None],
        "text": [label.text for label in labels],
        "textposition": position,
        "textfont": {
            "family": FONT,
            "size": [label.size for label in labels] or 11,
            "color": [label.colour for label in labels] or INK,
            "weight": [600 if label.bold else 400 for label in labels] or 400,
        },
        # Plotly keeps text away from a marker by radius / 0.8 + 1: an invisible one is the lift.
        "marker": {"opacity": 0, "size": [max(0.0, round(1.6 * (label.lift - 1), 1)) for label in labels] or 0},
        "customdata": [[label.key, shown_from(scale)] for label, scale in zip(labels, scales, strict=True)],
        "hoverinfo": "skip",
        "showlegend": False,
    }


def shown_from(scale: float) -> float:
    """Return a scale rounded up to one decimal, so that rounding never shows a label too early."""
    return math.ceil(float(scale) * 10) / 10


def _one_spot(label: Label, ring: Label) -> bool:
    """Say whether a mark without text is the label's own, or stands on the other side of the same crossing."""
    return not ring.text and abs(ring.lon - label.lon) < SPOT_DEG and abs(ring.lat - label.lat) < SPOT_DEG


def _parted_from(label: Label, other: Label, down: float) -> float:
    """Return the scale from which two boxes are apart for good (0 when they never touch).

    `down` is how far the other anchor lies below, in Mercator degrees.
    """
    x = _overlap(other.lon - label.lon, label.right + other.left, label.left + other.right)
    y = _overlap(down, label.bottom + other.top, label.top + other.bottom)
    low, high = max(x[0], y[0]), min(x[1], y[1])
    return high if low < high else 0.0


def _overlap(distance: float, ahead: float, behind: float) -> tuple[float, float]:
    """Return the open interval of scales s at which ``-behind < s·distance < ahead``."""
    if distance < 0:
        distance, ahead, behind = -distance, behind, ahead
    if ahead <= 0 or (distance == 0 and behind <= 0):
        return (0.0, 0.0)
    if distance == 0:
        return (0.0, float("inf"))
    return (max(0.0, -behind / distance), ahead / distance)
