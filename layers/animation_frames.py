"""Animation frames: everything the time slider and the measure switch need, sent once, a few kilobytes.

`animation_frames` turns arrays (frame × county) into a JSON-able dictionary. Per nature, measure and frame it
holds a 47-character class string (codes: `theme.CODES`) and the values of its classed counties in the
order their digits appear. All single-year frames of a nature and measure share one scale, so playing
them is comparable; the pooled frame has its own. Natures are never added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.values import Nature
from layers.legend import class_items
from layers.scales import Breaks, Rounding, breaks_for
from layers.specs import Labels
from layers.theme import CODES, ramp

VERSION = 3
POOLED, YEAR, PERSONS = "pooled", "year", "persons"
_DIGIT = re.compile("[0-9]")
_CLASS_CODES = np.array(list(CODES))
Values = Mapping[tuple[str, str], NDArray[np.float64]]
"""(nature, measure) → frames × counties; NaN where there is no value."""


def animation_frames(
    values: Values,
    empties: Mapping[str, NDArray[np.str_]],
    frame_ids: Sequence[str],
    labels: Labels,
    *,
    rounding: Rounding | None = None,
) -> dict[str, Any]:
    """Return ``{v, frames, groups, scales, cells}``.

    empties: nature → frames × counties of the codes of `theme.EMPTIES`, used where there is no value
    (and “z” where the value is zero). ``cells[nature][measure][i]`` is ``[class string, values]``;
    ``scales[nature][measure][group]`` is ``{colours, labels}``. rounding: of
    estimates of persons. Refuses arrays of another length.
    """
    groups = [YEAR if frame.isdigit() else POOLED for frame in frame_ids]
    cells: dict[str, dict[str, Any]] = {}
    scales: dict[str, dict[str, Any]] = {}
    for (nature, measure), array in values.items():
        if len(array) != len(frame_ids):
            raise ValueError(f"{len(frame_ids)} frames but {len(array)} rows of values")
        cell: list[Any] = [None] * len(frame_ids)
        scale = {}
        for group in dict.fromkeys(groups):
            rows = [i for i, own in enumerate(groups) if own == group]
            block = array[rows]
            breaks = breaks_for(block.ravel(), rounding=rounding if measure == PERSONS else None)
            scale[group] = _scale(breaks, Nature(nature), labels)
            coded = classes(block, breaks, empties[nature][rows])
            for i, codes, shown in zip(rows, coded, _classed(block), strict=True):
                cell[i] = [codes, shown]
        cells.setdefault(nature, {})[measure] = cell
        scales.setdefault(nature, {})[measure] = scale
    return {"v": VERSION, "frames": list(frame_ids), "groups": groups, "scales": scales, "cells": cells}


def pack(frames: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frames as they are sent: one text of classes and one of values per nature and measure.

    Digits are left out where the browser finds them again from the value and the upper ends of the
    classes (`uppers` of the scale); frames are parted by a space, values by a comma.
    """
    cells = {
        nature: {
            measure: [
                _DIGIT.sub(".", " ".join(codes for codes, _ in cell)),
                " ".join(",".join(map(str, values)) for _, values in cell),
            ]
            for measure, cell in by_measure.items()
        }
        for nature, by_measure in frames["cells"].items()
    }
    return {**frames, "cells": cells}


def classes(array: NDArray[np.float64], breaks: Breaks, empty: NDArray[np.str_]) -> list[str]:
    """Return one class string per row: the same classes as `scales.class_of`, for a whole block at once."""
    codes = np.array(empty, dtype="U1", order="C")
    positive = array > 0  # NaN is not
    in_steps = np.maximum(1, np.round(array[positive] / breaks.step))
    index = np.searchsorted(np.array(breaks.steps), in_steps, side="left")
    if index.size and int(index.max()) >= breaks.k:
        raise ValueError("a value lies above the highest break: these breaks come from other data")
    codes[positive] = _CLASS_CODES[index]
    rows: list[str] = codes.view(f"U{codes.shape[1]}").ravel().tolist()  # a row of letters is one text in memory
    return rows


def _classed(array: NDArray[np.float64]) -> list[list[float | int]]:
    """Return of each row its positive values, which are those that have a class."""
    positive = array > 0
    numbers = iter([_short(value) for value in array[positive].tolist()])
    return [list(islice(numbers, n)) for n in positive.sum(axis=1).tolist()]


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 2)


def _scale(breaks: Breaks, nature: Nature, labels: Labels) -> dict[str, Any]:
    return {
        "colours": list(ramp(nature, breaks.k)),
        "uppers": [_short(round(upper, 6)) for upper in breaks.uppers],
        "labels": [item.label for item in class_items(breaks, nature, labels)],
    }
