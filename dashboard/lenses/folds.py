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

ALL_CLOSED = "none"


def folds_html(seen: LensView, site: Site, state: ViewState) -> Markup:
    """Return every fold of a view: closed ones as links that open them, open ones with what they hold."""
    opened = open_folds(seen, state)
    folds = [
        {
            "key": fold.key,
            "title": fold.title,
            "open": fold.key in opened,
            "href": f"/?{to_query(_turned(state, opened, fold.key), site.choices)}#{fold.key}",
            "body": fold.make() if fold.key in opened else "",
        }
        for fold in seen.folds
    ]
    drawn = "".join(str(row["body"]) for row, fold in zip(folds, seen.folds, strict=True) if fold.maps)
    outlines = shared_outlines(site.world, drawn) if drawn else ""
    html = render("lenses/folds.html", c=catalogue(state.lang), folds=folds, outlines=outlines)
    return Markup(html)  # noqa: S704 - the template escapes every value


def fold_html(seen: LensView, site: Site, key: str) -> Markup | None:
    """Return what one fold holds, None where the view has no such fold."""
    fold = next((fold for fold in seen.folds if fold.key == key), None)
    if fold is None:
        return None
    drawn = fold.make()
    return (shared_outlines(site.world, drawn) if fold.maps else Markup("")) + drawn


def open_folds(seen: LensView, state: ViewState) -> tuple[str, ...]:
    """Return the keys of the folds that stand open: those of the link, or those that do so by themselves."""
    return state.fold or tuple(fold.key for fold in seen.folds if fold.opened)


def _turned(state: ViewState, opened: tuple[str, ...], key: str) -> ViewState:
    """Return the view with a fold opened, or closed where it was open; all closed is said, as ``none``."""
    rest = tuple(own for own in opened if own not in (key, ALL_CLOSED))
    return replace(state, fold=(rest or (ALL_CLOSED,)) if key in opened else (*rest, key))
