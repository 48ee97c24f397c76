"""The map of the question that a view asks, for slides, paper and files: the fills, legend and legs of its lens.

A view of counts has none: `brief_map` fills it. Nor has a question that the view's dataset cannot answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.export.model import MapCounty
from dashboard.i18n.catalogue import catalogue
from dashboard.lenses import lens_of
from dashboard.lenses.base import CountyFill, LensKey, LensView
from dashboard.view.figure import role_rows
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


@dataclass(frozen=True, slots=True)
class LensMap:
    """What a lens puts on the map.

    seen: the lens's own view. key: its legend. question: its name. filled: counties are coloured; not where the ways
    are the picture. letters: P-code → what is written under the county's name.
    """

    seen: LensView
    key: LensKey
    question: str
    filled: bool
    letters: dict[str, str]

    def county(self, plain: MapCounty) -> MapCounty:
        """Return a county of the counts as this question fills it; its figure stays what it is."""
        fill = next(fill for fill in self.seen.fills if fill.pcode == plain.pcode)
        code, colour, mark = _look(fill, self.key)
        return MapCounty(
            plain.pcode,
            plain.name,
            plain.figure,
            plain.value,
            plain.text,
            plain.empty,
            code,
            colour,
            mark,
            fill.words,
            plain.selected,
            plain.at,
            self.letters.get(plain.pcode, ""),
        )


def lens_map(world: World, choices: Choices, state: ViewState) -> LensMap | None:
    """Return the map of a view's question, None for counts and for what the dataset cannot answer."""
    lens = lens_of(state)
    seen = lens.view(bare_site(world, choices), state)
    if seen.key is None or any(notice.key == "dataset" for notice in seen.notices):
        return None
    letters = {fill.pcode: fill.mark for fill in seen.fills if fill.mark and fill.empty is None}
    if lens.roles:
        letters = _role_letters(world, state.rule)
    question = catalogue(state.lang).t(f"question.{lens.key}")
    return LensMap(seen, seen.key, question, lens.corridors != "all", letters)


def _role_letters(world: World, rule: str) -> dict[str, str]:
    rows = role_rows(world, rule).to_dict("records")
    order = {role: i for i, role in enumerate(Role)}
    letters: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: order[Role(row["role"])]):
        letters[row["pcode"]] = letters.get(row["pcode"], "") + LETTERS[Role(row["role"])][Grade(row["grade"])]
    return letters


def _look(fill: CountyFill, key: LensKey) -> tuple[str, str, str]:
    """Return code, flat colour and mark of a fill: those of its row in the legend, else of its kind of empty."""
    look = next((look for look in LOOKS.values() if look.fill == fill.colour and fill.empty is not None), None)
    if look is not None:
        return look.code, look.colour, look.mark
    code = next((item.code for item in key.items if item.colour == fill.colour and item.code.isdigit()), "x")
    return code, fill.colour, fill.over or FILL
