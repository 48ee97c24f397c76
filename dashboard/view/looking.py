"""Who was looking, for the hover card: kinds of watchers known per county, as short codes beside the frames."""

from __future__ import annotations

from functools import lru_cache

from dashboard.view.state import ViewState
from geodata.query.detection import RATE_MEASURES, WATCHER_KINDS, detection
from geodata.query.world import World
from geodata.values import Nature, Period


def looking(world: World, state: ViewState) -> str:
    """Return 47 words parted by spaces, in P-code order: digits are places in `WATCHER_KINDS`, “-” is nobody known.

    Empty for a caseload: its period and its counting are its own.
    """
    return _looking(world, state.period) if state.dataset == "public" else ""


@lru_cache(maxsize=128)
def _looking(world: World, period: Period) -> str:
    answer = detection(world, period, Nature.TRAFFICKING.value, RATE_MEASURES[0])
    codes = ("".join(str(WATCHER_KINDS.index(kind)) for kind in line.effort.kinds) for line in answer.lines)
    return " ".join(code or "-" for code in codes)
