"""The view of `/detection` ⇄ its query string: one frozen value, illegal values fall back with a notice."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from dashboard.view.state import MAX_QUERY, Notice
from dashboard.web.links import address
from geodata.query.changes import provinces
from geodata.query.detection import RATE_MEASURES
from geodata.query.world import World
from geodata.values import Nature, Period

NATURES = (Nature.TRAFFICKING.value, Nature.SMUGGLING.value)
SORTS = ("name", "rate", "watchers")
_WINDOW = re.compile(r"([0-9]{4})(?:[-–]([0-9]{4}))?")


@dataclass(frozen=True, slots=True)
class LensView:
    """What is asked of the lens. region: a former province, "" for all; before, after: two windows, or none."""

    lang: str
    first: int
    last: int
    nature: str = NATURES[0]
    measure: str = "incidents"
    region: str = ""
    sort: str = "name"
    clusters: bool = False
    before: Period | None = None
    after: Period | None = None

    @property
    def period(self) -> Period:
        """The years looked at."""
        return Period(self.first, self.last)


def read_view(query: str, world: World, lang: str) -> tuple[LensView, tuple[Notice, ...]]:
    """Parse a query string; return the view and a notice for every value that fell back. Never raises."""
    given: dict[str, str] = {}
    for key, value in parse_qsl(query[:MAX_QUERY].removeprefix("?"), max_num_fields=None):
        given.setdefault(key, value.strip())
    whole = world.coverage
    start = LensView(lang, whole.first, whole.last)
    readers: dict[str, Callable[[str], object | None]] = {
        "nature": lambda text: text if text in NATURES else None,
        "measure": lambda text: text if text in RATE_MEASURES else None,
        "region": lambda text: text if text in provinces(world) else None,
        "sort": lambda text: text if text in SORTS else None,
        "clusters": {"1": True, "0": False}.get,
        "from": lambda text: _year(text, whole),
        "to": lambda text: _year(text, whole),
        "before": lambda text: read_window(text, whole),
        "after": lambda text: read_window(text, whole),
    }
    names = {"from": "first", "to": "last"}
    values: dict[str, object] = {}
    notices: list[Notice] = []
    for key, read in readers.items():
        if not given.get(key):
            continue
        found = read(given[key])
        name = names.get(key, key)
        if found is None:
            default = getattr(start, name)
            notices.append(
                Notice(key, given[key][:60], str(int(default) if default in (True, False) else default or "—"))
            )
        else:
            values[name] = found
    view = replace(start, **values)  # type: ignore[arg-type] # each value was read for its own field
    if view.first > view.last:
        notices.append(Notice("from", f"{view.first}–{view.last}", f"{whole.first}–{whole.last}"))
        view = replace(view, first=whole.first, last=whole.last)
    if (view.before is None) != (view.after is None):
        key = "after" if view.after is None else "before"
        notices.append(Notice(key, given.get(key, "")[:60] or "—", "—"))
        view = replace(view, before=None, after=None)
    return view, tuple(notices)


def read_window(text: str, whole: Period) -> Period | None:
    """Return a window such as ``2010-2018`` or ``2019``; None unless it lies inside the record."""
    found = _WINDOW.fullmatch(text)
    if not found:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return Period(first, last) if whole.first <= first <= last <= whole.last else None


def _year(text: str, whole: Period) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{4}", text) and whole.first <= int(text) <= whole.last else None


def link_of(view: LensView, world: World, path: str = "/detection") -> str:
    """Return the address of a view; what is at its default is left out."""
    whole, start = world.coverage, LensView(view.lang, 0, 0)
    query = {
        "nature": view.nature if view.nature != start.nature else "",
        "measure": view.measure if view.measure != start.measure else "",
        "from": str(view.first) if view.first != whole.first else "",
        "to": str(view.last) if view.last != whole.last else "",
        "region": view.region,
        "sort": view.sort if view.sort != start.sort else "",
        "clusters": "1" if view.clusters else "",
        "before": f"{view.before.first}-{view.before.last}" if view.before else "",
        "after": f"{view.after.first}-{view.after.last}" if view.after else "",
    }
    return address(path, view.lang, **query)
