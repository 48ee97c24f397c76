"""One sentence a county: what was found of each crime, and who was looking. Neither is said without the other."""

from __future__ import annotations

from dashboard.i18n.catalogue import Catalogue
from geodata.query.detection import APART, CountyDetection, detection
from geodata.query.world import World
from geodata.values import Empty, Period


def joined(world: World, tr: Catalogue, period: Period, pcode: str) -> str:
    """Return the sentence of a county over the public record's years of a period."""
    lines = {
        nature: next(line for line in detection(world, period, nature, "incidents").lines if line.pcode == pcode)
        for nature in APART
    }
    effort = lines[APART[0]].effort
    watchers = ", ".join(tr.t(f"detection.kind.{kind}") for kind in effort.kinds)
    looked = tr.t("lens.joined.looked", watchers=watchers) if watchers else tr.t("lens.joined.nobody")
    if effort.outlets:
        looked += tr.t("lens.joined.outlets", n=len(effort.outlets))
    return tr.t(
        "lens.joined.sentence",
        county=world.names[pcode],
        years=tr.years(period.first, period.last),
        found=", ".join(_found(tr, nature, line) for nature, line in lines.items()),
        looked=looked,
    )


def _found(tr: Catalogue, nature: str, line: CountyDetection) -> str:
    sums, name = line.found[nature], tr.t(f"nature.{nature}").lower()
    if sums is None:
        return tr.t(f"lens.joined.{'zero' if line.rate.empty == Empty.ZERO else 'none'}", nature=name)
    people = tr.t("lens.joined.people", n=sums.persons) if sums.incidents > sums.unstated else ""
    return tr.t("lens.joined.events", n=sums.incidents, nature=name) + people
