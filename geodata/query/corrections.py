"""What readers may correct, and what was corrected: the dashboard's door to `geodata.corrections`.

The queue is written here and never read: nothing that waits can reach a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geodata.corrections import Approved, Correction, CorrectionRefused, Legal, Queue, QueueFull, folder_of, read
from geodata.corrections.contracts import (
    FIRST_YEAR,
    LONGEST_URL,
    MISSING,
    MOST_PERSONS,
    NATURES,
    REPORTERS,
    ROLES,
    WRONG_OF,
)
from geodata.query.cube import Filters
from geodata.query.profiles import events
from geodata.query.rows import CorridorRow, EventRow, ResponseRow
from geodata.query.world import World

__all__ = [
    "CORRECTION_LIMITS",
    "Approved",
    "Correction",
    "CorrectionRefused",
    "Item",
    "QueueFull",
    "approved_corrections",
    "correctable",
    "correction_queue",
    "read_correction",
]

CORRECTION_LIMITS: dict[str, Any] = {
    "wrong_of": WRONG_OF,
    "natures": NATURES,
    "roles": ROLES,
    "reporters": REPORTERS,
    "first_year": FIRST_YEAR,
    "persons": MOST_PERSONS,
    "url": LONGEST_URL,
}
"""The closed lists and bounds of a correction, for whoever makes a form of them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing shown about a county that can be wrong, and the row it is named by, where it has one."""

    kind: str
    key: str
    corridor: CorridorRow | None = None
    event: EventRow | None = None
    response: ResponseRow | None = None

    @property
    def name(self) -> str:
        """Return ``kind:key``, as forms and files name it."""
        return f"{self.kind}:{self.key}"


@lru_cache(maxsize=128)
def correctable(world: World, pcode: str) -> tuple[Item, ...]:
    """Return everything a reader can name about a county, kind by kind."""
    items = [Item("missing", key) for key in MISSING]
    items += [Item("role", role) for role in ROLES]
    called = {row["corridor_id"]: row for row in world.corridors.corridors}
    through = (row["corridor_id"] for row in world.corridors.corridor_counties if row["pcode"] == pcode)
    items += [Item("corridor", key, corridor=called[key]) for key in dict.fromkeys(through)]
    items += [Item("event", row["id"], event=row) for row in events(world, Filters(world.coverage), pcode)]
    items += [Item("response", row.response_id, response=row) for row in world.response_rows if row.county == pcode]
    return (*items, Item("service", "contact"), Item("boundary", "line"), Item("name", "county"))


def read_correction(world: World, pcode: str, given: dict[str, str], today: str) -> Correction:
    """Return what a form says about a county; raise `CorrectionRefused` with every field that is not in order."""
    items = {item.name for item in correctable(world, pcode)}
    last = max(int(world.as_of[:4]), int(today[:4]))
    return read(given, Legal(pcode, items, set(world.names), set(world.source_rows), last), today)


def correction_queue(world: World) -> Queue:
    """Return the queue of this site."""
    return Queue(folder_of(world.settings))


def approved_corrections(world: World, pcode: str = "") -> tuple[Approved, ...]:
    """Return the approved corrections of a county, or of all, newest first."""
    mine = [row for row in world.corrections if not pcode or row.county == pcode]
    return tuple(sorted(mine, key=lambda row: (row.decided, row.source_id), reverse=True))
