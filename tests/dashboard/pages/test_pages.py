"""The ledger at /sources and the method at /about: what they say, that they hold, that everybody can read them."""

from __future__ import annotations

import csv
import io
import random
import re
import string
import threading
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import brotli
import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dashboard.i18n.catalogue import catalogue
from dashboard.pages.about import SECTIONS
from dashboard.pages.sources.page import PER_PAGE
from dashboard.server.app import Njia
from geodata.query.ledger import USES
from geodata.query.method import record_facts, rule_changes, rule_results
from geodata.query.search import SourceFilter, find_sources
from geodata.query.world import World
from tests.outside import axe_script

SIZES = ((1280, 800), (390, 844))
KEYS = ("q", "county", "type", "use", "nature", "from", "to", "id", "sort", "page", "lang")


class Reading(HTMLParser):
    """Entries of the list, links, and the text a reader sees."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.ids: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.words: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note entries and links."""
        found = dict(attrs)
        if tag == "li" and found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(found)
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        """Hear again after a script."""
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        """Keep what a reader sees."""
        if not self._silent:
            self.words.append(data)


def read(client: FlaskClient, address: str) -> Reading:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Reading(answer.get_data(as_text=True))


def row_of(client: FlaskClient, source_id: str) -> str:
    page = client.get(f"/sources?id={source_id}").get_data(as_text=True)
    return page.split(f'<li id="{source_id}"', 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize("address", ["/sources", "/about", "/sources?sort=used", "/sources?county=KE047"])
def test_pages_are_light_and_set_no_cookie(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert len(brotli.compress(answer.get_data(), quality=5)) <= 60_000


def test_any_query_string_gives_a_page(client: FlaskClient, world: World) -> None:
    draw = random.Random(20_261_122)
    some = ["", "KE011", "KE048", "roles", "mixed", "2019", "0000", "99999999999999999999", "newest", "-1", "1e3",
            "\x00", "<b>", "é", "𝕏", "%", "%zz", "iom-isiolo-2019", *world.source_rows]  # fmt: skip
    for _ in range(300):
        pairs = [
            (
                draw.choice([*KEYS, *KEYS, "".join(draw.choices(string.printable, k=4))]),
                draw.choice(
                    [draw.choice(some), "".join(chr(draw.randrange(0x2FFF)) for _ in range(draw.randrange(9)))]
                ),
            )
            for _ in range(draw.randrange(6))
        ]
        query = urlencode(pairs, errors="replace")
        if draw.random() < 0.3:
            query = quote("".join(draw.choices(string.printable, k=30)), safe="&=%+;")
        for path in ("/sources", "/sources.csv", "/about"):
            assert client.get(f"{path}?{query}").status_code == 200, query


def test_every_event_leads_to_a_row(client: FlaskClient, world: World) -> None:
    listed: list[str] = []
    for page in range(1, -(-len(world.sources) // PER_PAGE) + 1):
        listed += read(client, f"/sources?page={page}").ids
    assert sorted(listed) == sorted(world.source_rows)
    cited = {*world.events["source_id"], *world.events["source_id_2"]} - {""}
    assert cited <= set(listed)
    for source_id in sorted(cited)[::9]:
        assert read(client, f"/sources?id={source_id}").ids == [source_id]


def test_a_source_alone_is_marked_and_says_what_rests_on_it(client: FlaskClient) -> None:
    row = row_of(client, "iom-isiolo-2019")
    assert row.startswith(' class="chosen"')
    text = unescape(" ".join(re.sub("<[^>]+>", "", row).split()))
    assert "3 role statements: Isiolo (source, transit, destination)" in text
    for href in (
        "/?lang=en&amp;nature=trafficking&amp;county=KE011",
        "/?lang=en&amp;nature=trafficking&amp;corridor=C01",
    ):
        assert f'href="{href}"' in row


def test_county_filter_and_its_file_hold_the_same_sources(client: FlaskClient, world: World) -> None:
    query = "county=KE011&sort=publisher"
    listed = read(client, f"/sources?{query}").ids
    assert "iom-isiolo-2019" in listed
    found = find_sources(world, SourceFilter(county="KE011", sort="publisher"))
    assert listed == [entry.row.source_id for entry in found][:PER_PAGE]
    text = client.get(f"/sources.csv?{query}").get_data(as_text=True).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["source_id"] for row in rows] == [entry.row.source_id for entry in found]


def test_filters_ask_one_and_the_same_use(world: World) -> None:
    for use in USES:
        for entry in find_sources(world, SourceFilter(use=use)):
            assert any(one.use == use for one in entry.uses)
    wanted = SourceFilter(county="KE011", use="incidents", nature="smuggling", first=2015, last=2020)
    found = find_sources(world, wanted)
    assert found
    expected = {
        source_id
        for row in world.events.to_dict("records")
        if row["county"] == "KE011" and row["nature"] == "smuggling" and 2015 <= row["year"] <= 2020
        for source_id in (row["source_id"], row["source_id_2"])
        if source_id
    }
    assert {entry.row.source_id for entry in found} == expected


def test_the_maps_link_to_its_sources_finds_the_events_behind_the_figure(client: FlaskClient, world: World) -> None:
    first, last = world.coverage.first, world.coverage.last
    page = read(client, f"/sources?use=incidents&nature=trafficking&from={first}&to={last}&county=KE011")
    events = world.events[(world.events["county"] == "KE011") & (world.events["nature"] == "trafficking")]
    assert set(page.ids) == {*events["source_id"], *events["source_id_2"]} - {""}


def test_search_knows_no_accents_and_no_case(world: World) -> None:
    plain = find_sources(world, SourceFilter(text="isiolo iom"))
    assert plain
    assert find_sources(world, SourceFilter(text="  ÍSIÓLO  Iom ")) == plain


def test_background_says_so_and_is_not_asked_about_counties(client: FlaskClient, world: World) -> None:
    assert catalogue("en").t("sources.background") in row_of(client, "pas-njagi")
    assert "pas-njagi" in {entry.row.source_id for entry in find_sources(world, SourceFilter(text="pas-njagi"))}
    assert all(entry.uses for entry in find_sources(world, SourceFilter(county="KE001")))


def test_withheld_sources_show_neither_title_nor_link(client: FlaskClient, world: World) -> None:
    hidden = [source_id for source_id, row in world.source_rows.items() if row.withheld]
    assert hidden
    for source_id in hidden:
        row = row_of(client, source_id)
        assert "http" not in row
        assert catalogue("en").t("sources.title_withheld") in row
        assert catalogue("en").t("sources.withheld_names") in unescape(row)


def test_links_to_publishers_tell_them_nothing(client: FlaskClient) -> None:
    for address in ("/sources", "/about"):
        away = [link for link in read(client, address).links if str(link["href"]).startswith("http")]
        assert away
        for link in away:
            assert link["rel"] == "noopener noreferrer"
            assert link["target"] == "_blank"


def test_what_a_reader_types_is_escaped(client: FlaskClient) -> None:
    page = client.get("/sources", query_string={"q": '"><script>alert(1)</script>', "county": "<i>x"})
    text = page.get_data(as_text=True)
    assert "<script>" not in text
    assert "<i>x" not in text
    assert "&lt;script&gt;" in text


def test_an_illegal_value_is_named_and_an_empty_answer_helps(client: FlaskClient) -> None:
    said = "".join(read(client, "/sources?county=Atlantis").words)
    assert "“county” was “Atlantis”" in said
    nothing = read(client, "/sources?q=zzzz")
    assert nothing.ids == []
    assert catalogue("en").t("sources.none") in "".join(nothing.words)


@pytest.mark.parametrize("address", ["/sources", "/sources?county=KE011&use=roles", "/sources?q=zzzz", "/about"])
def test_no_bare_key_is_shown(client: FlaskClient, address: str) -> None:
    said = " ".join(read(client, address).words)
    shown = set(re.findall(r"[a-z_]+(?:\.[a-z_0-9]+)+", said))
    assert not shown & set(catalogue("en").words)
    assert not re.search(r"\{[a-z_]*\}|\[\[|\]\]", said)


def test_every_section_of_the_method_is_there_and_linked(client: FlaskClient) -> None:
    page = client.get("/about").get_data(as_text=True)
    for name in SECTIONS:
        assert f'href="#{name}"' in page
    assert re.findall(r'<div id="([\w-]+)">', page) == list(SECTIONS)


def test_every_citation_of_the_method_resolves(client: FlaskClient, world: World) -> None:
    words = catalogue("en").words
    cited = {
        source_id
        for key, text in words.items()
        if key.startswith("about.") and isinstance(text, str)
        for source_id in re.findall(r"\[\[([^\]]+)\]\]", text)
    }
    assert "law-ctip-2010" in cited
    assert cited <= set(world.source_rows)
    linked = {str(link["href"]) for link in read(client, "/about").links}
    assert {f"/sources?id={source_id}&lang=en#{source_id}" for source_id in cited} <= linked


def test_the_method_states_the_figures_of_the_data(client: FlaskClient, world: World) -> None:
    said = re.sub(r"\s+", " ", " ".join(read(client, "/about").words))
    facts = record_facts(world)
    assert facts["trafficking"] + facts["smuggling"] + facts["unclear"] == facts["events"] == len(world.events)
    assert facts["legs_stated"] + facts["legs_inferred"] == facts["legs"]
    assert f"The record holds {facts['events']} events" in said
    for rule in rule_results(world):
        assert rule.words in said
    for pcode in rule_changes(world):
        assert world.names[pcode] in said
    assert world.releases["public"].id in said
    assert world.edition.citation in said
    assert world.edition.notice in said


def test_counties_whose_roles_depend_on_the_rule(world: World) -> None:
    changes = rule_changes(world)
    assert "KE011" not in changes  # Isiolo holds all three roles at grade A
    for held in changes.values():
        assert set(held["strict"]) <= set(held["standard"]) <= set(held["loose"])
        assert held["strict"] != held["loose"]
    strict, standard, loose = rule_results(world)
    assert strict.any_role <= standard.any_role <= loose.any_role <= 47


@pytest.fixture(scope="module")
def address(app: Njia) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/about", "/sources", "/sources?id=iom-isiolo-2019", "/sources?sort=used&county=x"])
def test_axe_finds_nothing(chromium: Any, address: str, path: str, size: tuple[int, int]) -> None:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    try:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.evaluate(axe_script())
        found = page.evaluate("axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html)]))")
        assert found == []
        assert all(url.startswith(address) for url in asked)
    finally:
        context.close()
