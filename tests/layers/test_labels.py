"""At no scale do two visible boxes overlap; at a large scale everything is visible."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.labels import Label, broken, county_label, label_trace, lifted, min_scales, place_label
from layers.projection import mercator_y

POINT = st.tuples(st.integers(3350, 4230), st.integers(-500, 560))


def overlaps(one: Label, other: Label, scale: float) -> bool:
    def box(label: Label) -> tuple[float, float, float, float]:
        x, y = label.lon * scale, -mercator_y(label.lat) * scale
        return x - label.left, y - label.top, x + label.right, y + label.bottom

    a, b = box(one), box(other)
    eps = 1e-6
    return a[0] < b[2] - eps and b[0] < a[2] - eps and a[1] < b[3] - eps and b[1] < a[3] - eps


@st.composite
def label_sets(draw: st.DrawFn) -> list[Label]:
    points = draw(st.lists(POINT, min_size=2, max_size=25, unique=True))
    labels = []
    for i, (lon, lat) in enumerate(points):
        at = (lon / 100, lat / 100)
        name = draw(st.sampled_from(["Isiolo", "Elgeyo-Marakwet", "Taita Taveta", "Embu"]))
        priority = draw(st.integers(0, 3))
        if draw(st.booleans()):
            labels.append(lifted(county_label(f"k{i}", name, at, priority=priority), draw(st.sampled_from([0, 7]))))
        else:
            labels.append(place_label(f"k{i}", name, at, priority=priority, never_below=draw(st.sampled_from([0, 60]))))
    return labels


@settings(max_examples=60, deadline=None)
@given(label_sets())
def test_no_two_visible_boxes_overlap_at_any_scale(labels: list[Label]):
    scales = min_scales(labels)
    for scale in sorted({s * f for s in (5.0, 20.0, 46.0, 76.0, 300.0, 2000.0, *scales) for f in (1.0, 1.05)}):
        seen = [label for label, own in zip(labels, scales, strict=True) if scale >= own]
        for one, other in itertools.combinations(seen, 2):
            assert not overlaps(one, other, scale)
    assert all(scale >= label.never_below for label, scale in zip(labels, scales, strict=True))


@settings(max_examples=30, deadline=None)
@given(label_sets())
def test_everything_is_seen_at_a_large_scale(labels: list[Label]):
    # Anchors lie at least 0.01° apart and no box is wider than 200 px.
    assert max(min_scales(labels)) <= 200 / 0.01


def test_the_more_important_label_comes_first():
    big = county_label("big", "Marsabit", (37.0, 2.0), priority=2)
    small = county_label("small", "Isiolo", (37.05, 2.0), priority=1)
    scales = min_scales([small, big])
    assert scales[1] < scales[0]
    assert scales == list(reversed(min_scales([big, small])))


def test_a_mark_already_seen_keeps_labels_away():
    label = county_label("a", "Embu", (37.0, 0.0))
    row = dataclasses.replace(label, key="row", top=6, bottom=6)
    with pytest.raises(ValueError, match="no zoom parts them"):
        min_scales([label], [(row, 0.0)])
    assert min_scales([lifted(label, 7)], [(row, 0.0)]) == [label.never_below]


def test_long_names_break_at_their_middle():
    assert broken("Elgeyo-Marakwet") == ("Elgeyo-", "Marakwet")
    assert broken("Taita Taveta") == ("Taita", "Taveta")
    assert broken("Isiolo") == ("Isiolo",)
    assert broken("Kirinyagaaaaa") == ("Kirinyagaaaaa",)


def test_trace_carries_scales_rounded_up():
    labels = [county_label("KE011", "Isiolo", (37.6, 0.4), bold=True)]
    trace = label_trace("county-labels", labels, [41.01], "top center")
    assert trace["customdata"] == [["KE011", 41.1]]
    assert trace["textfont"]["weight"] == [600]
