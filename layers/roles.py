"""Roles of counties as shapes: ▲ source, ◆ transit, ● destination, in a row under the county label.

Shape says the role, weight the grade: filled A, outlined B, small and dotted C. Hue only repeats
what words say: purple when trafficking is stated, teal when only smuggling is. All roles of all
counties are one trace; the row is held together in pixels by `marker.standoff`, which moves a
mark along its angle: marks to the right are turned by 90°, those to the left by 270°, and the
triangle is chosen so that it ends upright.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geodata.values import Grade, Nature, Role
from layers.labels import Label
from layers.theme import LINE_HUE, PAPER, WHITE

ROLE_COLUMNS = ("pcode", "role", "grade", "smuggling_only", "lon", "lat")
SPACING_PX = 11.0
ROLE_LIFT_PX = 7.0
"""How far the county's name stands above its anchor, where the row of marks lies."""
SIZE = {Grade.A: 9.0, Grade.B: 8.5, Grade.C: 6.5}
UPRIGHT = {0: "triangle-up", 90: "triangle-left", 270: "triangle-right"}
"""The triangle that points up after being turned clockwise by the key."""


def role_trace(roles: pd.DataFrame) -> dict[str, Any]:
    """Return one trace of marks from rows of `ROLE_COLUMNS`; `customdata` is ``[pcode, role, grade]``.

    Refuses two rows for one county and role: which grade counts is decided in `geodata.roles`.
    """
    if missing := [c for c in ROLE_COLUMNS if c not in roles.columns]:
        raise ValueError(f"roles need the columns {', '.join(ROLE_COLUMNS)}; missing {', '.join(missing)}")
    if roles.duplicated(["pcode", "role"]).any():
        raise ValueError("a county has the same role twice; one grade per role is drawn")
    marks = list(_marks(roles))
    return {
        "type": "scattergeo",
        "name": "roles",
        "uid": "roles",
        "mode": "markers",
        "lon": [m["lon"] for m in marks] or [None],
        "lat": [m["lat"] for m in marks] or [None],
        "customdata": [m["data"] for m in marks],
        "marker": {
            "symbol": [m["symbol"] for m in marks] or "circle",
            "size": [m["size"] for m in marks] or 6,
            "angle": [m["angle"] for m in marks] or 0,
            "angleref": "up",
            "standoff": [m["standoff"] for m in marks] or 0,
            "color": [m["fill"] for m in marks] or PAPER,
            "opacity": 1,
            "line": {
                "color": [m["line"] for m in marks] or WHITE,
                "width": [m["width"] for m in marks] or 1,
                "dash": [m["dash"] for m in marks] or "solid",
            },
        },
        "hoverinfo": "none",
        "showlegend": False,
    }


def role_boxes(roles: pd.DataFrame) -> list[Label]:
    """Return the box of each county's row of marks, for `layers.labels.min_scales`; key = pcode."""
    boxes = []
    for pcode, rows in roles.groupby("pcode", sort=True):
        half = (len(rows) - 1) * SPACING_PX / 2 + 5.5
        lon, lat = float(rows["lon"].iloc[0]), float(rows["lat"].iloc[0])
        boxes.append(Label(str(pcode), "", lon, lat, half, half, 6.0, 6.0))
    return boxes


def _marks(roles: pd.DataFrame) -> Iterator[dict[str, Any]]:
    order = {role: i for i, role in enumerate(Role)}
    for pcode, rows in roles.groupby("pcode", sort=True):
        held: list[Any] = list(rows.itertuples(index=False))
        held.sort(key=lambda row: order[Role(row.role)])
        for i, row in enumerate(held):
            role, grade = Role(row.role), Grade(row.grade)
            dx = (i - (len(held) - 1) / 2) * SPACING_PX
            angle = 0 if dx == 0 else 270 if dx < 0 else 90
            hue = LINE_HUE[Nature.SMUGGLING if row.smuggling_only else Nature.TRAFFICKING]
            yield {
                "lon": round(float(row.lon), 4),
                "lat": round(float(row.lat), 4),
                "data": [str(pcode), role.value, grade.value],
                "symbol": _symbol(role, angle),
                "angle": angle,
                "standoff": abs(dx),
                "size": SIZE[grade],
                "fill": hue if grade is Grade.A else PAPER,
                "line": WHITE if grade is Grade.A else hue,
                "width": 1.0 if grade is Grade.A else 1.6 if grade is Grade.B else 1.1,
                "dash": "1.6px,1.2px" if grade is Grade.C else "solid",
            }


def _symbol(role: Role, angle: int) -> str:
    if role is Role.SOURCE:
        return UPRIGHT[angle]
    return "diamond" if role is Role.TRANSIT else "circle"
