"""What is asked of the network of corridors: one frozen value ⇄ the query string.

Illegal values fall back and leave a notice; nothing raises. The link is the whole view, of the page, its
tables as CSV and the graph files alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.query_string import first_values
from dashboard.view.site import Site
from dashboard.view.state import ALL_CORRIDORS, Notice, ViewState, defaults
from dashboard.web.links import address, reader_lang
from geodata.query.network import NetworkFilter, closable, corridor_desk, corridor_ends
from geodata.values import Grade, Nature
from layers.network_map import VIEWS

MODES = ("road", "land", "sea", "lake", "air", "mixed")
FILTERS = ("nature", "origin", "destination", "mode", "grade")
KINDS = ("place", "county", "leg")


@dataclass(frozen=True, slots=True)
class Asked:
    """A parsed query: filter, corridor brought forward, map window, ends of a cut, what is closed."""

    wanted: NetworkFilter = field(default_factory=NetworkFilter)
    corridor: str = ""
    view: str = "kenya"
    start: str = ""
    end: str = ""
    close: str = ""
    state: ViewState = field(default_factory=ViewState)
    notices: tuple[Notice, ...] = ()

    @property
    def plain(self) -> Asked:
        """The same without the view around it: what a drawing depends on."""
        return replace(self, state=ViewState(lang=self.state.lang), notices=())

    @property
    def pairs(self) -> dict[str, str]:
        """Return the query, defaults left out."""
        plain = NetworkFilter()
        kept = {key: getattr(self.wanted, key) for key in FILTERS if getattr(self.wanted, key) != getattr(plain, key)}
        kept |= {"coarse": "open" if self.wanted.coarse else "", "corridor": self.corridor}
        kept |= {"view": "" if self.view == "kenya" else self.view, "start": self.start, "end": self.end}
        return {**kept, "close": self.close}

    def link(self, path: str = "/corridors", /, **changes: str) -> str:
        """Return the address of this view with other choices."""
        parameters = {**self.pairs, **changes}
        if path != "/corridors/what-if":
            parameters["close"] = ""
        return address(path, self.state.lang, **parameters)


def read_query(query: str, site: Site) -> Asked:
    """Parse a query string; never raises."""
    state = replace(defaults(site.choices), lang=reader_lang(site.choices.languages))
    return asked_of(first_values(query), site, state)


def view_asked(site: Site, state: ViewState) -> Asked:
    """Return what a view of the map asks of the network; its kind of corridor is the key ``way``."""
    own = dict(state.own)
    corridor = "" if state.corridor == ALL_CORRIDORS else state.corridor
    asked = asked_of({**own, "nature": own.get("way", ""), "grade": state.grade, "corridor": corridor}, site, state)
    notices = tuple(replace(notice, key="way") if notice.key == "nature" else notice for notice in asked.notices)
    return replace(asked, notices=notices)


def asked_of(given: Mapping[str, str], site: Site, state: ViewState) -> Asked:
    """Read the values of a query, as `read_query` does."""
    cat = catalogue(state.lang)
    notices: list[Notice] = []

    def pick(key: str, legal: Mapping[str, str], default: str, used: str) -> str:
        text = given.get(key, "")
        if not text or text in legal:
            return text or default
        notices.append(Notice(key, text[:60], used))
        return default

    anything = cat.t("corridors.any")
    legal = options(site, cat.lang)
    wanted = NetworkFilter(
        nature=pick("nature", legal["nature"], "", anything),
        origin=pick("origin", legal["origin"], "", anything),
        destination=pick("destination", legal["destination"], "", anything),
        mode=pick("mode", legal["mode"], "", anything),
        grade=pick("grade", legal["grade"], Grade.C.value, cat.t("grade.C_up")),
        coarse=pick("coarse", {"open": "", "closed": ""}, "closed", cat.t("corridors.coarse_closed")) == "open",
    )
    start, end = (pick(key, legal["end"], "", cat.t("corridors.none")) for key in ("start", "end"))
    if start and start == end:
        notices.append(Notice("end", end[:60], cat.t("corridors.none"), "corridors_same"))
        end = ""
    return Asked(
        wanted=wanted,
        corridor=pick("corridor", legal["corridor"], "", anything),
        view=pick("view", legal["view"], "kenya", cat.t("corridors.view.kenya")),
        start=start,
        end=end,
        close=_closing(site, cat, given.get("close", ""), notices),
        state=state,
        notices=tuple(notices),
    )


def _closing(site: Site, cat: Catalogue, text: str, notices: list[Notice]) -> str:
    kind, _, key = text.partition(":")
    if not text or (kind in KINDS and key in closable(site.world, NetworkFilter(), kind)):
        return text
    notices.append(Notice("close", text[:60], cat.t("corridors.none"), "corridors_close"))
    return ""


@lru_cache(maxsize=8)
def options(site: Site, lang: str) -> dict[str, dict[str, str]]:
    """Return the choices of every control: value → label, in the order shown."""
    cat, world = catalogue(lang), site.world
    ends = corridor_ends(world).values()
    network = corridor_desk(world, NetworkFilter()).network
    countries = {spot.iso3 for name, spot in network.nodes.items() if name in network.number}
    places = {str(row["place_id"]): str(row["name"]) for row in world.corridors.places}

    def named(codes: set[str]) -> dict[str, str]:
        return dict(sorted(((code, cat.code("country", code)) for code in codes), key=lambda country: country[1]))

    return {
        "nature": {n.value: cat.t(f"nature.{n.value}") for n in Nature},
        "origin": named({code for origins, _ in ends for code in origins}),
        "destination": named({code for _, destinations in ends for code in destinations}),
        "mode": {mode: cat.t(f"corridors.mode.{mode}") for mode in MODES},
        "grade": {"C": cat.t("grade.C_up"), "B": cat.t("grade.B_up"), "A": cat.t("grade.A_only")},
        "corridor": {
            str(row["corridor_id"]): f"{row['corridor_id']} {cat.corridor(str(row['corridor_id']), str(row['name']))}"
            for row in world.corridors.corridors
        },
        "view": {view: cat.t(f"corridors.view.{view}") for view in VIEWS},
        "end": {f"country:{code}": label for code, label in named(countries).items()}
        | {f"place:{key}": places[key] for key in sorted(network.names, key=lambda place_id: places[place_id])},
    }
