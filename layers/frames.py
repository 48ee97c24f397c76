"""Frames: everything the time slider and the measure switch need, sent once, a few kilobytes.

`build_frames` turns a long table into a JSON-able dictionary. Per nature, measure and frame it
holds a 47-character class string (order: `layers.counties.COUNTY_ORDER`, codes: `theme.CODES`) and
the values of its classed counties, in the order their digits appear. All single-year frames of a
nature and measure share one scale, so playing them is comparable; every pooled frame group
(`scale_group`) has its own. Natures are never added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geodata.values import Empty, Nature
from layers.counties import COUNTY_ORDER
from layers.legend import class_items
from layers.scales import EMPTY_CODE, Breaks, Method, breaks_for, classify
from layers.specs import Labels
from layers.theme import ramp

COLUMNS = ("frame_id", "nature", "measure", "pcode", "value", "empty")
VERSION = 1

_Frame = dict[int, tuple[float | None, Empty | None]]
"""Place of the county in the class string → (value, stated emptiness)."""


def scale_group(frame_id: str) -> str:
    """Return the scale group of a frame: ``year`` for a single year, else ``pooled``."""
    return "year" if frame_id.isdigit() else "pooled"


def build_frames(
    long: pd.DataFrame,
    labels: Labels,
    *,
    frame_ids: Sequence[str],
    default: Empty = Empty.NO_REPORT,
    method: Method = "quantile",
) -> dict[str, Any]:
    """Return ``{v, frames, scales, cells}`` of a long table with the columns `COLUMNS`.

    ``cells[nature][measure][i]`` is ``[class string, values]`` of frame i of ``frames``;
    ``scales[nature][measure][group]`` is ``{colours, labels}`` and ``groups[i]`` the group of frame i.
    Counties without a row are `default`. Refuses unknown counties, frames and doubled cells.
    """
    rows = _rows(long, frame_ids)
    groups = [scale_group(frame) for frame in frame_ids]
    cells: dict[str, dict[str, Any]] = {}
    scales: dict[str, dict[str, Any]] = {}
    for (nature, measure), by_frame in sorted(rows.items()):
        breaks = _breaks_per_group(by_frame, groups, frame_ids, method)
        cells.setdefault(nature, {})[measure] = [
            _cell(by_frame.get(frame, {}), breaks[group], default)
            for frame, group in zip(frame_ids, groups, strict=True)
        ]
        scales.setdefault(nature, {})[measure] = {
            group: _scale(b, Nature(nature), labels) for group, b in breaks.items()
        }
    return {"v": VERSION, "frames": list(frame_ids), "groups": groups, "scales": scales, "cells": cells}


def _rows(long: pd.DataFrame, frame_ids: Sequence[str]) -> dict[tuple[str, str], dict[str, _Frame]]:
    """Return the table as nature and measure → frame → county place → (value, state); plain loops, for speed."""
    if missing := [c for c in COLUMNS if c not in long.columns]:
        raise ValueError(f"frames need the columns {', '.join(COLUMNS)}; missing {', '.join(missing)}")
    known, frames = {p: i for i, p in enumerate(COUNTY_ORDER)}, set(frame_ids)
    rows: dict[tuple[str, str], dict[str, _Frame]] = {}
    for frame, nature, measure, pcode, value, state in zip(*(long[c].tolist() for c in COLUMNS), strict=True):
        if pcode not in known:
            raise ValueError(f"frames speak of a county that is not on the map: {pcode}")
        if frame not in frames:
            raise ValueError(f"a frame is not in the list of frames: {frame}")
        cell = rows.setdefault((str(nature), str(measure)), {}).setdefault(frame, {})
        if known[pcode] in cell:
            raise ValueError(f"a county has two values in one frame, nature and measure: {pcode} in {frame}")
        number = None if value is None or value != value else float(value)  # noqa: PLR0124 - NaN test
        kind = None if state is None or state != state or state == "" else Empty(state)  # noqa: PLR0124 - NaN test
        cell[known[pcode]] = (number, kind)
    return rows


def _breaks_per_group(
    by_frame: Mapping[str, _Frame], groups: Sequence[str], frame_ids: Sequence[str], method: Method
) -> dict[str, Breaks]:
    values: dict[str, list[float | None]] = {group: [] for group in sorted(set(groups))}
    for frame, group in zip(frame_ids, groups, strict=True):
        shown = by_frame.get(frame, {}).values()
        values[group] += [number for number, kind in shown if kind not in (Empty.SUPPRESSED, Empty.OUTSIDE)]
    return {group: breaks_for(found, method=method) for group, found in values.items()}


def _cell(rows: _Frame, breaks: Breaks, default: Empty) -> list[Any]:
    """Return [class string, values of its digits]; counties without a row have the default's code."""
    places = sorted(rows)
    found = [rows[place] for place in places]
    states = [kind or (default if number is None else None) for number, kind in found]
    codes = classify([number for number, _ in found], breaks, states)
    string = [EMPTY_CODE[default]] * len(COUNTY_ORDER)
    shown = []
    for place, (number, _), code in zip(places, found, codes, strict=True):
        string[place] = code
        if code.isdigit() and number is not None:
            shown.append(int(number) if number == int(number) else round(number, 2))
    return ["".join(string), shown]


def _scale(breaks: Breaks, nature: Nature, labels: Labels) -> dict[str, Any]:
    return {
        "colours": list(ramp(nature, breaks.k)),
        "labels": [item.label for item in class_items(breaks, nature, labels)],
    }
