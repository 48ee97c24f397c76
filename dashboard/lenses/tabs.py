"""The questions beside each other: every lens as a link that keeps kind, period, county and filters of the view."""

from __future__ import annotations

from dashboard.lenses import lenses
from dashboard.view.site import Site
from dashboard.view.state import ViewState, through_lens, to_query


def lens_links(site: Site, state: ViewState) -> list[tuple[str, str]]:
    """Return key and address of every question, in order; its words stand under ``question.``."""
    return [(key, f"/?{to_query(through_lens(state, key, site.choices), site.choices)}") for key in lenses()]
