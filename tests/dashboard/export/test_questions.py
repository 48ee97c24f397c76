"""Taking away from a question: slide, paper and files show the map of the lens they were begun from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from dashboard.export.brief import Purpose, from_link
from dashboard.export.model import Brief, figures_of
from dashboard.export.paper_map import paper_map
from dashboard.export.pptx import make_slide
from dashboard.lenses import lens_of
from dashboard.lenses.on_paper import question_map
from dashboard.view.site import bare_site, choices_of
from dashboard.view.state import from_query
from geodata.query.world import World

QUESTIONS = ("ways", "roles", "looking", "responds", "changed")


def brief_of(world: World, query: str) -> Brief:
    return from_link(world, choices_of(world), f"/?{query}", Purpose(ask=question_map))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_map_is_the_questions_own(world: World, question: str) -> None:
    brief = brief_of(world, f"lens={question}&lang=en")
    choices = choices_of(world)
    state = from_query(f"lens={question}&lang=en", choices)[0]
    seen = lens_of(state).view(bare_site(world, choices), state)
    assert brief.map.question == question
    assert brief.headline == seen.sentence == brief.map.words
    assert [county.words for county in brief.map.counties] == [fill.words for fill in seen.fills]
    assert seen.key is not None
    assert brief.map.legend == seen.key.items
    for item in seen.key.items:
        assert item.label in str(seen.legend) or question == "responds"  # there the page has a table of nine
    by_code = {item.code: item.colour for item in brief.map.legend}
    shown = [county for county in brief.map.counties if county.code in by_code]
    assert len(shown) > 40
    assert all(county.colour == by_code[county.code] for county in shown)
    assert f"lens={question}" in brief.stamp.link
    assert question in brief.name
    figures_of(brief)  # no figure says two things


def test_a_map_of_ways_has_every_corridor_and_no_classes(world: World) -> None:
    brief = brief_of(world, "lens=ways")
    assert not brief.map.filled
    table = brief.table("corridors")
    assert table is not None
    assert len(table.rows) == len(world.corridors.corridors)
    trunk = next(row for row in table.rows if row.id == "C01")
    assert [cell.value for cell in trunk.cells if cell.value] == [5_730]
    assert any(ribbon.look.edged for ribbon in brief.map.ribbons)
    assert brief.map.line_legend[0].code == "trunk"
    drawn = paper_map(brief, world, (380, 430))
    legend = {item.colour for item in brief.map.legend if item.code.isdigit()}
    assert not any(f'fill="{colour}"' in drawn for colour in legend)


def test_roles_are_written_by_grade_on_slides_and_drawn_on_paper(world: World, tmp_path: Path) -> None:
    brief = brief_of(world, "lens=roles&lang=en")
    letters = {county.pcode: county.letters for county in brief.map.counties}
    assert letters["KE011"][0] in "▲△▵"
    held = {str(d.pcode) for d in world.role_decisions["standard"] if d.held}
    assert held <= {pcode for pcode, marks in letters.items() if marks}
    path = tmp_path / "roles.pptx"
    make_slide(brief, world, path, lambda _share: None)
    words = _texts(Presentation(str(path)).slides[0].shapes)
    assert sum(any(mark in text for mark in "▲△▵◆◇⋄●○◦") for text in words) > 25
    assert "Roles held, of three" in " ".join(words)
    assert 'fill="#' in paper_map(brief, world, (380, 430))


def _texts(shapes: Any) -> list[str]:
    found = []
    for shape in shapes:
        if hasattr(shape, "shapes"):
            found += _texts(shape.shapes)
        elif shape.has_text_frame:
            found.append(shape.text_frame.text)
    return found


def test_a_county_keeps_its_figures_under_another_question(world: World) -> None:
    plain, asked = brief_of(world, "county=KE011"), brief_of(world, "county=KE011&lens=roles")
    assert asked.template == "county"
    assert asked.map.question == "roles"
    assert asked.figures == plain.figures
    assert asked.sentences[0] != plain.sentences[0]


def test_counts_corridors_and_comparisons_are_questions_of_their_own(world: World) -> None:
    for query in ("", "corridor=C14&lens=ways", "counties=KE011,KE010&lens=compare"):
        assert brief_of(world, query).map.question == ""
