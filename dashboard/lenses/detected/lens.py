"""What was detected? Events, persons or rates by county, one nature as fill, both in the sentence.

Time, measure and nature are answered in the browser from the frames that the view carries.
"""

from __future__ import annotations

from markupsafe import Markup

from dashboard.lenses.base import CountyFill, Lens, LensView
from dashboard.lenses.detected.sentences import timed_frames
from dashboard.lenses.joined import joined
from dashboard.lenses.tools import PUBLIC, LensTools
from dashboard.view.frame import ViewFrame
from dashboard.view.site import Site
from dashboard.view.state import ViewState
from dashboard.view.template_tools import TemplateTools
from dashboard.web.templates import render

COLUMNS = (
    ("county", "text"), ("value", "number"), ("roles", "text"), ("corridors", "number"), ("drawn_km", "number"),
    ("population", "number"),
)  # fmt: skip


def detected(site: Site, state: ViewState) -> LensView:
    """Return what was detected."""
    frame = ViewFrame(site.world, state, timed_frames(site.world, site.choices, state))
    tools = TemplateTools(site.world, site.choices, state).names()
    table = render("parts/table.html", rows=frame.table(), columns=COLUMNS, caption=frame.title, **tools)
    return LensView(
        sentence=frame.sentence,
        leaves_out=frame.built["left_out"][state.nature][frame.index],
        fills=county_fills(frame),
        legend=LensTools(site, state).common_legend(frame),
        table=Markup(table),  # noqa: S704 - escaped by its template
        panel=panel(site, state),
        frames=frame.built,
    )


def panel(site: Site, state: ViewState) -> Markup:
    """Return the sentence that joins what was found in the chosen county with who was looking there."""
    if not state.county or state.dataset != PUBLIC:
        return Markup()
    tools = LensTools(site, state)
    return tools.part("joined.html", joined=joined(site.world, tools.tr, state, state.county))


def county_fills(frame: ViewFrame) -> tuple[CountyFill, ...]:
    """Return the fills of a frame of counts."""
    return tuple(
        CountyFill(
            pcode=county["pcode"],
            colour=county["fill"],
            empty=county["empty"],
            text=county["text"],
            sort=county["sort"],
            words=county["words"],
            mark="0" if county["empty"] == "zero" else "",
            code=county["code"],
        )
        for county in frame.counties
    )


LENS = Lens(key="detected", order=1, view=detected, panel=panel)
