"""`/detection`: what was found beside who was looking, county by county; the same rows as `/detection.csv`.

Rates never stand alone: the row that shows one shows its interval, its smoothed twin and the watchers.
Local clusters are off unless the link asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.pages.detection.maps import found_map, looked_map
from dashboard.pages.detection.parts import between_part, clusters_part
from dashboard.pages.detection.query import NATURES, SORTS, LensView, link_of, read_view
from dashboard.view.answers import csv_answer
from dashboard.view.site import Site, common
from dashboard.view.small_maps import shared_outlines
from dashboard.view.state import Notice, defaults
from dashboard.web.links import reader_lang
from dashboard.web.templates import Tools, render
from geodata.query.changes import provinces
from geodata.query.detection import RATE_MEASURES, WATCHER_KINDS, Detection, Line, detection
from geodata.values import Nature

COLUMNS = (
    "pcode", "county", "former_province", "from", "to",
    *(f"{nature}_{what}" for nature in NATURES for what in ("events", "persons", "events_without_number")),
    "nature", "measure", "count", "rate_per_100k", "rate_low", "rate_high", "smoothed_per_100k", "own_weight",
    "status", "kinds_of_watchers", *WATCHER_KINDS, "organisations", "outlets", "silent", "unwatched", "notes",
)  # fmt: skip
NOTES = ("found", "watchers", "rates", "groups", "smoothed", "outlets")


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("detection", __name__)

    def asked() -> tuple[LensView, tuple[Notice, ...]]:
        text = request.query_string.decode("utf-8", "replace")
        return read_view(text, site.world, reader_lang(site.choices.languages))

    @routes.route("/detection")
    def lens() -> str:
        return detection_page(site, *asked())

    @routes.route("/detection.csv")
    def lens_csv() -> Response:
        view, _ = asked()
        state = replace(defaults(site.choices), lang=view.lang)
        return csv_answer("detection", COLUMNS, csv_rows(site, view), site, state)

    return routes


def detection_page(site: Site, view: LensView, notices: tuple[Notice, ...]) -> str:
    """Return the page."""
    world, tr = site.world, catalogue(view.lang)
    state = replace(defaults(site.choices), lang=view.lang)
    found = detection(world, view.period, view.nature, view.measure)
    lines = shown_lines(site, view, found)
    parts = {
        "here": "detection",
        "view": view,
        "notices": notices,
        "sentence": sentence(tr, view, found, lines),
        "options": _options(site, tr),
        "outlines": shared_outlines(world),
        "found_map": found_map(world, tr, found, lines),
        "looked_map": looked_map(world, tr, found, lines),
        "rows": [row(site, tr, line) for line in ordered(world.names, lines, view.sort)],
        "total_note": tr.t("detection.mean", rate=_rate(tr, found.mean)) if found.mean is not None else "",
        "groups": groups(site, lines),
        "unclear": [
            (world.names[line.pcode], sums.incidents)
            for line in lines
            if (sums := line.found[Nature.UNCLEAR.value]) is not None
        ],
        "kinds": WATCHER_KINDS,
        "note_keys": NOTES,
        "between": between_part(world, tr, view) if view.before and view.after else None,
        "clusters": clusters_part(world, tr, view, lines) if view.clusters else None,
        "csv_link": link_of(view, world, "/detection.csv"),
        "clusters_link": link_of(replace(view, clusters=not view.clusters), world),
        "years": tr.years(view.first, view.last),
    }
    tools = Tools(world, site.choices, state).names()
    return render("detection.html", **{**tools, **common(site, state), **parts})


def shown_lines(site: Site, view: LensView, found: Detection) -> tuple[Line, ...]:
    """Return the lines of the region asked for, all without one."""
    members = provinces(site.world).get(view.region)
    return found.lines if members is None else tuple(line for line in found.lines if line.pcode in members)


def ordered(names: dict[str, str], lines: Iterable[Line], sort: str) -> list[Line]:
    """Return lines by name; or highest rate, or fewest kinds of watchers, first; no value comes last."""
    keys = {
        "name": lambda line: (0.0, names[line.pcode]),
        "rate": lambda line: (1.0 if line.rate.rate is None else -line.rate.rate, names[line.pcode]),
        "watchers": lambda line: (float(len(line.effort.kinds)), names[line.pcode]),
    }
    return sorted(lines, key=keys[sort])


def sentence(tr: Catalogue, view: LensView, found: Detection, lines: tuple[Line, ...]) -> str:
    """Return what is seen: where something was found, where somebody looked, with period and kind of evidence."""
    said = tr.t(
        "detection.sentence",
        nature=tr.t(f"nature.{found.nature}"),
        years=tr.years(view.first, view.last),
        found=sum(line.found[found.nature] is not None for line in lines),
        watched=sum(not line.unwatched for line in lines),
        dark=sum(line.silent and line.unwatched for line in lines),
        total=len(lines),
    )
    return f"{tr.t('detection.in_region', region=view.region)} {said}" if view.region else said


def row(site: Site, tr: Catalogue, line: Line) -> dict[str, Any]:
    """Return one row of the table in words; an empty cell says which kind of empty it is."""
    rate, name = line.rate, site.world.names[line.pcode]
    told = {}
    for nature in NATURES:
        sums = line.found[nature]
        known = sums is not None and sums.incidents > sums.unstated
        told[nature] = (sums.incidents if sums else None, sums.persons if sums and known else None, bool(sums))
    return {
        "pcode": line.pcode,
        "name": name,
        "found": told,
        "count": rate.count,
        "rate": _rate(tr, rate.rate),
        "interval": f"{_rate(tr, rate.low)}–{_rate(tr, rate.high)}" if rate.rate is not None else "",
        "smoothed": _rate(tr, rate.smoothed),
        "empty": tr.t(f"detection.status.{rate.empty}") if rate.empty else "",
        "kinds": len(line.effort.kinds),
        "watchers": [(kind, len(line.effort.of(kind)), line.effort.of(kind)) for kind in line.effort.kinds],
        "organisations": line.effort.organisations,
        "outlets": line.effort.outlets,
        "silent": line.silent,
        "unwatched": line.unwatched,
    }


def groups(site: Site, lines: tuple[Line, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return the lists that name counties: silent and unwatched, silent though watched, found though unwatched."""

    def named(wanted: Iterable[Line]) -> list[dict[str, Any]]:
        return [
            {"pcode": line.pcode, "name": site.world.names[line.pcode], "outlets": line.effort.outlets,
             "kinds": line.effort.kinds}
            for line in sorted(wanted, key=lambda one: site.world.names[one.pcode])
        ]  # fmt: skip

    return {
        "dark": named(line for line in lines if line.silent and line.unwatched),
        "quiet": named(line for line in lines if line.silent and not line.unwatched),
        "unseen": named(line for line in lines if not line.silent and line.unwatched),
    }


def csv_rows(site: Site, view: LensView) -> list[dict[str, Any]]:
    """Return the rows of the download: the page's figures, unrounded words left out, its notes repeated."""
    tr = catalogue(view.lang)
    found = detection(site.world, view.period, view.nature, view.measure)
    notes = " ".join(tr.t(f"detection.note.{key}") for key in NOTES)
    rows = []
    for line in ordered(site.world.names, shown_lines(site, view, found), view.sort):
        rate = line.rate
        one: dict[str, Any] = {
            "pcode": line.pcode, "county": site.world.names[line.pcode], "former_province": line.province,
            "from": view.first, "to": view.last, "nature": found.nature, "measure": found.measure,
            "count": rate.count, "rate_per_100k": _short(rate.rate), "rate_low": _short(rate.low),
            "rate_high": _short(rate.high), "smoothed_per_100k": _short(rate.smoothed),
            "own_weight": _short(rate.weight), "status": rate.empty or "reported",
            "kinds_of_watchers": len(line.effort.kinds), "organisations": len(line.effort.organisations),
            "outlets": len(line.effort.outlets), "silent": line.silent, "unwatched": line.unwatched, "notes": notes,
        }  # fmt: skip
        one |= {kind: len(line.effort.of(kind)) for kind in WATCHER_KINDS}
        for nature in NATURES:
            if sums := line.found[nature]:
                one |= {f"{nature}_events": sums.incidents, f"{nature}_events_without_number": sums.unstated}
                one[f"{nature}_persons"] = sums.persons if sums.incidents > sums.unstated else None
        rows.append(one)
    return rows


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rate(tr: Catalogue, value: float | None) -> str:
    return tr.number(value, 2 if value is not None and value < 10 else 1)


def _options(site: Site, tr: Catalogue) -> dict[str, list[tuple[str, str]]]:
    years = [(str(year), str(year)) for year in site.world.coverage.years()]
    return {
        "nature": [(nature, tr.t(f"nature.{Nature(nature).value}")) for nature in NATURES],
        "measure": [(one, tr.t(f"detection.measure.{one}")) for one in RATE_MEASURES],
        "from": years,
        "to": years,
        "region": [
            ("", tr.t("detection.region_all")),
            *((name, tr.given("province", name)) for name in sorted(provinces(site.world))),
        ],
        "sort": [(one, tr.t(f"detection.sort.{one}")) for one in SORTS],
    }
