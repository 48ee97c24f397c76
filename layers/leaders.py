"""Leader lines: where counties are too small for their names, the names stand in a column beside them.

Sixteen counties between Mount Elgon and Lake Victoria are narrower than their names while all of Kenya is on the
screen. Their names stand in one column west of the border, each joined to its county by a thin line. Column and lines
are fixed on the ground, so that screen, first paint and paper agree; they are seen between two scales only: below the
first the rows of the column would touch, from the second on the counties hold their own names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from layers.labels import CHAR_WIDTH, Label, label_trace
from layers.projection import latitude, mercator_y
from layers.theme import INK_SECOND

LEADERS_FROM = 46.0
"""Pixels per degree from which the rows of the column are apart."""
LEADERS_TO = 96.0
"""Pixels per degree from which the counties hold their own names."""
COLUMN_LON, COLUMN_TOP, ROW = 33.2, 2.25, 0.275
"""Right edge and first row of the column, and the height of a row, in degrees (rows on the Mercator's scale)."""
CROWDED_EAST, CROWDED_NORTH = 35.58, 1.25
"""A county whose middle lies south and west of this has its name in the column."""
TEXT = 10.5


def is_crowded(label: Label) -> bool:
    """Say whether the county of a label is one of the crowded west."""
    return label.lon < CROWDED_EAST and label.lat < CROWDED_NORTH


def with_own_place(labels: Sequence[Label]) -> tuple[Label, ...]:
    """Return the county labels, those of the crowded west no earlier than their leaders end."""
    return tuple(
        replace(label, never_below=max(label.never_below, LEADERS_TO)) if is_crowded(label) else label
        for label in labels
    )


def column(labels: Sequence[Label]) -> list[tuple[Label, tuple[float, float]]]:
    """Return the names of the column from north to south, each with the (lon, lat) of its county's middle."""
    crowded = sorted((label for label in labels if is_crowded(label)), key=lambda label: (-label.lat, label.lon))
    top = mercator_y(COLUMN_TOP)
    rows = []
    for i, label in enumerate(crowded):
        text = label.text.replace("-<br>", "-").replace("<br>", " ")
        half = ROW * LEADERS_FROM / 2
        row = Label(
            label.key, text, COLUMN_LON, latitude(top - i * ROW), len(text) * CHAR_WIDTH * TEXT, 0.0, half, half,
            size=TEXT, lift=4.0, never_below=LEADERS_FROM,
        )  # fmt: skip
        rows.append((row, (label.lon, label.lat)))
    return rows


def leader_traces(labels: Sequence[Label]) -> list[dict[str, Any]]:
    """Return lines and names; ``meta`` of both says between which scales (px per degree) they are seen."""
    rows = column(labels)
    lon: list[float | None] = []
    lat: list[float | None] = []
    for row, (to_lon, to_lat) in rows:
        lon += [row.lon, round(to_lon, 3), None]
        lat += [round(row.lat, 3), round(to_lat, 3), None]
    span = {"above": LEADERS_FROM, "below": LEADERS_TO}
    lines = {
        "type": "scattergeo",
        "name": "leader-lines",
        "uid": "leader-lines",
        "mode": "lines",
        "lon": lon or [None],
        "lat": lat or [None],
        "line": {"color": INK_SECOND, "width": 0.7},
        "hoverinfo": "skip",
        "showlegend": False,
        "meta": span,
    }
    names = label_trace("leaders", [row for row, _ in rows], [LEADERS_FROM] * len(rows), "middle left")
    return [lines, {**names, "meta": span}]
