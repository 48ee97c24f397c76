"""Which address is which file, and which has none."""

from __future__ import annotations

import pytest

from dashboard.server.app import Njia
from dashboard.static_site.places import SiteFiles
from dashboard.static_site.scope import whole
from tests.dashboard.static_site.conftest import few

FILES = {
    "/?lang=en": "en/index.html",
    "/?lang=en&nature=smuggling": "en/index.html",
    "/?nature=smuggling&lens=roles&lang=en": "en/view/roles_smuggling.html",
    "/?lens=roles&nature=smuggling": "en/view/roles_smuggling.html",
    "/?nature=trafficking&measure=rate&lang=en": "en/view/detected_trafficking_rate.html",
    "/?nature=trafficking&from=2022&lang=en": "en/view/detected_trafficking_2022-2026.html",
    "/?nature=trafficking&t=2019&measure=persons": "en/view/detected_trafficking_persons_2019.html",
    "/?nature=smuggling&extent=gulf": "en/view/detected_smuggling_gulf.html",
    "/?nature=smuggling&corridor=C01": "en/view/detected_smuggling_C01.html",
    "/?nature=smuggling&lens=ways&fold=ledger": "en/view/ways_smuggling_in-full.html",
    "/?county=KE011&nature=smuggling&lens=looking": "en/county/KE011.html",
    "/county/KE011?lang=sw": "sw/county/KE011.html",
    "/lite/KE011.txt?lang=en": "en/lite/KE011.txt",
    "/lite?nature=smuggling&lang=en": "en/lite/index.html",
    "/about?nature=smuggling&county=KE011&lang=en": "en/about.html",
    "/briefing?story=isiolo&lang=en": "en/briefing/isiolo.html",
    "/sources?page=2&lang=en": "en/sources/page-2.html",
    "/sources?use=incidents&county=KE011&nature=smuggling&from=2007&to=2026&lang=en":
        "en/sources/incidents_smuggling_KE011.html",
    "/api/v1/indicators.csv?lang=en&nature=smuggling&lens=roles": "en/api/v1/indicators_smuggling.csv",
    "/api/v1/indicators.csv?nature=smuggling&t=2019": "en/api/v1/indicators_smuggling_2019-2019.csv",
    "/feed/KE011.xml?lang=en": "en/feed/KE011.xml",
    "/picture.png?lang=en&nature=trafficking": "en/view/detected_trafficking.png",
}  # fmt: skip
NEAREST = {
    "/?nature=trafficking&lens=roles&t=2019&measure=persons": "en/view/roles_trafficking.html",
    "/?nature=trafficking&from=2022&t=2023": "en/view/detected_trafficking_2023.html",
    "/?nature=trafficking&t=2019&extent=libya": "en/view/detected_trafficking_libya.html",
}
NOT_WRITTEN = (
    "/?form=sexual_exploitation&lang=en", "/?nature=smuggling&grade=A", "/?nature=smuggling&layers=roles",
    "/?nature=smuggling&from=2011&to=2013", "/?nature=smuggling&t=2019&measure=rate", "/?nature=both", "/?lang=fr",
    "/?lens=compare&counties=KE001,KE002&nature=smuggling", "/?dataset=nothing", "/?county=KE048", "/export?lang=en",
    "/s/abc", "/ogc/", "/oembed?url=/", "/corrections/KE011?lang=en", "/api/v1/find?q=Isiolo", "/sources?q=police",
    "/sources?page=99", "/briefing?story=nothing", "/event/EV-NONE1", "/picture.png?nature=trafficking&t=2019",
    "/api/v1/openapi.json", "/healthz", "/_dash-layout", "/county/KE011?dataset=x",
)  # fmt: skip


@pytest.fixture(scope="module")
def places(site_app: Njia) -> SiteFiles:
    return SiteFiles(site_app.site, whole(site_app.site, ("en", "sw")))


@pytest.mark.parametrize(("link", "file"), [*FILES.items(), *NEAREST.items()])
def test_an_address_is_a_file(places: SiteFiles, link: str, file: str) -> None:
    place = places.place_of(link, "en")
    assert place is not None
    assert place.file == file


@pytest.mark.parametrize("link", FILES)
def test_what_is_written_in_a_file_leads_to_it(places: SiteFiles, link: str) -> None:
    place = places.place_of(link, "en")
    assert place is not None
    again = places.place_of(place.source, "sw")
    assert again is not None
    assert again.file == place.file


@pytest.mark.parametrize("link", NOT_WRITTEN)
def test_what_is_not_written_has_no_file(places: SiteFiles, link: str) -> None:
    assert places.place_of(link, "en") is None


def test_no_two_views_have_one_file(places: SiteFiles) -> None:
    natures, lenses = ("trafficking", "smuggling", "unclear"), places.scope.lenses
    links = [
        f"/?nature={nature}&lens={lens}{more}"
        for nature in natures
        for lens in lenses
        for more in ("", "&measure=persons", "&measure=rate", "&from=2022", "&t=2019", "&fold=nation", "&extent=gulf")
    ]
    sources: dict[str, set[str]] = {}
    for link in links:
        if (place := places.place_of(link, "en")) is not None:
            sources.setdefault(place.file, set()).add(place.source)
    assert len(sources) > 40
    assert {file: told for file, told in sources.items() if len(told) > 1} == {}


def test_a_smaller_scope_writes_less(site_app: Njia) -> None:
    small = SiteFiles(site_app.site, few(site_app))
    for link in ("/county/KE001", "/?lens=looking", "/?t=2018", "/?corridor=C02", "/?lang=sw"):
        assert small.place_of(link, "en") is None, link
