"""The questions that the map answers: one folder each, found by name; `lens_of` gives the one a view asks."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from dashboard.lenses.base import Lens
from dashboard.view.state import FIRST_LENS, ViewState


def lenses() -> dict[str, Lens]:
    """Return key → lens, in the order in which they are asked."""
    return _lenses_in(tuple(__path__))


@lru_cache(maxsize=4)
def _lenses_in(folders: tuple[str, ...]) -> dict[str, Lens]:
    rooms = [f"{__name__}.{module.name}.lens" for module in iter_modules(folders) if module.ispkg]
    all_lenses = [cast("Lens", import_module(room).LENS) for room in rooms]
    return {lens.key: lens for lens in sorted(all_lenses, key=lambda lens: lens.order)}


def lens_of(state: ViewState) -> Lens:
    """Return the lens of a view; the first where the view's own is gone."""
    known = lenses()
    return known.get(state.lens, known[FIRST_LENS])
