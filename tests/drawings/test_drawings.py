"""Each kept drawing is what the product draws today; a change names the drawing and says by how much."""

from __future__ import annotations

import pytest

from tests.drawings.kept import KEPT, difference, kept_names, normalised, read
from tests.drawings.made import Studio, makers

STUDIO = Studio()
MAKERS = makers(STUDIO)
MOST_BYTES = 3_000_000


@pytest.mark.parametrize("name", MAKERS)
def test_a_drawing_is_the_one_that_was_looked_at(name: str) -> None:
    changed = difference(name, read(name), MAKERS[name]())
    if changed is not None:
        pytest.fail(f"{changed}\nLook at it (make drawings LOOK=folder) and accept it: make drawings", pytrace=False)


def test_no_kept_drawing_is_without_a_maker() -> None:
    assert set(kept_names()) == set(MAKERS)
    assert len([name for name in MAKERS if name.startswith("cards/")]) == 94
    assert len([name for name in MAKERS if name.startswith("slides/")]) == 10


def test_a_difference_counts_lines_and_says_how_far_numbers_moved() -> None:
    before = normalised('<svg><path d="M1.23456,2"/><text>A</text></svg>')
    after = normalised('<svg><path d="M1.23456,4.5"/><text>A</text></svg>')
    assert before == '<svg>\n<path d="M1.23,2"/>\n<text>A</text>\n</svg>\n'
    assert difference("same", before, before) is None
    changed = difference("moved", before, after)
    assert changed is not None
    assert (changed.changed, changed.total, changed.moved) == (1, 4, 2.5)
    assert str(changed).startswith("moved: 1 of 4 lines differ, numbers move by up to 2.5\n  - <path")
    worded = difference("word", before, before.replace(">A<", ">B<"))
    assert worded is not None
    assert (worded.changed, worded.moved, worded.after) == (1, 0.0, "<text>B</text>")


def test_kept_drawings_stay_small() -> None:
    assert sum(len(read(name)) for name in kept_names()) > 1_000_000
    assert sum(path.stat().st_size for path in KEPT.rglob("*.gz")) < MOST_BYTES
