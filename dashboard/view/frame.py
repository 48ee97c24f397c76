"""One frame of one view in words and colours: what the page writes before the browser takes over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.figure import sentence
from dashboard.view.state import ViewState
from geodata.query.world import World
from layers.legend import corridor_legend
from layers.theme import EMPTIES, FILTERED, LOOKS

EMPTY_RANK = {"zero": 0, "suppressed": -1, "unstated": -2, "no_report": -3, "filtered": -4, "outside": -5}
"""Kind of empty → where it stands when a column is sorted: zero is a figure, “no report” is none."""


@dataclass(frozen=True)
class ViewFrame:
    """The frame that a view stands on; `built` comes from `view.figure.frames`, or with the sentences of a lens."""

    world: World
    state: ViewState
    built: dict[str, Any]

    @cached_property
    def index(self) -> int:
        """Position of the frame; the pooled one where the view names none."""
        frames = self.built["frames"]
        return frames.index(self.state.t) if self.state.t in frames else 0

    @property
    def years(self) -> str:
        """The period in words."""
        return str(self.built["labels"][self.index])

    @property
    def sentence(self) -> str:
        """The sentence above the map."""
        nature, told = self.state.nature, self.built.get("sentences")
        return str(told[nature][self.index]) if told else sentence(self.world, self.state, nature, self.index)

    @property
    def title(self) -> str:
        """Kind, unit and period: the legend's and the table's heading."""
        tr = self.tr
        return f"{tr.t(f'nature.{self.state.nature}')}: {tr.unit(self.state.measure, self.state.dataset)}, {self.years}"

    @property
    def tr(self) -> Catalogue:
        """The reader's words."""
        return catalogue(self.state.lang)

    @cached_property
    def scale(self) -> dict[str, Any]:
        """Colours and labels of the classes."""
        group = self.built["groups"][self.index]
        scale: dict[str, Any] = self.built["scales"][self.state.nature][self.state.measure][group]
        return scale

    @cached_property
    def counties(self) -> list[dict[str, Any]]:
        """Per county, in P-code order: pcode, code, fill, kind of empty or None, text, sort (a number), words."""
        codes, numbers = self.built["cells"][self.state.nature][self.state.measure][self.index]
        mask = self.built.get("mask", "1" * len(codes))
        values = iter(numbers)
        rows = []
        for pcode, code, kept in zip(self.world.names, codes, mask, strict=True):
            value = next(values) if code.isdigit() else None
            rows.append(self._county(pcode, code if kept == "1" else FILTERED.code, value if kept == "1" else None))
        return rows

    def _county(self, pcode: str, code: str, value: float | None) -> dict[str, Any]:
        tr, name = self.tr, self.world.names[pcode]
        if value is not None:
            text = tr.figure(value)
            unit = tr.unit(self.state.measure, self.state.dataset)
            words = tr.t("map.county", county=name, value=text, unit=unit, years=self.years)
        else:
            kind = LOOKS[code].kind
            text = tr.t(f"empty.{kind}_short")
            words = tr.t("map.county_empty", county=name, empty=tr.t(f"empty.{kind}"), years=self.years)
        return {
            "pcode": pcode,
            "code": code,
            "fill": self._fill(code),
            "empty": None if value is not None else LOOKS[code].kind,
            "text": text,
            "sort": EMPTY_RANK[LOOKS[code].kind] if value is None else value,
            "words": words,
        }

    def _fill(self, code: str) -> str:
        return str(self.scale["colours"][int(code)]) if code.isdigit() else LOOKS[code].fill

    def legend(self) -> dict[str, Any]:
        """Return title, classes (colour, label) and the kinds of empty that occur (fill, kind)."""
        used = {county["code"] for county in self.counties}
        return {
            "title": self.title,
            "classes": list(zip(self.scale["colours"], self.scale["labels"], strict=True)),
            "empties": [(look.fill, look.kind) for look in EMPTIES if look.code in used],
        }

    def table(self) -> list[dict[str, Any]]:
        """Return the rows of the accessible table."""
        passing = {row["pcode"]: row for row in self.world.corridors.county_corridors}
        return [
            {
                **county,
                "name": self.world.names[county["pcode"]],
                "roles": self.built["roles"].get(county["pcode"], "–"),
                "corridors": passing[county["pcode"]]["n_stopping"],
                "km": passing[county["pcode"]]["drawn_km"],
                "residents": self.world.population[county["pcode"]],
            }
            for county in self.counties
        ]


def corridor_lines(tr: Catalogue) -> list[dict[str, str]]:
    """Return the legend of the corridor lines."""
    return [item.as_dict() for item in corridor_legend(tr.labels)]
