"""What rests on a source, in a reader's words, with links back to the map at the right place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.site import Site
from dashboard.view.state import defaults, to_query
from geodata.query.ledger import USES, Use
from geodata.values import NATIONAL, Role


@dataclass(frozen=True, slots=True)
class UseLink:
    """One place on the map that uses a source: address, words, more words in small print.

    quoted: the words are the evidence's own, in its language.
    """

    href: str
    text: str
    more: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The uses of one kind: their number in words, and where they are."""

    use: str
    label: str
    links: tuple[UseLink, ...]


@lru_cache(maxsize=2048)
def use_groups(site: Site, lang: str, mine: tuple[Use, ...], county: str = "") -> tuple[Group, ...]:
    """Return the uses of one source by kind, in the order of `USES`; a corridor through `county` says so."""
    tr = catalogue(lang)
    by_use: dict[str, list[Use]] = {}
    for use in dict.fromkeys(mine):
        by_use.setdefault(use.use, []).append(use)
    return tuple(_group(site, tr, name, by_use[name], county) for name in USES if name in by_use)


def _group(site: Site, tr: Catalogue, name: str, mine: list[Use], county: str) -> Group:
    if name == "corridors":
        rows = {str(row["corridor_id"]): str(row["name"]) for row in site.world.corridors.corridors}
        called = {key: tr.corridor(key, written) for key, written in rows.items()}
        ids = sorted({use.key for use in mine})
        here = {use.key for use in mine if use.county == county}
        through = tr.t("sources.through", county=site.world.names.get(county, tr.t("sources.country")))
        links = [
            UseLink(_map(site, tr, corridor=key), f"{key} {called[key]}", through if key in here else "") for key in ids
        ]
        return Group(name, tr.t(f"sources.use.{name}", n=len(ids)), tuple(links))
    if name == "series":
        years: dict[str, list[str]] = {}
        for use in mine:
            years.setdefault(use.key, []).append(str(use.year))
        links = [
            UseLink(_map(site, tr), tr.t(f"indicator.{key}"), ", ".join(sorted(set(years_of))))
            for key, years_of in years.items()
        ]
        return Group(name, tr.t(f"sources.use.{name}", n=len(mine)), tuple(links))
    if name == "programmes":
        links = [UseLink(_map(site, tr), use.key, quoted=True) for use in mine]
        return Group(name, tr.t(f"sources.use.{name}", n=len(mine)), tuple(links))
    n = len(mine) if name == "roles" else len({use.key for use in mine})
    return Group(name, tr.t(f"sources.use.{name}", n=n), _by_county(site, tr, name, mine))


def _by_county(site: Site, tr: Catalogue, name: str, mine: list[Use]) -> tuple[UseLink, ...]:
    """Return one link per county; events one per county and nature, because the map shows one nature."""
    places: dict[tuple[str, str], list[Use]] = {}
    for use in mine:
        places.setdefault((use.county, use.nature if name == "incidents" else ""), []).append(use)
    links = []
    for (county, nature), uses in places.items():
        where = site.world.names.get(county, tr.t("sources.country"))
        links.append(UseLink(_map(site, tr, county, nature), where, _more(tr, name, nature, uses)))
    return tuple(sorted(links, key=lambda link: (link.text, link.more)))


def _more(tr: Catalogue, name: str, nature: str, uses: list[Use]) -> str:
    if name == "incidents":
        years = sorted({use.year for use in uses if use.year})
        count = f"{len(uses)} × " if len(uses) > 1 else ""
        return ", ".join([f"{count}{tr.t(f'nature.{nature}').lower()}", *map(str, years)])
    if name == "roles":
        held = {use.key for use in uses}
        return ", ".join(tr.t(f"role.{role.value}").lower() for role in Role if role.value in held)
    return ""


def _map(site: Site, tr: Catalogue, county: str = "", nature: str = "", corridor: str = "") -> str:
    start = defaults(site.choices)
    state = replace(start, lang=tr.lang, county="" if county == NATIONAL else county, corridor=corridor)
    if nature:
        state = replace(state, nature=nature)
    address = f"/?{to_query(state, site.choices)}"
    return address if county not in ("", NATIONAL) or corridor else f"{address}#panel"
