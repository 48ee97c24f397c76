"""The frames give the classes that `scales.class_of` gives, keep natures apart, and hold no value they do not show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.animation_frames import animation_frames, classes
from layers.scales import Rounding, breaks_for, class_of
from layers.specs import WORDS, Labels
from layers.theme import CODES

LABELS = Labels({key: key for key in WORDS}, lambda value: f"{value:g}")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(1, 5000)), min_size=5, max_size=47), st.sampled_from("zns"))
def test_classes_are_those_of_single_values(values: list[int | None], code: str) -> None:
    array = np.array([[np.nan if v is None else float(v) for v in values]])
    breaks = breaks_for(array.ravel())
    expected = "".join(code if v is None else CODES[class_of(v, breaks)] for v in values)
    assert classes(array, breaks, np.full(array.shape, code)) == [expected]


def test_natures_stay_apart_and_years_share_one_scale() -> None:
    one = np.array([[30.0, np.nan], [10.0, np.nan], [20.0, 40.0]])
    two = np.array([[5.0, 7.0], [5.0, np.nan], [np.nan, 7.0]])
    empties = {nature: np.full(one.shape, "n") for nature in ("trafficking", "smuggling")}
    made = animation_frames(
        {("trafficking", "persons"): one, ("smuggling", "persons"): two},
        empties,
        ["all", "2020", "2021"],
        LABELS,
        rounding=Rounding(10, 10),
    )
    assert made["groups"] == ["pooled", "year", "year"]
    assert made["cells"]["trafficking"]["persons"] == [["0n", [30]], ["0n", [10]], ["12", [20, 40]]]
    assert made["scales"]["trafficking"]["persons"]["year"]["labels"] == ["10", "20", "30–40"]
    assert set(made["cells"]) == {"trafficking", "smuggling"}


def test_another_number_of_frames_is_refused() -> None:
    with pytest.raises(ValueError, match="2 frames but 1 rows"):
        animation_frames(
            {("trafficking", "persons"): np.array([[1.0]])}, {"trafficking": np.array([["n"]])}, ["all", "2020"], LABELS
        )
