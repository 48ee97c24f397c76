"""One sentence a county: what was found of each crime, and who was looking. Neither is said without the other."""

from __future__ import annotations

from dataclasses import replace

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.figure import filters_of
from dashboard.view.state import ViewState
from geodata.query.cube import Cube
from geodata.query.detection import APART, detection
from geodata.query.indicators import cube
from geodata.query.world import World
from geodata.values import Period


def joined(world: World, tr: Catalogue, state: ViewState, pcode: str, frame: int = 0) -> str:
    """Return the sentence of a county for one frame of a view of the public record; frame 0 is all its years.

    What the filters of the view leave out is not counted; who was looking does not depend on them.
    """
    counted = cube(world, "public", filters_of(world, replace(state, role=())))
    period = Period(counted.years[frame - 1], counted.years[frame - 1]) if frame else counted.period
    lines = detection(world, period, APART[0], "incidents").lines
    effort = next(line.effort for line in lines if line.pcode == pcode)
    watchers = ", ".join(tr.t(f"detection.kind.{kind}") for kind in effort.kinds)
    looked = tr.t("lens.joined.looked", watchers=watchers) if watchers else tr.t("lens.joined.nobody")
    if effort.outlets:
        looked += tr.t("lens.joined.outlets", n=len(effort.outlets))
    return tr.t(
        "lens.joined.sentence",
        county=world.names[pcode],
        years=tr.years(period.first, period.last),
        found=", ".join(_count_words(tr, counted, nature, frame, pcode) for nature in APART),
        looked=looked,
    )


def _count_words(tr: Catalogue, counted: Cube, nature: str, frame: int, pcode: str) -> str:
    sums, name = counted.totals(nature, frame, of=pcode), tr.t(f"nature.{nature}").lower()
    if sums is None:
        watched = bool(counted.watched[frame, counted.areas.index(pcode)])
        return tr.t(f"lens.joined.{'zero' if watched else 'none'}", nature=name)
    people = tr.t("lens.joined.people", n=sums.persons) if sums.incidents > sums.unstated else ""
    return tr.t("lens.joined.events", n=sums.incidents, nature=name) + people
