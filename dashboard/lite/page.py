"""The light pages filled in: the card of one county, the choice of a county, and the answers to other addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.i18n.corrections import corrected
from dashboard.lite.drawing import near_map
from dashboard.lite.text import message
from dashboard.settings import ASSETS
from dashboard.view.basemap import shell_svg
from dashboard.view.figure import filters_of
from dashboard.view.site import Site, edition_words
from dashboard.view.state import ViewState, defaults, from_query, to_query
from dashboard.web.links import NAMES, address, oembed_address, public_root
from dashboard.web.static import bundle
from dashboard.web.templates import render
from geodata.query.county_card import PUBLIC, card
from geodata.query.find import Offer
from geodata.query.helplines import first
from geodata.query.profiles import county_profile
from layers.theme import LAND_LINE

SHORT_ID = 12
SCOPE = "/lite"


@dataclass(frozen=True, slots=True)
class OtherAddress:
    """An address that is no county's P-code: the trouble with it, what was asked, and (P-code, why) to offer."""

    trouble: str = ""
    asked: str = ""
    offers: tuple[tuple[str, str], ...] = ()


A_PLAIN_CHOICE = OtherAddress()


def card_page(site: Site, pcode: str, lang: str, dataset: str = PUBLIC) -> str:
    """Return the card of one county; with a caseload, what that shows of the county stands first, apart."""
    tr, facts = catalogue(lang), card(site.world, pcode)
    sms = message(facts, tr)
    state = replace(defaults(site.choices), lang=lang, county=pcode)
    return render(
        "lite/card.html",
        **_common(site, tr, f"{SCOPE}/{pcode}"),
        oembed=oembed_address(address(f"{SCOPE}/{pcode}", lang)),
        k=facts,
        pcode=pcode,
        name=site.world.names[pcode],
        sources=site.world.source_rows,
        years=tr.years(facts.period.first, facts.period.last),
        map=near_map(site.world, pcode, tr),
        sms=sms,
        rate=tr.rate,
        corrected=corrected(site.world, tr, pcode),
        on_map=f"/?{to_query(state, site.choices)}",
        clauses={count.nature: clause(count, tr) for count in facts.counts},
        lower=lambda text: text[:1].lower() + text[1:],
        caseload=None if dataset == PUBLIC else caseload_of(site, pcode, tr, dataset),
    )


def caseload_of(site: Site, pcode: str, tr: Catalogue, dataset: str) -> dict[str, Any]:
    """Return what a caseload shows of one county: its title and years, and each nature's estimated persons."""
    choices, manifest = site.choices.of(dataset), site.world.releases[dataset].manifest
    state = from_query(f"lang={tr.lang}&dataset={dataset}&county={pcode}", site.choices)[0]
    profile = county_profile(site.world, dataset, filters_of(site.world, state), pcode)
    return {
        "title": manifest.title or dataset,
        "years": tr.years(choices.period.first, choices.period.last),
        "figures": [
            (row.nature, tr.estimate(row.totals.persons, row.totals.error))
            for row in profile.figures
            if row.totals.error is not None
        ],
        "synthetic": manifest.synthetic,
        "on_map": f"/?{to_query(state, site.choices)}",
    }


def text_of(site: Site, pcode: str, lang: str) -> str:
    """Return the text message of one county."""
    return message(card(site.world, pcode), catalogue(lang)) + "\n"


def choose_page(site: Site, lang: str) -> str:
    """Return the choice of a county: by name, by place, by map, from the list."""
    return _choose(site, catalogue(lang), SCOPE)


def two_page(site: Site, lang: str, path: str, asked: str, pair: tuple[str, str]) -> str:
    """Return the choice between the two counties that a number can mean: by IEBC, by ISO ("" for none)."""
    iebc, iso = pair
    tr = catalogue(lang)
    offers = [
        (iebc, tr.t("lite.choose.two_iebc", pcode=iebc)) if iebc else None,
        (iso, tr.t("lite.choose.two_iso", iso=iso_codes(site)[iso])) if iso else None,
    ]
    return _choose(site, tr, path, OtherAddress("two", asked, tuple(offer for offer in offers if offer)))


def unknown_page(site: Site, lang: str, path: str, asked: str, maybe: Iterable[Offer] = ()) -> str:
    """Return the page for a name or code that is no county's, with the counties that it may mean."""
    tr = catalogue(lang)
    listed = tuple(
        (offer.pcode, tr.t("lite.choose.place_in", place=offer.place) if offer.place else "") for offer in maybe
    )
    return _choose(site, tr, path, OtherAddress("unknown", asked, listed))


def iso_codes(site: Site) -> Mapping[str, str]:
    """Return P-code → ISO 3166-2 code (``KE-09``)."""
    table = site.world.counties
    return dict(zip(table["pcode"], table["iso"], strict=True))


def _choose(site: Site, tr: Catalogue, path: str, other: OtherAddress = A_PLAIN_CHOICE) -> str:
    names = site.world.names
    links = tuple(address(f"{path}/{pcode}", tr.lang) for pcode in names)
    land = tuple(LAND_LINE for _ in names)
    drawn = shell_svg(site.world, land, links, tr.t("lite.choose.map_alt"), tuple(names.values()))
    return render(
        "lite/choose.html",
        **_common(site, tr, f"{path}/{quote(other.asked)}" if other.asked else path),
        path=path,
        trouble=other.trouble,
        asked=other.asked,
        offers=other.offers,
        names=dict(sorted(names.items(), key=lambda item: item[1])),
        map=drawn,
        outlines=site.basemap.counties_url,
    )


def _common(site: Site, tr: Catalogue, path: str) -> dict[str, Any]:
    world = site.world
    edition = world.edition
    others = [
        (NAMES.get(language, language), language, address(path, language))
        for language in site.choices.languages
        if language != tr.lang
    ]
    county = path.removeprefix(f"{SCOPE}/")
    return {
        "c": tr,
        "css": _css(),
        "public_root": public_root(),
        "picture": address("/picture.png", tr.lang, county=county if county in world.names else ""),
        "asset": site.asset,
        "address": address,
        "urgent": first(world),
        "others": others,
        "home": f"/?{to_query(ViewState(**_start(site, tr.lang)), site.choices)}",
        "synthetic": world.releases[PUBLIC].manifest.synthetic,
        "as_of": world.as_of,
        "release": world.releases[PUBLIC].id[:SHORT_ID],
        "boundaries": edition_words(tr, edition, "citation" if edition.official else "title"),
        "licence": edition.licence,
    }


def _start(site: Site, lang: str) -> dict[str, Any]:
    plain = defaults(site.choices)
    return {"lang": lang, "first": plain.first, "last": plain.last, "measure": plain.measure}


def clause(count: Any, tr: Catalogue) -> str:
    """Return what the card's first sentence says of one nature."""
    if count.empty:
        return tr.t(f"lite.none_{count.empty}")
    persons = tr.t("lite.unstated") if count.persons is None else tr.t("lite.persons", n=count.persons)
    return tr.t("lite.found", n=count.incidents, persons=persons)


@lru_cache(maxsize=1)
def _css() -> Markup:
    text = bundle(ASSETS, "css/lite.css").decode()
    return Markup("".join(line.strip() for line in text.splitlines()))  # noqa: S704 - our own file
