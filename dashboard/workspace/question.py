"""What the lens of a view writes, for the browser: the server's own HTML, and how the 47 counties are painted."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

from dashboard.lenses.base import CountyFill
from dashboard.lenses.folds import folds_html
from dashboard.view.reducer import FRAMED
from dashboard.view.site import Site
from dashboard.view.state import ViewState
from dashboard.workspace.first_paint import ground, letters
from dashboard.workspace.panel import notices_html
from dashboard.workspace.parts import PageView, sentence_html
from layers.minimap import overlay_id


def question_parts(site: Site, state: ViewState) -> dict[str, Any]:
    """Return the parts of a lens by the id of their place, and fill, words and marks of the counties in P-code order.

    Where the figures of a lens are in the frames the browser writes sentence, legend and fills by itself, and the
    panel comes with the county: these are left out.
    """
    view = PageView(site, state)
    seen = view.seen
    parts: dict[str, str] = {
        "table-part": seen.table,
        "lens-controls": seen.controls,
        "folds": folds_html(seen, site, state),
    }
    if state.lens in FRAMED:
        return {"lens": state.lens, "parts": parts}
    parts |= {
        "sentence": sentence_html(view),
        "leaves-out": escape(seen.leaves_out),
        "legend": seen.legend,
        "lens-panel": seen.panel,
        "lens-notices": notices_html(state, seen.notices),
    }
    return {
        "lens": state.lens,
        "parts": parts,
        "fills": [ground(county) for county in seen.fills],
        "words": [county.words for county in seen.fills],
        "over": {place: mark for place, county in enumerate(seen.fills) if (mark := _over(county))},
    }


def _over(county: CountyFill) -> tuple[str, str, int] | None:
    """Return what lies over the fill of a county: id of a pattern, letters, 1 for an outline; None for nothing."""
    over = (overlay_id(county.over) if county.over else "", letters(county), int(county.edged))
    return over if any(over) else None
