"""What the lens of a view writes, for the browser: the server's own HTML, and 47 fills."""

from __future__ import annotations

from typing import Any

from dashboard.lenses import lens_of
from dashboard.lenses.folds import folds_html
from dashboard.view.site import Site
from dashboard.view.state import ViewState


def question_parts(site: Site, state: ViewState) -> dict[str, Any]:
    """Return sentence, legend, table, controls and folds of a view, and fill and words of the 47 counties by P-code."""
    seen = lens_of(state).view(site, state)
    return {
        "lens": state.lens,
        "sentence": seen.sentence,
        "legend": seen.legend,
        "table": seen.table,
        "panel": seen.panel,
        "controls": seen.controls,
        "folds": folds_html(seen, site, state),
        "fills": [county.colour for county in seen.fills],
        "words": [county.words for county in seen.fills],
    }
