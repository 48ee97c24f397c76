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
from layers.scales import Breaks, Method, breaks_for, classify
from layers.specs import Labels
from layers.theme import ramp

COLUMNS = ("frame_id", "nature", "measure", "pcode", "value", "empty")
VERSION = 1


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
    _refuse(long, frame_ids)
    groups = [scale_group(frame) for frame in frame_ids]
    cells: dict[str, dict[str, Any]] = {}
    scales: dict[str, dict[str, Any]] = {}
    for (nature, measure), part in long.groupby(["nature", "measure"], sort=True, observed=True):
        breaks = _breaks_per_group(part, sorted(set(groups)), method)
        by_frame = dict(list(part.groupby("frame_id", observed=True)))
        cells.setdefault(str(nature), {})[str(measure)] = [
            _cell(by_frame.get(frame), breaks[group], default) for frame, group in zip(frame_ids, groups, strict=True)
        ]
        scales.setdefault(str(nature), {})[str(measure)] = {
            group: _scale(b, Nature(str(nature)), labels) for group, b in breaks.items()
        }
    return {"v": VERSION, "frames": list(frame_ids), "groups": groups, "scales": scales, "cells": cells}


def _refuse(long: pd.DataFrame, frame_ids: Sequence[str]) -> None:
    if missing := [c for c in COLUMNS if c not in long.columns]:
        raise ValueError(f"frames need the columns {', '.join(COLUMNS)}; missing {', '.join(missing)}")
    if unknown := set(long["pcode"]) - set(COUNTY_ORDER):
        raise ValueError(f"frames speak of counties that are not on the map: {sorted(unknown)[:3]}")
    if unknown := set(long["frame_id"]) - set(frame_ids):
        raise ValueError(f"frames not in the list of frames: {sorted(unknown)[:3]}")
    if long.duplicated(["frame_id", "nature", "measure", "pcode"]).any():
        raise ValueError("a county has two values in one frame, nature and measure")


def _breaks_per_group(part: pd.DataFrame, groups: Sequence[str], method: Method) -> Mapping[str, Breaks]:
    shown = part[~part["empty"].isin([Empty.SUPPRESSED, Empty.OUTSIDE])]
    group = shown["frame_id"].map(scale_group)
    return {g: breaks_for(shown.loc[group == g, "value"].tolist(), method=method) for g in groups}


def _cell(rows: pd.DataFrame | None, breaks: Breaks, default: Empty) -> list[Any]:
    values: dict[str, float] = {}
    empty: dict[str, str | None] = {}
    if rows is not None:
        values = dict(zip(rows["pcode"], rows["value"].astype(float), strict=True))
        empty = {
            p: None if pd.isna(e) or e == "" else str(e) for p, e in zip(rows["pcode"], rows["empty"], strict=True)
        }
    codes = classify(
        [values.get(p) for p in COUNTY_ORDER],
        breaks,
        [empty.get(p, default) for p in COUNTY_ORDER],
    )
    shown = [values[p] for p, code in zip(COUNTY_ORDER, codes, strict=True) if code.isdigit()]
    return ["".join(codes), [int(v) if v == int(v) else round(v, 2) for v in shown]]


def _scale(breaks: Breaks, nature: Nature, labels: Labels) -> dict[str, Any]:
    return {
        "colours": list(ramp(nature, breaks.k)),
        "labels": [item.label for item in class_items(breaks, nature, labels)],
    }
