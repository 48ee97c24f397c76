"""What was found beside who was looking, county by county: rows in words, and the same rows as a file.

Rates never stand alone: the row that shows one shows its interval, its smoothed twin and the watchers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses.looking.query import NATURES, DetectionQuery
from dashboard.view.site import Site
from geodata.query.changes import provinces
from geodata.query.detection import WATCHER_KINDS, CountyDetection, Detection, detection

COLUMNS = (
    "pcode",
    "county",
    "former_province",
    "from",
    "to",
    *(f"{nature}_{what}" for nature in NATURES for what in ("events", "persons", "events_without_number")),
    "nature",
    "measure",
    "count",
    "rate_per_100k",
    "rate_low",
    "rate_high",
    "smoothed_per_100k",
    "own_weight",
    "status",
    "kinds_of_watchers",
    *WATCHER_KINDS,
    "organisations",
    "outlets",
    "silent",
    "unwatched",
    "notes",
)
NOTES = ("found", "watchers", "rates", "groups", "smoothed", "outlets")


def shown_lines(site: Site, query: DetectionQuery, answer: Detection) -> tuple[CountyDetection, ...]:
    """Return the lines of the region asked for, all without one."""
    members = provinces(site.world).get(query.region)
    return answer.lines if members is None else tuple(line for line in answer.lines if line.pcode in members)


def ordered(names: dict[str, str], lines: Iterable[CountyDetection], sort: str) -> list[CountyDetection]:
    """Return lines by name; or highest rate, or fewest kinds of watchers, first; no value comes last."""
    keys = {
        "name": lambda line: (0.0, names[line.pcode]),
        "rate": lambda line: (1.0 if line.rate.rate is None else -line.rate.rate, names[line.pcode]),
        "watchers": lambda line: (float(len(line.effort.kinds)), names[line.pcode]),
    }
    return sorted(lines, key=keys[sort])


def sentence(tr: Catalogue, query: DetectionQuery, answer: Detection, lines: tuple[CountyDetection, ...]) -> str:
    """Return what is seen: where something was found, where somebody looked, with period and kind of evidence."""
    text = tr.t(
        "detection.sentence",
        nature=tr.t(f"nature.{answer.nature}"),
        years=tr.years(query.first, query.last),
        found=sum(line.totals[answer.nature] is not None for line in lines),
        watched=sum(not line.unwatched for line in lines),
        dark=sum(line.silent and line.unwatched for line in lines),
        total=len(lines),
    )
    return f"{tr.t('detection.in_region', region=query.region)} {text}" if query.region else text


def row(site: Site, tr: Catalogue, line: CountyDetection) -> dict[str, Any]:
    """Return one row of the table in words; an empty cell says which kind of empty it is."""
    rate, name = line.rate, site.world.names[line.pcode]
    totals = {}
    for nature in NATURES:
        sums = line.totals[nature]
        known = sums is not None and sums.incidents > sums.unstated
        totals[nature] = (sums.incidents if sums else None, sums.persons if sums and known else None, bool(sums))
    return {
        "pcode": line.pcode,
        "name": name,
        "totals": totals,
        "count": rate.count,
        "rate": tr.rate(rate.rate),
        "interval": "–".join(tr.rate_ends(rate.low, rate.high)) if rate.rate is not None else "",
        "smoothed": tr.rate(rate.smoothed),
        "empty": tr.t(f"detection.status.{rate.empty}") if rate.empty else "",
        "kinds": len(line.effort.kinds),
        "watchers": [(kind, len(line.effort.of(kind)), line.effort.of(kind)) for kind in line.effort.kinds],
        "organisations": line.effort.organisations,
        "outlets": line.effort.outlets,
        "silent": line.silent,
        "unwatched": line.unwatched,
    }


def groups(site: Site, lines: tuple[CountyDetection, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return the lists that name counties: silent and unwatched, silent though watched, found though unwatched."""

    def named(wanted: Iterable[CountyDetection]) -> list[dict[str, Any]]:
        return [
            {
                "pcode": line.pcode,
                "name": site.world.names[line.pcode],
                "outlets": line.effort.outlets,
                "kinds": line.effort.kinds,
            }
            for line in sorted(wanted, key=lambda other: site.world.names[other.pcode])
        ]

    return {
        "dark": named(line for line in lines if line.silent and line.unwatched),
        "quiet": named(line for line in lines if line.silent and not line.unwatched),
        "unseen": named(line for line in lines if not line.silent and line.unwatched),
    }


def csv_rows(site: Site, query: DetectionQuery) -> list[dict[str, Any]]:
    """Return the rows of the download: the page's figures, unrounded words left out, its notes repeated."""
    tr = catalogue(query.lang)
    answer = detection(site.world, query.period, query.nature, query.measure)
    notes = " ".join(tr.t(f"detection.note.{key}") for key in NOTES)
    rows = []
    for line in ordered(site.world.names, shown_lines(site, query, answer), query.sort):
        rate = line.rate
        row: dict[str, Any] = {
            "pcode": line.pcode,
            "county": site.world.names[line.pcode],
            "former_province": line.province,
            "from": query.first,
            "to": query.last,
            "nature": answer.nature,
            "measure": answer.measure,
            "count": rate.count,
            "rate_per_100k": _short(rate.rate),
            "rate_low": _short(rate.low),
            "rate_high": _short(rate.high),
            "smoothed_per_100k": _short(rate.smoothed),
            "own_weight": _short(rate.weight),
            "status": rate.empty or "reported",
            "kinds_of_watchers": len(line.effort.kinds),
            "organisations": len(line.effort.organisations),
            "outlets": len(line.effort.outlets),
            "silent": line.silent,
            "unwatched": line.unwatched,
            "notes": notes,
        }
        row |= {kind: len(line.effort.of(kind)) for kind in WATCHER_KINDS}
        for nature in NATURES:
            if sums := line.totals[nature]:
                row |= {f"{nature}_events": sums.incidents, f"{nature}_events_without_number": sums.unstated}
                row[f"{nature}_persons"] = sums.persons if sums.incidents > sums.unstated else None
        rows.append(row)
    return rows


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
