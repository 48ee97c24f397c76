"""Which address of the site is which file: `place_of` is the one function that says so.

It gives the file, and the address whose answer is written there; None for what is not written (forms, filters, exports,
frozen views, what only a program asks a server). Whatever it names, the walk writes: so no written link is dead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from dashboard.pages.events import place_of_event
from dashboard.pages.sources.page import PER_PAGE
from dashboard.static_site.scope import IN_FULL, Scope, nearest, periods, plain_view
from dashboard.view.site import Site
from dashboard.view.state import POOLED, ViewState, from_query, to_query
from dashboard.web.links import FOOT, KEPT, NAV, address
from geodata.query.ledger import USES
from geodata.query.search import SourceFilter, find_sources

DOCUMENTS = frozenset(path for _, path in (*NAV, *FOOT) if path != "/")
"""Pages that are the same whatever a link says, but for the language."""
_COUNTY = re.compile(r"/(county|lite)/(KE\d{3})(\.txt)?|/feed/(KE\d{3})\.xml")
_FEED = re.compile(r"/feed(?:/releases)?\.xml")
_DATA = re.compile(r"/(?:api/v1/)?[a-z-]+\.(?:csv|geojson|json|jsonld|zip)")
_WITH_PICTURE = re.compile(rf"../(?:index|view/[a-z]+_(?:{'|'.join(IN_FULL)}))\.html")
_NOT_DATA = frozenset({"/api/v1/openapi.json"})
"""Data that tells how a server is asked."""
OF_DATA = frozenset({"nature", "lens", "measure", "extent"})
"""Keys of a link to data that is written; question, measure and extent change no row of it."""
OF_TIME = frozenset({"t", "from", "to"})
OF_PERIODS = frozenset(f"/api/v1/{name}.csv" for name in ("indicators", "incidents"))
"""Data that is also written for the periods of which pages are."""
ANY_NATURE = "all"
MOST_PAGES = 50
"""Portions of a filtered list of sources; a longer one does not exist."""


@dataclass(frozen=True)
class SiteFile:
    """Where an address is written.

    file: path below the folder, `/` between its parts. source: address whose answer is the file.
    fragment: part of the page that the link leads to, with its ``#``, "" for its top.
    """

    file: str
    source: str
    fragment: str = ""


class SiteFiles:
    """The files of one site."""

    def __init__(self, site: Site, scope: Scope, *, has_address: bool = True) -> None:
        """Keep what the rules need. has_address: it is known where the site or these files stand."""
        self.site, self.scope, self.has_address = site, scope, has_address
        everything = [entry.row.source_id for entry in find_sources(site.world, SourceFilter())]
        self._page_of_source = {name: place // PER_PAGE + 1 for place, name in enumerate(everything)}
        self._n_source_pages = -(-len(everything) // PER_PAGE)
        self._known = lru_cache(maxsize=50_000)(self._place_of)

    def place_of(self, link: str, lang: str) -> SiteFile | None:
        """Return the place of an address of this site (path, query, fragment). lang: of the page that names it."""
        return self._known(link, lang)

    def _place_of(self, link: str, lang: str) -> SiteFile | None:
        parts = urlsplit(link)
        query = dict(parse_qsl(parts.query))
        lang = query.pop("lang", lang)
        if lang not in self.scope.languages:
            return None
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        rules: tuple[Callable[..., SiteFile | None], ...] = (
            self._map, self._document, self._of_a_county, self._event, self._story, self._sources, self._file,
            self._picture,
        )  # fmt: skip
        for rule in rules:
            place = rule(parts.path, query, lang)
            if place is not None:
                return SiteFile(place.file, place.source, place.fragment or fragment)
        return None

    def _map(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        if path != "/":
            return None
        if (county := query.get("county", "")) and not query.get("corridor"):
            return self._of_a_county(f"/county/{county}", {}, lang)
        state = nearest(self.site, self.scope, _query(query), lang)
        return None if state is None else self.view(state)

    def view(self, state: ViewState) -> SiteFile:
        """Return the place of a view of the map that is written."""
        name = self._name(state)
        if not name:  # the plain address, which says why it shows the nature that it shows
            return SiteFile(f"{state.lang}/index.html", address("/", state.lang))
        return SiteFile(f"{state.lang}/view/{name}.html", f"/?{to_query(state, self.site.choices)}")

    def _name(self, state: ViewState) -> str:
        """Return how a view is called among files, "" for the plain one of its language."""
        plain = plain_view(self.site, state)
        differs = [field.name for field in fields(state) if getattr(state, field.name) != getattr(plain, field.name)]
        if not differs and state.dataset == "public":
            return ""
        period = f"{state.first}-{state.last}" if {"first", "last"} & set(differs) else ""
        parts = (
            state.dataset if state.dataset != "public" else "",
            state.lens,
            state.nature,
            state.measure if "measure" in differs else "",
            period if state.t == POOLED else state.t,
            state.extent if "extent" in differs else "",
            state.corridor,
            "in-full" if state.fold else "",
        )
        return "_".join(part for part in parts if part)

    def _document(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        if path not in DOCUMENTS - {"/sources"} or not query.keys() <= KEPT.keys():
            return None
        name = "lite/index" if path == "/lite" else "briefing/index" if path == "/briefing" else path[1:]
        return SiteFile(f"{lang}/{name}.html", address(path, lang))

    def _of_a_county(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        match = _COUNTY.fullmatch(path)
        if match is None or not query.keys() <= KEPT.keys() or (match[2] or match[4]) not in self.scope.counties:
            return None if _FEED.fullmatch(path) is None or query else SiteFile(lang + path, address(path, lang))
        kind = "" if match[3] or match[4] else ".html"
        return SiteFile(f"{lang}{path}{kind}", address(path, lang))

    def _event(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        if query or not path.startswith("/event/"):
            return None
        there = place_of_event(self.site, path.removeprefix("/event/"), lang)
        return self.place_of(there, lang) if there else None

    def _story(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        name, step = query.get("story", ""), query.get("step", "")
        of_stories = path in ("/briefing", "/briefing/notes") and query.keys() <= {"story", "step"}
        if not of_stories or name not in self.scope.stories:
            return None
        file = f"{lang}/briefing/{name}{'_notes' if path.endswith('notes') else ''}.html"
        return SiteFile(file, address(path, lang, story=name), f"#step-{step}" if step and path == "/briefing" else "")

    def _sources(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        if path != "/sources":
            return None
        keys = query.keys()
        if keys == {"id"}:
            page = self._page_of_source.get(query["id"], 0)
            return self._source_page(page, lang, f"#{query['id']}") if page else None
        page = _whole_number(query.get("page", "1"))
        if keys <= {"page", "nature", "from", "to"} and 0 < page <= self._n_source_pages:
            return self._source_page(page, lang)
        use, nature, county = (query.get(key, "") for key in ("use", "nature", "county"))
        known = use in ("", *USES) and nature in ("", *self.scope.natures) and county in ("", *self.scope.counties)
        if not keys <= {"use", "nature", "county", "from", "to", "page"} or not known or not 0 < page < MOST_PAGES:
            return None
        asked = {"use": use, "nature": nature, "county": county, "page": str(page) if page > 1 else ""}
        name = "_".join(part for part in asked.values() if part)
        return SiteFile(f"{lang}/sources/{name}.html", address("/sources", lang, **asked))

    def _source_page(self, page: int, lang: str, fragment: str = "") -> SiteFile:
        if page == 1:
            return SiteFile(f"{lang}/sources/index.html", address("/sources", lang), fragment)
        return SiteFile(f"{lang}/sources/page-{page}.html", address("/sources", lang, page=str(page)), fragment)

    def _file(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        if _DATA.fullmatch(path) is None or path in _NOT_DATA or not query.keys() <= OF_DATA | OF_TIME:
            return None
        nature = query.get("nature", "")
        if (path.endswith(".zip") and not self.has_address) or nature not in ("", ANY_NATURE, *self.scope.natures):
            return None
        time: dict[str, str] = {}
        if query.keys() & OF_TIME:
            years = self._years({key: query[key] for key in query.keys() & OF_TIME})
            if years is None or path not in OF_PERIODS:
                return None
            time = {"from": str(years[0]), "to": str(years[1])}
        stem, ending = path[1:].rsplit(".", 1)
        name = "_".join(part for part in (stem, nature, "-".join(time.values())) if part)
        return SiteFile(f"{lang}/{name}.{ending}", address(path, lang, nature=nature, **time))

    def _years(self, query: dict[str, str]) -> tuple[int, int] | None:
        """Return first and last year of a period of which data is written: a single year or a window of the pages."""
        state, notices = from_query(_query(query), self.site.choices)
        years = (state.first, state.last) if state.t == POOLED else (int(state.t), int(state.t))
        single = years[0] == years[1] and years[0] in self.scope.years
        return years if not notices and (single or years in periods(self.site, state)) else None

    def _picture(self, path: str, query: dict[str, str], lang: str) -> SiteFile | None:
        """Return the picture of a question and nature; other views have none of their own."""
        if path != "/picture.png":
            return None
        view = self._map("/", query, lang)
        if view is None or "county" in query or not _WITH_PICTURE.fullmatch(view.file):
            return None
        return SiteFile(view.file.replace(".html", ".png"), view.source.replace("/?", "/picture.png?"))


def _query(pairs: dict[str, str]) -> str:
    return urlencode(pairs, safe=",")


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
