"""The map page before Dash, on a bad link, and where Dash does not come or does not answer.

A choice made before Dash arrives is kept, and the figures are those the server writes for the same link.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.view.reducer import reduce
from dashboard.view.site import choices_of
from dashboard.view.state import from_query, is_plain, to_query
from geodata.query.indicators import leading_nature
from geodata.query.world import open_world
from geodata.settings import DataSettings
from tests.waiting import PATIENCE_MS, expect, idle, loads, says, until

pytestmark = pytest.mark.browser

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit/s and 400 ms."""
LINKED = {"nature": "trafficking", "measure": "persons"}
"""Key of every chip that is a link before Dash → a value that is not that of the plain address."""
CHOSEN = {
    "from": "2014", "to": "2025", "form": "forced_labour", "nationality": "ETH", "confidence": "high",
    "role": "transit", "rule": "loose", "grade": "C",
}  # fmt: skip
"""Key of every control of the form → a value that is not its default."""
FILL = """(chosen) => {
  for (const [key, value] of Object.entries(chosen))
    for (const control of document.querySelectorAll(`#view [name="${key}"], [form="view"][name="${key}"]`))
      if (control.type === 'radio' || control.type === 'checkbox') control.checked ||= control.value === value;
      else if (control.type !== 'hidden') control.value = value;
  for (const box of document.querySelectorAll('#view input[name=layers]')) box.checked = box.value !== 'places';
}"""


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """Give a tab whose errors are this test's own affair."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    page = context.new_page()
    yield page
    context.close()


def written(page: Any, address: str) -> tuple[str, dict[str, str]]:
    """Return sentence and table that the server writes for a link."""
    text = page.request.get(address).text()
    sentence = re.search(r'id="sentence"[^>]*>(.*?)</h1>', text, re.DOTALL)
    cells = re.findall(r'data-value="(KE\d+)"[^>]*>([^<]*)<', text)
    assert sentence is not None
    return plain(re.sub("<[^>]+>", "", sentence[1])), {pcode: plain(value) for pcode, value in cells}


def shown(page: Any) -> tuple[str, dict[str, str]]:
    cells = "(all) => Object.fromEntries(all.map((c) => [c.dataset.value, c.textContent]))"
    table = page.eval_on_selector_all("#table td[data-value]", cells)
    return plain(page.text_content("#sentence")), {pcode: plain(value) for pcode, value in table.items()}


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


def ready(page: Any, seconds: float = PATIENCE_MS / 1000) -> None:
    """Wait until Dash has taken over and nothing is asked."""
    until(page, "document.body.classList.contains('map-ready')", seconds)
    for _ in range(3):
        page.wait_for_timeout(100)
        idle(page)
        until(page, "!document.body.classList.contains('asking')")


@pytest.mark.parametrize("moment", ["at once", "while Dash is loading"])
def test_on_a_slow_link_a_choice_of_every_control_before_dash_is_kept(tab: Any, served: str, moment: str) -> None:
    cdp = tab.context.new_cdp_session(tab)
    cdp.send("Network.enable")
    cdp.send("Network.emulateNetworkConditions", SLOW)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    tab.goto(served + "/?lang=en", wait_until="commit")
    for key, value in LINKED.items():
        tab.locator(f"#chips a[href*='{key}={value}']").first.click(no_wait_after=True)
        tab.wait_for_url(f"**{key}={value}**", wait_until="domcontentloaded")
        assert not tab.evaluate("document.body.classList.contains('map-ready')"), "the chip is still a link"
    if moment != "at once":
        tab.evaluate("window.njia.start()")
        until(tab, "window.njia.at === 'loading' || window.njia.at === 'mounted'")
        tab.wait_for_timeout(2_000)
    assert not tab.evaluate("document.body.classList.contains('map-ready')")
    tab.evaluate(FILL, CHOSEN)
    assert shown(tab) == written(tab, tab.url), "until Dash is here the figures are those of the link"
    cdp.send("Network.emulateNetworkConditions", {**SLOW, "latency": 0, "downloadThroughput": -1})  # the link mends
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    ready(tab, 120)
    until(tab, "location.search.includes('from=2014')")
    ready(tab)
    query = tab.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    assert query == {"lang": "en", **LINKED, **CHOSEN, "layers": "corridors,roles,labels"}
    assert shown(tab) == written(tab, tab.url)
    field = "(k) => document.querySelector(`#view [name=${k}]`).value"
    assert {key: tab.evaluate(field, key) for key in (*LINKED, *CHOSEN)} == {**LINKED, **CHOSEN}


def test_a_submitted_choice_before_dash_opens_its_own_page(tab: Any, served: str) -> None:
    tab.route("**/_dash-*/**", lambda route: route.abort())
    tab.goto(served + "/?lang=en&county=KE011")
    tab.evaluate(FILL, {"from": "2018"})
    tab.evaluate("document.getElementById('view').requestSubmit()")
    tab.wait_for_url("**from=2018**")
    says(tab, "#sentence", "2018–2026")
    assert "county=KE011" in tab.url


def test_where_dash_is_blocked_the_page_stays_and_says_so(tab: Any, served: str) -> None:
    tab.route("**/_dash-component-suites/**", lambda route: route.abort())
    tab.goto(served + "/?lang=en&nature=smuggling&from=2018")
    until(tab, "!document.getElementById('workspace-note').hidden")
    says(tab, "#workspace-note", "could not be loaded")
    assert shown(tab) == written(tab, tab.url)
    tab.locator("#table a[data-county-link=KE011], #table a[href*='county=KE011']").first.click()
    tab.wait_for_url("**county=KE011**")
    assert tab.inner_text("#panel h2") == "Isiolo"


@pytest.mark.parametrize("way", ["the server fails", "the network is gone"])
def test_a_choice_that_is_not_answered_is_taken_back_and_said(tab: Any, served: str, way: str) -> None:
    tab.goto(served + "/?lang=en")
    ready(tab)
    before = shown(tab)
    fail = {"the server fails": lambda route: route.fulfill(status=500, body="no")}
    tab.route("**/_dash-update-component", fail.get(way, lambda route: route.abort("internetdisconnected")))
    tab.select_option("#controls select[name=from]", "2018")
    until(tab, "!document.getElementById('workspace-note').hidden")
    until(tab, "!location.search.includes('from=')")
    ready(tab)
    assert shown(tab) == before
    expect(tab.locator("#controls select[name=from]")).to_have_value("2007")
    tab.check("#controls input[name=nature][value=trafficking]", force=True)
    until(tab, "location.search.includes('nature=trafficking')")
    says(tab, "#sentence", "in 2007–2026. The map shows trafficking")
    tab.unroute("**/_dash-update-component")
    tab.click("#workspace-note button")
    until(tab, "location.search.includes('from=2018')")
    ready(tab)
    assert shown(tab) == written(tab, tab.url)
    expect(tab.locator("#workspace-note")).to_be_hidden()


def test_one_part_that_fails_does_not_leave_two_views_on_the_page(tab: Any, served: str) -> None:
    tab.goto(served + "/?lang=en")
    ready(tab)
    before = shown(tab)

    def only_the_panel(route: Any) -> None:
        broken = '"output":"panel-part.data"' in (route.request.post_data or "")
        route.fulfill(status=500, body="no") if broken else route.continue_()

    tab.route("**/_dash-update-component", only_the_panel)
    tab.select_option("#controls select[name=from]", "2018")
    until(tab, "!document.getElementById('workspace-note').hidden")
    until(tab, "!location.search.includes('from=')")
    ready(tab)
    assert shown(tab) == before


def test_with_data_saved_dash_comes_only_when_asked(tab: Any, served: str) -> None:
    tab.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(served + "/?lang=en")
    tab.mouse.move(500, 400)
    tab.wait_for_timeout(3_000)
    assert [url for url in asked if "_dash" in url or "plotly" in url] == []
    tab.click("#workspace-start")
    ready(tab)


def test_without_scripts_every_choice_is_a_form_or_a_link(chromium: Any, served: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + "/?lang=en&nature=smuggling&from=2018")
    assert "in 2018–2026. The map shows smuggling" in page.inner_text("#sentence")
    assert page.locator("#map svg a[href*='county=KE']").count() >= 47
    links = page.eval_on_selector_all(
        "main a[href^='/?'], header a[href^='/?']", "(all) => all.map((a) => a.getAttribute('href'))"
    )
    asked = [dict(parse_qsl(urlsplit(link).query)) for link in links]
    for key in ("nature", "measure", "t", "lens", "county", "corridor", "extent", "lang"):
        assert len({link.get(key) for link in asked}) > 1, f"no link chooses {key}"
    fields = page.eval_on_selector_all("#view [name]", "(all) => all.map((e) => e.name)")
    assert {*CHOSEN, "layers"} <= set(fields)
    kept = {key for link in asked if link.get("county") == "KE011" for key in link}
    assert {"nature", "from"} <= kept, "a link keeps what was chosen before"
    page.locator("summary", has_text="2018–2026").click()
    page.select_option("#view select[name=to]", "2020")
    with loads(page):
        page.click("#view details[open] button[type=submit]")
    says(page, "#sentence", "in 2018–2020. The map shows smuggling")
    assert page.locator("#workspace-note").is_hidden()
    context.close()


def test_browser_and_server_follow_the_same_tables(tab: Any, served: str) -> None:
    """Every choice after every other gives the link that the Python reducer gives."""
    world = open_world(DataSettings(home=Path("/nonexistent"), vault=""))
    choices = choices_of(world)
    tab.goto(served + "/?lang=en")
    ready(tab)
    steps = [
        ("county", "KE011"),
        ("corridor", "C01"),
        ("from", "2019"),
        ("t", "2020"),
        ("to", "2012"),
        ("county", "KE001"),
    ]
    steps += [("nature", "smuggling"), ("corridor", "all"), ("t", "all"), ("extent", "gulf"), ("corridor", "")]
    link = "lang=en"
    for key, value in steps:
        state, _ = from_query(link, choices)
        if is_plain(link):
            state = replace(state, nature=leading_nature(world))
        expected = to_query(reduce(state, choices, **{key: int(value) if key in ("from", "to") else value}), choices)
        browsers = tab.evaluate(
            "([q, k, v]) => njia.queryOf(njia.choose(njia.read('?' + q), {[k]: v}))", [link, key, value]
        )
        assert browsers == expected, (link, key, value)
        link = expected


def test_what_the_frames_hold_is_answered_before_dash_hears_of_it(tab: Any, served: str) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "_dash-update-component" in request.url else None)
    tab.goto(served + "/?lang=en&nature=smuggling")
    ready(tab)
    assert len(asked) == 3, "the questions of the link are each asked once"
    at_once = """([name, value]) => {
      document.querySelector(`#controls input[name="${name}"][value="${value}"]`).click();
      return document.querySelector('.legend-title').textContent;
    }"""
    assert tab.evaluate(at_once, ["measure", "persons"]).startswith("Smuggling: persons")
    assert tab.evaluate(at_once, ["nature", "trafficking"]).startswith("Trafficking: persons")
    until(tab, "location.search.includes('measure=persons') && location.search.includes('nature=trafficking')")
    ready(tab)
    assert shown(tab) == written(tab, tab.url)
    expect(tab.locator("#controls input[name=measure][value=persons]")).to_be_checked()
    assert len(asked) == 3, "and the server is asked nothing"
