"""What every lens needs to write its parts: templates bound to the view, links that keep it, fields of forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses.base import LensKey
from dashboard.view.frame import ViewFrame
from dashboard.view.site import Site
from dashboard.view.state import Notice, ViewState, own_values, to_query
from dashboard.view.template_tools import TemplateTools
from dashboard.web.templates import render
from layers.theme import LOOKS

PUBLIC = "public"


@dataclass(frozen=True, eq=False)
class LensTools:
    """One view of one site, for the parts of a lens."""

    site: Site
    state: ViewState

    @property
    def tr(self) -> Catalogue:
        """The reader's words."""
        return catalogue(self.state.lang)

    @cached_property
    def names(self) -> Mapping[str, Any]:
        """The names templates use, and the two that lenses add: `own_link` and `kept`."""
        tools = TemplateTools(self.site.world, self.site.choices, self.state).names()
        return {**tools, "own_link": self.own_link, "kept": self.kept}

    def part(self, template: str, /, **values: Any) -> Markup:
        """Return a template of `dashboard/templates/lenses/`, filled in."""
        return Markup(render(f"lenses/{template}", **{**self.names, **values}))  # noqa: S704 - templates escape

    def legend(self, key: LensKey) -> Markup:
        """Return a legend as HTML."""
        classes = [(item.colour, item.label) for item in key.items if item.code.isdigit()]
        empties = [
            ("" if item.mark == "zero" else LOOKS[item.code].fill, item.label)
            for item in key.items
            if not item.code.isdigit()
        ]
        return self.part("legend.html", title=key.title, classes=classes, empties=empties, note=key.note)

    def common_legend(self, frame: ViewFrame) -> Markup:
        """Return the legend of a frame of counts."""
        return Markup(render("parts/legend.html", c=self.tr, **frame.legend()))  # noqa: S704 - its template escapes

    def own_link(self, **changed: str) -> str:
        """Return the address of this view with other values of the lens's own keys; an empty one leaves a key out."""
        values = {**dict(self.state.own), **changed}
        own = own_values(values, self.state.lens, self.site.choices)
        return f"/?{to_query(replace(self.state, own=own), self.site.choices)}"

    def kept(self, *left_out: str) -> list[tuple[str, str]]:
        """Return the hidden fields of a form that asks for `left_out`: everything else of the view."""
        pairs = parse_qsl(to_query(self.state, self.site.choices), keep_blank_values=True)
        return [(key, value) for key, value in pairs if key not in left_out]


def of_public_record(site: Site, state: ViewState) -> tuple[ViewState, tuple[Notice, ...]]:
    """Return the view of the public record where a caseload was asked, and say so: only the record has this answer."""
    if state.dataset == PUBLIC:
        return state, ()
    public_record = catalogue(state.lang).t("dataset.public")
    coverage = site.world.coverage
    plain = replace(
        state, dataset=PUBLIC, beside="", first=coverage.first, last=coverage.last, t="all", form=(),
        nationality=(), sex=(), age=(),
    )  # fmt: skip
    return plain, (Notice("dataset", state.dataset, public_record, "exact"),)


def unfiltered(state: ViewState) -> ViewState:
    """Return the view without the filters of events: for a lens that does not know them."""
    return replace(state, form=(), nationality=(), confidence=(), outcome=(), suspects=(), role=())
