"""The county card: what it says is what the queries say, in both languages, for every county, light enough to send."""

from __future__ import annotations

import gzip
import html
import re

import brotli
import pytest
from flask.testing import FlaskClient

from dashboard.i18n.catalogue import catalogue
from dashboard.lite.text import LIMIT, LONGEST, message
from dashboard.settings import ASSETS
from dashboard.web.static import bundle
from geodata.query.county_card import LOOKED_FOR, N_CORRIDORS, N_RESPONSES, PUBLIC, card
from geodata.query.cube import Filters
from geodata.query.indicators import cube
from geodata.query.profiles import county_profile
from geodata.query.world import World
from geodata.values import NATIONAL

PCODES = [f"KE{n:03d}" for n in range(1, 48)]
LANGS = ["en", "sw"]
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
BUDGET = 60_000


def words(page: str) -> str:
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("lang", LANGS)
def test_every_card_says_what_the_queries_say(client: FlaskClient, world: World, lang: str) -> None:
    cat = catalogue(lang)
    counted = cube(world, PUBLIC, Filters(world.coverage))
    for pcode in PCODES:
        page = read(client, f"/lite/{pcode}?lang={lang}")
        said = words(page)
        assert f'<html lang="{lang}">' in page
        for nature in ("trafficking", "smuggling"):
            sums = counted.totals(nature, of=pcode)
            if sums is None:
                code = str(counted.empties[nature][0][counted.areas.index(pcode)])
                assert cat.t(f"lite.none_{code}_long") in said, pcode
            else:
                persons = cat.t("lite.persons", n=sums.persons)
                stated = sums.incidents > sums.unstated
                clause = cat.t("lite.found", n=sums.incidents, persons=persons if stated else cat.t("lite.unstated"))
                assert said.count(re.sub(r"\s+", " ", clause)) >= 2, (pcode, clause)
        assert world.as_of in said
        assert world.releases[PUBLIC].id[:12] in said
        assert cat.t("lite.disclaimer") in said
        assert not re.search(r"<a [^>]*>\s*</a>", page), pcode
        for one in world.edition.neighbours()[pcode]:  # type: ignore[index] # a P-code
            assert f'href="/lite/{one.pcode}?lang={lang}"' in page


def test_what_is_cut_is_counted(world: World) -> None:
    for pcode in PCODES:
        profile = county_profile(world, PUBLIC, Filters(world.coverage), pcode)
        found = card(world, pcode)
        assert len(found.corridors) + found.more_corridors == len(profile.corridors)
        assert len(found.corridors) <= N_CORRIDORS
        assert len(found.responses) + found.more_responses == len(profile.responses)
        assert len(found.responses) <= N_RESPONSES
        assert len(found.roles) + len(found.silent_roles) == 3


def test_kinds_not_found_are_never_among_those_on_record(world: World) -> None:
    for pcode in PCODES:
        found = card(world, pcode)
        kinds = set(world.responses.loc[world.responses["county"] == pcode, "kind"])
        assert set(found.present) == kinds - {"other"}
        assert not set(found.missing) & kinds
        assert set(found.missing) >= set(LOOKED_FOR) - kinds
        assert not set(found.missing) & {"shelter", "safe_house"}
        assert ("border_post" in found.missing) <= any(
            row["pcode"] == pcode and row["kind"] == "border_crossing" for row in world.corridors.places
        )


def test_isiolo_marsabit_tharaka_nithi_by_hand(client: FlaskClient, world: World) -> None:
    isiolo = words(read(client, "/lite/KE011?lang=en"))
    for role in ("Source", "Transit", "Destination"):
        assert f"{role}, grade A" in isiolo
    assert "Isiolo is source, transit and destination" in isiolo
    rows = world.events.loc[(world.events["county"] == "KE011") & (world.events["nature"] == "smuggling")]
    assert f"{len(rows)} events reported, at least {rows['persons'].sum()} persons detected" in isiolo
    marsabit = words(read(client, "/lite/KE010?lang=sw"))
    assert "Magendo ya wahamiaji" in marsabit
    assert "Moyale OSBP" in marsabit
    tharaka = words(read(client, "/lite/KE013?lang=en"))
    assert "Source: not enough evidence under the rule (grade C only)" in tharaka
    assert "Smuggling of migrants: 1 event reported, at least 4 persons detected" in tharaka


@pytest.mark.parametrize("lang", LANGS)
def test_every_message_is_short_plain_and_has_the_cards_figures(client: FlaskClient, world: World, lang: str) -> None:
    cat = catalogue(lang)
    for pcode in PCODES:
        answer = client.get(f"/lite/{pcode}.txt?lang={lang}")
        assert answer.mimetype == "text/plain"
        text = answer.get_data(as_text=True).strip()
        assert text == message(card(world, pcode), cat)
        assert len(text) <= LONGEST <= LIMIT
        assert set(text) <= GSM, set(text) - GSM
        page = read(client, f"/lite/{pcode}?lang={lang}")
        shown_on_card = re.search(r'<p id="sms" class="sms">(.*?)</p>', page)
        assert shown_on_card
        assert html.unescape(shown_on_card[1]) == text
        said = words(page).replace("\u202f", ",")
        for one in card(world, pcode).counts:
            if one.persons is not None:
                rate = cat.rate(one.rate)
                for shown in (str(one.incidents), f"{one.persons:,}", rate):
                    assert re.search(rf"(?<![\d.,]){re.escape(shown)}(?!\d|[.,]\d)", text), (pcode, shown)
                assert rate in said
                assert f"{one.persons:,}" in said
        assert world.releases[PUBLIC].id[:8] in text
        assert text.endswith(f"/lite/{pcode}?lang={lang}")


def test_nothing_a_reader_fetches_is_heavier_than_promised(client: FlaskClient) -> None:
    rest = 0
    page = client.get("/lite/KE011?lang=sw").get_data(as_text=True)
    for address in re.findall(r'(?:src|href)="(/a/[^"]+|/lite/manifest[^"]+)"', page):
        rest += len(client.get(html.unescape(address), headers={"Accept-Encoding": "gzip"}).get_data()) + 700
    assert rest > 1_000
    for pcode in PCODES:
        for lang in LANGS:
            body = client.get(f"/lite/{pcode}?lang={lang}", headers={"Accept-Encoding": "gzip"}).get_data()
            assert len(body) + 1_500 + rest <= BUDGET, (pcode, lang, len(body), rest)


def test_the_card_fetches_nothing_but_its_own(client: FlaskClient) -> None:
    page = read(client, "/lite/KE010?lang=sw")
    fetched = re.findall(r'<(?:script|img|link)[^>]+(?:src|href)="([^"]+)"', page)
    assert fetched
    assert all(address.startswith(("/a/", "/lite/")) for address in fetched)
    assert "@font-face" not in page
    assert "url(" not in page
    assert "Set-Cookie" not in client.get("/lite/KE010").headers


@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_every_coding_holds_the_same_page(client: FlaskClient, coding: str) -> None:
    plain = client.get("/lite/KE010?lang=sw", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    for _ in range(2):  # made, then repeated by the short way
        answer = client.get("/lite/KE010?lang=sw", headers={"Accept-Encoding": coding})
        assert answer.headers.get("Content-Encoding", "") == coding
        opened = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding](answer.get_data())
        assert opened == plain.get_data()
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Accept-Language" not in answer.headers["Vary"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_unchanged_page_costs_no_bytes(client: FlaskClient) -> None:
    tags = set()
    for coding in ("br", "gzip", "identity"):
        for path in ("/lite/KE010?lang=sw", "/lite/KE010.txt?lang=sw", "/lite?lang=sw"):
            tag = client.get(path, headers={"Accept-Encoding": coding}).headers["ETag"]
            tags.add(tag)
            for asked in (tag, f"W/{tag}", f'"x", {tag}'):
                again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": asked})
                assert again.status_code == 304
                assert again.get_data() == b""
                assert again.headers["ETag"] == tag
            assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert len(tags) == 9


def test_the_language_is_the_links_else_the_browsers(client: FlaskClient) -> None:
    for accepted, lang in (("sw", "sw"), ("sw-KE,en;q=0.5", "sw"), ("en-GB", "en"), ("fr", "en"), ("", "en")):
        for _ in range(2):
            answer = client.get("/lite/KE010", headers={"Accept-Language": accepted})
            assert answer.headers.get("Location", "/lite/KE010?lang=en") == f"/lite/KE010?lang={lang}", accepted
            assert "Accept-Language" in answer.headers["Vary"]
    page = client.get("/lite/KE010?lang=en", headers={"Accept-Language": "sw"}).get_data(as_text=True)
    assert '<html lang="en">' in page
    unknown = client.get("/lite/KE010?lang=xx", headers={"Accept-Language": "sw"})
    assert unknown.headers["Location"] == "/lite/KE010?lang=sw"


def test_national_lines_are_of_the_record(world: World) -> None:
    lines = card(world, "KE010").lines
    assert [row.county for row in lines] == [NATIONAL] * len(lines)
    assert any("116" in row.name for row in lines)
    assert len(bundle(ASSETS, "css/lite.css")) < 9_000
