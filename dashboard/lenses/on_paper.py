"""The map of a lens in plain values, for slides, paper and files: its fills, legend and legs."""

from __future__ import annotations

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses import lens_of
from dashboard.lenses.base import CountyFill, LensKey
from dashboard.view.figure import role_rows
from dashboard.view.question_map import QuestionFill, QuestionMap
from dashboard.view.site import bare_site
from dashboard.view.state import Choices, ViewState
from geodata.query.world import World
from geodata.values import Grade, Role
from layers.theme import LOOKS

LETTERS = {
    Role.SOURCE: {Grade.A: "▲", Grade.B: "△", Grade.C: "▵"},
    Role.TRANSIT: {Grade.A: "◆", Grade.B: "◇", Grade.C: "⋄"},
    Role.DESTINATION: {Grade.A: "●", Grade.B: "○", Grade.C: "◦"},
}
"""Role and grade as a letter: filled A, outlined B, small C."""
FILL = "fill"


def question_map(world: World, choices: Choices, state: ViewState) -> QuestionMap | None:
    """Return the map of a view's question, None for counts and for what the dataset cannot answer."""
    lens = lens_of(state)
    seen = lens.view(bare_site(world, choices), state)
    if seen.key is None or any(notice.key == "dataset" for notice in seen.notices):
        return None
    letters = {fill.pcode: fill.mark for fill in seen.fills if fill.mark and fill.empty is None}
    if lens.roles:
        letters = _role_letters(world, state.rule)
    every = lens.corridors == "all"
    return QuestionMap(
        question=catalogue(state.lang).t(f"question.{lens.key}"),
        sentence=seen.sentence,
        title=seen.key.title,
        items=seen.key.items,
        note=seen.key.note,
        fills={fill.pcode: _plain(fill, seen.key, letters.get(fill.pcode, "")) for fill in seen.fills},
        legs=seen.legs,
        every=every,
        filled=not every,
    )


def _role_letters(world: World, rule: str) -> dict[str, str]:
    rows = role_rows(world, rule).to_dict("records")
    order = {role: i for i, role in enumerate(Role)}
    letters: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: order[Role(row["role"])]):
        letters[row["pcode"]] = letters.get(row["pcode"], "") + LETTERS[Role(row["role"])][Grade(row["grade"])]
    return letters


def _plain(fill: CountyFill, key: LensKey, letters: str) -> QuestionFill:
    """Return a fill with code, flat colour and mark: those of its row in the legend, else of its kind of empty."""
    look = next((look for look in LOOKS.values() if look.fill == fill.colour and fill.empty is not None), None)
    if look is not None:
        return QuestionFill(look.code, look.colour, look.mark, fill.words, letters)
    code = next((item.code for item in key.items if item.colour == fill.colour and item.code.isdigit()), "x")
    return QuestionFill(code, fill.colour, fill.over or FILL, fill.words, letters)
