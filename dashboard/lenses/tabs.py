"""The questions beside each other: every lens as a link that keeps kind, period, county and filters of the view."""

from __future__ import annotations

from dashboard.lenses import lenses
from dashboard.view.site import Site
from dashboard.view.state import ViewState, through_lens, to_query
from dashboard.web.links import questions


def lens_links(site: Site, state: ViewState) -> list[tuple[str, str]]:
    """Return key and address of every question, in order; its words stand under ``question.``."""
    pages = [link for link in questions(state.lang, state.nature, state.county) if link[0] not in lenses()]
    own = [(key, f"/?{to_query(through_lens(state, key, site.choices), site.choices)}") for key in lenses()]
    return [*own, *pages]
