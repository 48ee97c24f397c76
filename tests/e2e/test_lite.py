"""The county card as a commissioner gets it: no JavaScript, a slow link, one printed page, and no network at all.

`make test` opens some of the cards over the slow link and prints them all; the soak opens all of them.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from typing import Any

import pikepdf
import pytest

from tests.outside import axe_script, needs_axe
from tests.waiting import PATIENCE_MS, expect, loads

PHONE = {"width": 390, "height": 844}
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
"""400 kbit/s both ways, 400 ms round trip."""
MOST_BYTES, MOST_SECONDS = 60_000, 3.0
LANGS = ("en", "sw")
PCODES = tuple(f"KE{n:03d}" for n in range(1, 48))
SAMPLE = (("KE010", "sw"), ("KE011", "sw"), ("KE013", "en"), ("KE009", "sw"), ("KE018", "sw"), ("KE019", "en"))
"""Marsabit, Isiolo, Tharaka-Nithi, Mandera, and the two heaviest: Nyandarua and Nyeri."""
VIOLATIONS = "async () => (await axe.run(document)).violations.map((v) => [v.id, v.nodes.map((n) => n.target)])"

pytestmark = pytest.mark.browser


def slow_visit(chromium: Any, address: str) -> tuple[int, float]:
    """Open an address without scripts over the slow link; return bytes over the wire and seconds to the last."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    try:
        page = context.new_page()
        cdp = context.new_cdp_session(page)
        cdp.send("Network.enable")
        cdp.send("Network.emulateNetworkConditions", SLOW)
        received: list[float] = []
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        cdp.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        start = time.perf_counter()
        page.goto(address, wait_until="load")
        took = time.perf_counter() - start
        assert page.locator("main h1").is_visible()
        assert page.locator("svg.near path.own").is_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        end = time.monotonic() + PATIENCE_MS / 1000
        while len(received) < len(asked):  # how much came is told a moment later
            assert time.monotonic() < end, asked
            page.wait_for_timeout(50)
        assert received
        return int(sum(received)), took
    finally:
        context.close()


@pytest.mark.parametrize(("pcode", "lang"), SAMPLE)
def test_a_card_over_a_slow_link(chromium: Any, served: str, pcode: str, lang: str) -> None:
    visits = []
    while not visits or (visits[-1][1] > MOST_SECONDS and len(visits) < 3):  # the link is slow, not what else runs here
        visits.append(slow_visit(chromium, f"{served}/lite/{pcode}?lang={lang}"))
    assert max(sent for sent, _ in visits) <= MOST_BYTES
    assert min(took for _, took in visits) <= MOST_SECONDS


@pytest.mark.soak
def test_all_cards_over_a_slow_link(chromium: Any, served: str) -> None:
    seen = {(p, lang): slow_visit(chromium, f"{served}/lite/{p}?lang={lang}") for p in PCODES for lang in LANGS}
    heaviest, slowest = max(sent for sent, _ in seen.values()), max(took for _, took in seen.values())
    print(f"\n{len(seen)} cards: heaviest {heaviest} bytes, slowest {slowest:.2f} s")  # noqa: T201 - the soak's figures
    assert {key: value for key, value in seen.items() if value[0] > MOST_BYTES or value[1] > MOST_SECONDS} == {}


def test_the_choice_over_a_slow_link(chromium: Any, served: str) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}/lite?lang=sw")
    page.fill("#county", "isiolo county")
    with loads(page):
        page.get_by_role("button", name="Fungua kadi").click()
    assert page.url == f"{served}/lite/KE011?lang=sw"
    with loads(page):
        page.locator('svg.near a[href^="/lite/KE010"]').click()
    assert page.locator("h1").inner_text() == "Marsabit"
    with loads(page):
        page.get_by_role("link", name="English").click()
    assert page.url == f"{served}/lite/KE010?lang=en"
    with loads(page):
        page.get_by_role("link", name="Full profile of Marsabit").click()
    assert page.url == f"{served}/county/KE010?lang=en"
    context.close()


def printed(chromium: Any, served: str, cards: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Print cards; return those that are not one A4 page, with their number of pages."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    wrong = {}
    for pcode, lang in cards:
        page.goto(f"{served}/lite/{pcode}?lang={lang}")
        with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True, format="A4"))) as pdf:
            box = [float(side) for side in pdf.pages[0].mediabox]
            if len(pdf.pages) != 1 or abs(box[2] - 595) > 2 or abs(box[3] - 842) > 2:
                wrong[pcode, lang] = len(pdf.pages)
    context.close()
    return wrong


def test_every_county_prints_on_one_a4_page(chromium: Any, served: str) -> None:
    """All in Kiswahili, which is longer, and some in English; the soak prints the rest."""
    assert printed(chromium, served, [*((pcode, "sw") for pcode in PCODES), ("KE047", "en"), ("KE011", "en")]) == {}


@pytest.mark.soak
def test_every_card_prints_on_one_a4_page(chromium: Any, served: str) -> None:
    assert printed(chromium, served, [(pcode, lang) for pcode in PCODES for lang in LANGS]) == {}


def axe(chromium: Any, address: str, size: dict[str, int]) -> list[Any]:
    context = chromium.new_context(viewport=size, bypass_csp=True, service_workers="block")
    try:
        page = context.new_page()
        page.goto(address)
        page.evaluate(axe_script())
        found: list[Any] = page.evaluate(VIOLATIONS)
        return found
    finally:
        context.close()


@needs_axe
@pytest.mark.parametrize(
    "path",
    [*(f"/lite/{pcode}?lang={lang}" for pcode, lang in SAMPLE), "/lite?lang=sw", "/lite/KE-10?lang=sw",
     "/lite/KE099?lang=en", "/county/KE011?lang=sw", "/county/KE013?lang=en"],
)  # fmt: skip
def test_axe_finds_nothing(chromium: Any, served: str, path: str) -> None:
    assert axe(chromium, served + path, PHONE) == []
    if path.startswith("/county"):
        assert axe(chromium, served + path, {"width": 1280, "height": 800}) == []


@pytest.mark.soak
@needs_axe
def test_axe_finds_nothing_on_any_card(chromium: Any, served: str) -> None:
    pages = [f"/{room}/{p}?lang={lang}" for room in ("lite", "county") for p in PCODES for lang in LANGS]
    assert {path: found for path in pages if (found := axe(chromium, served + path, PHONE))} == {}


TARGETS = """() => [...document.querySelectorAll(
    'header a, button, input:not([type=hidden]), .links a, .all a, .offers a')]
  .filter((one) => one.checkVisibility()).map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.5)"""


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize(
    "path", ["/lite/KE011?lang=sw", "/lite?lang=sw", "/county/KE011?lang=sw", "/county/KE040?lang=en"]
)
def test_phones_never_scroll_sideways_and_fingers_hit(chromium: Any, served: str, path: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(served + path)
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    if path.startswith("/lite"):
        assert page.evaluate(TARGETS) == []
    context.close()


KEPT = "async () => (await (await caches.open('njia-lite')).keys()).map((one) => one.url)"


def until_kept(page: Any) -> None:
    page.wait_for_selector("html[data-kept=yes]", state="attached")


def test_after_one_visit_the_card_opens_in_airplane_mode(chromium: Any, served: str) -> None:
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{served}/lite/KE010?lang=sw")
    until_kept(page)
    assert page.is_hidden("#saved")
    figures = page.locator(".two").inner_text()
    context.set_offline(True)
    page.reload()
    assert page.locator("h1").inner_text() == "Marsabit"
    assert page.locator(".two").inner_text() == figures
    expect(page.locator("#saved")).to_be_visible()
    said = page.locator("#saved").inner_text()
    assert time.strftime("%Y-%m-%d") in said
    assert "2026-11-22" in said
    page.goto(f"{served}/lite/KE010")  # the same county without a language in the link
    assert page.locator("h1").inner_text() == "Marsabit"
    page.goto(f"{served}/lite?lang=sw")  # the choice came along
    assert page.locator("h1").inner_text() == "Chagua kaunti yako"
    for path in ("/lite/KE011?lang=sw", "/lite/KE011", "/lite/Isiolo", "/lite?county=Isiolo&lang=sw"):
        page.goto(served + path)  # never opened: not kept
        expect(page.locator("#absent")).to_be_visible()
        assert page.is_hidden("#saved")
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{served}/?lang=sw")  # the worker touches nothing but the light pages
    context.set_offline(False)
    page.goto(f"{served}/lite/KE010?lang=sw")
    assert page.is_hidden("#saved")
    context.close()


def test_the_worker_keeps_light_pages_only(chromium: Any, served: str) -> None:
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{served}/lite/KE011?lang=en")
    until_kept(page)
    for path in ("/lite/KE099", "/lite/KE-10", "/lite/KE010.txt", "/county/KE010", "/sources", "/about", "/lite/Isiolo",
                 "/lite/KE010?lang=sw"):  # fmt: skip
        page.goto(served + path)
    until_kept(page)  # the last of them; what is left too soon is not kept
    page.goto(f"{served}/")
    assert page.evaluate("async () => Boolean(await navigator.serviceWorker.getRegistration('/'))") is False
    page.goto(f"{served}/lite/KE011?lang=en")
    kept = [one.removeprefix(served) for one in page.evaluate(KEPT)]
    pages = sorted(one for one in kept if not one.startswith("/a/"))
    assert pages == ["/lite/KE010?lang=sw", "/lite/KE011?lang=en", "/lite?lang=en", "/lite?lang=sw"]
    assert all(one.endswith(("lite.js", "leave.js", "njia.svg")) for one in kept if one.startswith("/a/"))
    context.close()


@pytest.mark.parametrize(
    ("at", "said", "pcode"),
    [((37.58, 0.35), "Isiolo", "KE011"), ((37.99, 2.33), "Marsabit", "KE010"), ((36.82, -1.29), "Nairobi", "KE047"),
     ((32.58, 0.32), "outside Kenya", ""), ((0.0, 0.0), "outside Kenya", ""), ((-74.0, 40.7), "outside Kenya", "")],
)  # fmt: skip
def test_my_location_is_found_on_the_device(
    chromium: Any, served: str, at: tuple[float, float], said: str, pcode: str
) -> None:
    lon, lat = at
    context = chromium.new_context(
        viewport=PHONE, geolocation={"longitude": lon, "latitude": lat}, permissions=["geolocation"]
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + str(request.post_data or "")))
    page.goto(f"{served}/lite?lang=en")
    assert not any("/geo/" in url for url in asked)
    page.click("#here")
    page.wait_for_selector(f"#here-said:has-text('{said}')")
    if pcode:
        with loads(page):
            page.click("#here-said a")
        assert page.url == f"{served}/lite/{pcode}?lang=en"
    else:
        assert page.locator("#here-said a").count() == 0
    for number in (f"{lon:.2f}"[:5], f"{lat:.2f}"[:5]):
        assert not any(number in url for url in asked if number not in ("0.00", "0.0"))
    context.close()


def test_a_phone_that_refuses_its_location_gets_a_sentence(chromium: Any, served: str) -> None:
    context = chromium.new_context(viewport=PHONE, permissions=[])
    page = context.new_page()
    page.goto(f"{served}/lite?lang=sw")
    page.click("#here")
    page.wait_for_selector("#here-said:has-text('haikutoa')")
    context.close()


def test_nothing_violates_the_content_policy(chromium: Any, served: str) -> None:
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    for path in ("/lite/KE011?lang=sw", "/lite?lang=sw", "/county/KE011?lang=sw"):
        page.goto(served + path, wait_until="networkidle")
    assert troubles == []
    context.close()
