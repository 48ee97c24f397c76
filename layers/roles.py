"""Roles of counties as shapes: ▲ source, ◆ transit, ● destination, in a row under the county label.

Shape says the role, weight the grade: filled A, outlined B, small and dotted C. Hue only repeats
what words say: purple when trafficking is stated, teal when only smuggling is. The row is held
together in pixels by `marker.standoff`, which moves a mark along its angle: marks to the right are
turned by 90°, those to the left by 270°, and the triangle is chosen so that it ends upright.

Where rows would cover each other they fold to one dot, which says "zoom in", never "nothing here".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from geodata.values import Grade, Nature, Role
from layers.labels import Label, shown_from
from layers.theme import INK, LINE_HUE, PAPER

ROLE_COLUMNS = ("pcode", "role", "grade", "smuggling_only", "lon", "lat")
SPACING_PX = 12.0
ROLE_LIFT_PX = 7.0
"""How far the county's name stands above its anchor, where the row of marks lies."""
SIZE = {Grade.A: 9.0, Grade.B: 8.0, Grade.C: 6.5}
TRIANGLE = 1.2
"""Triangles are drawn smaller than circles of the same size; this evens them out."""
HALO_PX = 3.2
UPRIGHT = {0: "triangle-up", 90: "triangle-left", 270: "triangle-right"}
"""The triangle that points up after being turned clockwise by the key."""


def role_traces(roles: pd.DataFrame, seen_from: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return dots of folded rows, halos and marks, from rows of `ROLE_COLUMNS`.

    `seen_from` is the scale (px per degree) from which a county's row is unfolded. `customdata` is
    ``[pcode, min_px_per_deg, role, grade]`` for marks and halos, ``[pcode, max_px_per_deg]`` for dots: the
    browser shows a dot below that scale and the row from it on. Refuses two rows for one county and
    role: which grade counts is decided in `geodata.facts.roles`.
    """
    if missing := [c for c in ROLE_COLUMNS if c not in roles.columns]:
        raise ValueError(f"roles need the columns {', '.join(ROLE_COLUMNS)}; missing {', '.join(missing)}")
    if roles.duplicated(["pcode", "role"]).any():
        raise ValueError("a county has the same role twice; one grade per role is drawn")
    marks = list(_marks(roles, seen_from))
    return [_folded(roles, seen_from), _trace("role-halos", marks, halo=True), _trace("roles", marks, halo=False)]


def role_boxes(roles: pd.DataFrame, priority: Mapping[str, float] | None = None) -> list[Label]:
    """Return the box of each county's row of marks, for `layers.labels.min_scales`; key = pcode."""
    boxes = []
    for pcode, rows in _by_county(roles).items():
        half = (len(rows) - 1) * SPACING_PX / 2 + 5.5
        rank = (priority or {}).get(pcode, 0.0)
        boxes.append(Label(pcode, "", float(rows[0].lon), float(rows[0].lat), half, half, 5.5, 5.5, rank))
    return boxes


def _trace(name: str, marks: list[dict[str, Any]], *, halo: bool) -> dict[str, Any]:
    return {
        "type": "scattergeo",
        "name": name,
        "uid": name,
        "mode": "markers",
        "lon": [m["lon"] for m in marks] or [None],
        "lat": [m["lat"] for m in marks] or [None],
        "customdata": [m["data"] for m in marks],
        "marker": {
            "symbol": [m["symbol"] for m in marks] or "circle",
            "size": [m["size"] + m["halo"] * halo for m in marks] or 6,
            "angle": [m["angle"] for m in marks] or 0,
            "angleref": "up",
            "standoff": [m["standoff"] for m in marks] or 0,
            "color": PAPER if halo else [m["fill"] for m in marks] or PAPER,
            "opacity": 1,
            "line": {"width": 0}
            if halo
            else {
                "color": [m["line"] for m in marks] or INK,
                "width": [m["width"] for m in marks] or 1,
                "dash": [m["dash"] for m in marks] or "solid",
            },
        },
        "hoverinfo": "skip" if halo else "none",
        "showlegend": False,
    }


def _folded(roles: pd.DataFrame, seen_from: Mapping[str, float]) -> dict[str, Any]:
    rows = roles.drop_duplicates("pcode").sort_values("pcode")
    return {
        "type": "scattergeo",
        "name": "roles-folded",
        "uid": "roles-folded",
        "mode": "markers",
        "lon": [round(float(v), 4) for v in rows["lon"]] or [None],
        "lat": [round(float(v), 4) for v in rows["lat"]] or [None],
        "customdata": [[str(p), shown_from(seen_from.get(str(p), 0.0))] for p in rows["pcode"]],
        "marker": {"symbol": "circle", "size": 4.5, "color": INK, "opacity": 1, "line": {"color": PAPER, "width": 1}},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _marks(roles: pd.DataFrame, seen_from: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    for pcode, held in _by_county(roles).items():
        for i, row in enumerate(held):
            role, grade = Role(row.role), Grade(row.grade)
            dx = (i - (len(held) - 1) / 2) * SPACING_PX
            angle = 0 if dx == 0 else 270 if dx < 0 else 90
            hue = LINE_HUE[Nature.SMUGGLING if row.smuggling_only else Nature.TRAFFICKING]
            yield {
                "lon": round(float(row.lon), 4),
                "lat": round(float(row.lat), 4),
                "data": [pcode, shown_from(seen_from.get(pcode, 0.0)), role.value, grade.value],
                "symbol": _symbol(role, angle),
                "angle": angle,
                "standoff": abs(dx),
                "size": round(SIZE[grade] * (TRIANGLE if role is Role.SOURCE else 1), 1),
                "halo": HALO_PX * (1.7 if role is Role.SOURCE else 1),
                "fill": hue if grade is Grade.A else PAPER,
                "line": hue,
                "width": {Grade.A: 0.8, Grade.B: 1.6, Grade.C: 1.2}[grade],
                "dash": "1.6px,1.2px" if grade is Grade.C else "solid",
            }


def _by_county(roles: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the rows of each county in the order source, transit, destination."""
    order = {role: i for i, role in enumerate(Role)}
    by_role: dict[str, list[Any]] = {}
    rows: list[Any] = list(roles.itertuples(index=False))
    for row in sorted(rows, key=lambda row: (str(row.pcode), order[Role(row.role)])):
        by_role.setdefault(str(row.pcode), []).append(row)
    return by_role


def _symbol(role: Role, angle: int) -> str:
    if role is Role.SOURCE:
        return UPRIGHT[angle]
    return "diamond" if role is Role.TRANSIT else "circle"
