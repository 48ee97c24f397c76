"""What the page and the dialog “take it away” offer of one view: what a file is about, formats, files, an embed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request

from dashboard.export import FORMATS
from dashboard.export.brief import FEWEST, MOST, Purpose, template_of
from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses import lens_of
from dashboard.pages.link_cards import frame_html
from dashboard.settings import public_url
from dashboard.view.site import Site
from dashboard.view.state import ALL_CORRIDORS, ViewState, to_query
from dashboard.web.links import address, public_root
from geodata.query.changes import provinces

OWN = ("format", "template", "set", "part")
"""Keys of the offer's form; the others are the view's."""
SET = "set"
"""The purpose of a region made of the counties that are ticked (key ``set``)."""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("slides", ("slide", "pptx")),
    ("paper", ("pdf",)),
    ("picture", ("png", "png-a4", "png-a3", "svg", "chart-png", "chart-svg")),
    ("data", ("xlsx", "csv", "geojson", "gpkg", "parquet")),
)
"""Word of the catalogue under ``export.take.group`` → formats of `FORMATS`, in the order of the offer."""
FILES = (
    ("csv", "/api/v1/indicators.csv"),
    ("geojson", "/api/v1/counties.geojson"),
    ("corridors", "/api/v1/corridors.geojson"),
    ("sources", "/api/v1/sources.csv"),
)
"""Word of the catalogue under ``export.take.file`` → the file's address."""


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """What a request wants: format and template as given, the view it says, and what it is made for."""

    kind: str
    template: str
    state: ViewState
    purpose: Purpose


def offer_of(site: Site, query: ExportQuery) -> dict[str, Any]:
    """Return what the template `parts/take.html` shows."""
    state, purpose, tr = query.state, query.purpose, catalogue(query.state.lang)
    view = _view(site, query)
    frame = f"{public_root() or request.script_root}/embed?{urlencode(view, safe=',')}"
    return {
        "view": view,
        "back": "/?" + urlencode(view, safe=","),
        "subjects": _subjects(site, tr, query),
        "provinces": _provinces(site, tr, purpose.region),
        "counties": [(pcode, name, pcode in purpose.counties) for pcode, name in _by_name(site)],
        "set": bool(purpose.counties) and not purpose.region and query.template == SET,
        "groups": [
            (key, tr.t(f"export.take.group.{key}"), [(name, tr.t(FORMATS[name].label)) for name in names])
            for key, names in GROUPS
        ],
        "chosen": query.kind or next(iter(FORMATS)),
        "files": _files(site, tr, state),
        "embed": frame_html(frame),
        "addressed": bool(public_url()),
        "all_natures": purpose.all_natures,
    }


def _view(site: Site, query: ExportQuery) -> list[tuple[str, str]]:
    """Return the pairs of the link of the view, with the region or counties that it names."""
    purpose = query.purpose
    pairs = parse_qsl(to_query(query.state, site.choices))
    if purpose.counties and not any(key == "counties" for key, _ in pairs):
        pairs.append(("counties", ",".join(purpose.counties)))
    if purpose.region:
        pairs.append(("region", purpose.region))
    if purpose.all_natures:
        pairs = [("nature", "all"), *((key, value) for key, value in pairs if key != "nature")]
    return pairs


def _subjects(site: Site, tr: Catalogue, query: ExportQuery) -> list[tuple[str, str, bool]]:
    """Return what the file can be about from this view: template, words, chosen."""
    state, purpose, names = query.state, query.purpose, site.world.names
    corridors = {str(row["corridor_id"]): str(row["name"]) for row in site.world.corridors.corridors}
    chosen = purpose.template or template_of(state, purpose.counties, purpose.region)
    listed = ", ".join(names[pcode] for pcode in purpose.counties if pcode in names)
    known = purpose.counties and not purpose.region and query.template != SET
    words = {
        "county": names.get(state.county, ""),
        "corridor": f"{state.corridor} {tr.corridor(state.corridor, corridors[state.corridor])}"
        if state.corridor and state.corridor != ALL_CORRIDORS
        else "",
        "compare": tr.t("export.take.side_by_side", names=listed)
        if known and FEWEST <= len(purpose.counties) <= MOST
        else "",
        "region": tr.t("export.take.together", names=listed) if known else "",
        "national": tr.t("export.take.national"),
    }
    return [
        (template, label, template == chosen and not purpose.region and query.template != SET)
        for template, label in words.items()
        if label
    ]


def _provinces(site: Site, tr: Catalogue, region: str) -> list[tuple[str, str, bool]]:
    places = sorted((tr.given("province", name), name) for name in provinces(site.world))
    return [(f"region:{name}", words, name == region) for words, name in places]


def _by_name(site: Site) -> list[tuple[str, str]]:
    return sorted(((str(pcode), name) for pcode, name in site.world.names.items()), key=lambda item: item[1])


def _files(site: Site, tr: Catalogue, state: ViewState) -> list[tuple[str, str]]:
    """Return words and address of the files that are there at once: events first, then tables, then the lens's own."""
    view = to_query(state, site.choices)
    table = to_query(replace(state, county=""), site.choices)  # of all counties, as on the page
    events = [
        (tr.t("export.take.file.every_event"), address("/api/v1/incidents.csv", state.lang, nature="all")),
        (tr.t("export.take.file.events"), f"/api/v1/incidents.csv?{view}"),
    ]
    tables = [(tr.t(f"export.take.file.{key}"), f"{path}?{table if key == 'csv' else view}") for key, path in FILES]
    return [*(events if state.dataset == "public" else []), *tables, *lens_of(state).files(site, state)]
