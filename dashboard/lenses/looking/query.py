"""What is asked of the detection effort ⇄ a query string or a view; illegal values fall back with a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dashboard.view.query_string import first_values
from dashboard.view.state import Notice, ViewState
from dashboard.web.links import address
from geodata.query.changes import provinces
from geodata.query.detection import RATE_MEASURES
from geodata.query.world import World
from geodata.values import Nature, Period

NATURES = (Nature.TRAFFICKING.value, Nature.SMUGGLING.value)
SORTS = ("name", "rate", "watchers")
FIELDS = {"from": "first", "to": "last"}
"""Key of the link → field, where they differ."""
_WINDOW = re.compile(r"([0-9]{4})(?:[-–]([0-9]{4}))?")


@dataclass(frozen=True, slots=True)
class DetectionQuery:
    """What is asked of the detection effort.

    region: a former province, "" for all. before, after: two windows of years, or none.
    """

    lang: str
    first: int
    last: int
    nature: str = NATURES[0]
    measure: str = "incidents"
    region: str = ""
    sort: str = "name"
    before: Period | None = None
    after: Period | None = None

    @property
    def period(self) -> Period:
        """The years looked at."""
        return Period(self.first, self.last)


def read_query(text: str, world: World, lang: str) -> tuple[DetectionQuery, tuple[Notice, ...]]:
    """Parse a query string; return the view and a notice for every value that fell back. Never raises."""
    return query_of(first_values(text), world, lang)


def view_query(state: ViewState, world: World) -> tuple[DetectionQuery, tuple[Notice, ...]]:
    """Return what a view of the map asks of the detection effort; a rate is one of persons here."""
    measure = state.measure if state.measure in RATE_MEASURES else "persons"
    shared = {"nature": state.nature, "measure": measure, "from": str(state.first), "to": str(state.last)}
    return query_of({**dict(state.own), **shared}, world, state.lang)


def query_of(given: Mapping[str, str], world: World, lang: str) -> tuple[DetectionQuery, tuple[Notice, ...]]:
    """Read the values of a query, as `read_query` does."""
    whole = world.coverage
    start = DetectionQuery(lang, whole.first, whole.last)
    readers: dict[str, Callable[[str], object | None]] = {
        "nature": lambda text: text if text in NATURES else None,
        "measure": lambda text: text if text in RATE_MEASURES else None,
        "region": lambda text: text if text in provinces(world) else None,
        "sort": lambda text: text if text in SORTS else None,
        "from": lambda text: _year(text, whole),
        "to": lambda text: _year(text, whole),
        "before": lambda text: read_window(text, whole),
        "after": lambda text: read_window(text, whole),
    }
    values: dict[str, object] = {}
    notices: list[Notice] = []
    for key, read in readers.items():
        if not given.get(key):
            continue
        parsed, name = read(given[key]), FIELDS.get(key, key)
        if parsed is None:
            notices.append(Notice(key, given[key][:60], str(getattr(start, name) or "—")))
        else:
            values[name] = parsed
    query = replace(start, **values)  # type: ignore[arg-type] # each value was read for its own field
    if query.first > query.last:
        notices.append(Notice("from", f"{query.first}–{query.last}", f"{whole.first}–{whole.last}"))
        query = replace(query, first=whole.first, last=whole.last)
    if (query.before is None) != (query.after is None):
        key = "after" if query.after is None else "before"
        notices.append(Notice(key, given.get(key, "")[:60] or "—", "—"))
        query = replace(query, before=None, after=None)
    return query, tuple(notices)


def read_window(text: str, whole: Period) -> Period | None:
    """Return a window such as ``2010-2018`` or ``2019``; None unless it lies inside the record."""
    match = _WINDOW.fullmatch(text)
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return Period(first, last) if whole.first <= first <= last <= whole.last else None


def _year(text: str, whole: Period) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{4}", text) and whole.first <= int(text) <= whole.last else None


def link_of(query: DetectionQuery, world: World, path: str = "/detection.csv") -> str:
    """Return the address of a view; what is at its default is left out."""
    whole, start = world.coverage, DetectionQuery(query.lang, 0, 0)
    values = {
        "nature": query.nature if query.nature != start.nature else "",
        "measure": query.measure if query.measure != start.measure else "",
        "from": str(query.first) if query.first != whole.first else "",
        "to": str(query.last) if query.last != whole.last else "",
        "region": query.region,
        "sort": query.sort if query.sort != start.sort else "",
        "before": f"{query.before.first}-{query.before.last}" if query.before else "",
        "after": f"{query.after.first}-{query.after.last}" if query.after else "",
    }
    return address(path, query.lang, **values)
