"""Parts under the map: a heading that is a link, and the part itself where the view has it open."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.base import LensView
from dashboard.view.site import Site
from dashboard.view.small_maps import shared_outlines
from dashboard.view.state import ViewState, to_query
from dashboard.web.templates import render


def folds_html(seen: LensView, site: Site, state: ViewState) -> Markup:
    """Return every fold of a view: closed ones as links that open them, open ones with what they hold."""
    folds = [
        {
            "key": fold.key,
            "title": fold.title,
            "open": fold.key in state.fold,
            "href": f"/?{to_query(_turned(state, fold.key), site.choices)}#{fold.key}",
            "body": fold.make() if fold.key in state.fold else "",
        }
        for fold in seen.folds
    ]
    drawn = any(fold.maps and fold.key in state.fold for fold in seen.folds)
    outlines = shared_outlines(site.world, patterns=False) if drawn else ""
    html = render("lenses/folds.html", c=catalogue(state.lang), folds=folds, outlines=outlines)
    return Markup(html)  # noqa: S704 - the template escapes every value


def fold_html(seen: LensView, site: Site, key: str) -> Markup | None:
    """Return what one fold holds, None where the view has no such fold."""
    fold = next((fold for fold in seen.folds if fold.key == key), None)
    if fold is None:
        return None
    return (shared_outlines(site.world, patterns=False) if fold.maps else Markup("")) + fold.make()


def _turned(state: ViewState, key: str) -> ViewState:
    """Return the view with a fold opened, or closed where it was open."""
    rest = tuple(own for own in state.fold if own != key)
    return replace(state, fold=rest if key in state.fold else (*rest, key))
