"""The whole site under /njia/ behind nginx: every link, form and file walked, pages and the map used in Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml import html

from tests.conftest import free_port, serving
from tests.e2e import test_journeys as journeys
from tests.e2e import test_new_journeys as new_journeys
from tests.waiting import expect, idle

pytestmark = pytest.mark.browser

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
BASE = "/njia"
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 128; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; proxy_max_temp_file_size 0;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location {base} {{ proxy_pass {address}; proxy_http_version 1.1; proxy_set_header Host $host:$server_port; }}
  }}
}}
"""
PAGES = (
    "/", "/?lens=ways&lang=en", "/?lens=roles&lang=sw", "/?lens=looking&lang=en", "/?lens=responds&lang=en",
    "/?lens=changed&lang=en", "/?lens=compare&lang=en&counties=KE011,KE010", "/lite", "/lite/KE011?lang=sw",
    "/county/KE011?lang=en", "/briefing", "/briefing?story=isiolo&lang=en", "/sources", "/about", "/help", "/glossary",
    "/country", "/numbers-you-may-hear", "/changes", "/corrections", "/corrections/KE011?lang=en", "/api", "/export",
    "/embed?lang=en", "/no-such-page",
)  # fmt: skip
QUESTIONS = (
    "test_from_eritrea_over_isiolo_to_south_africa_and_what_is_well_documented", "test_one_slide_about_the_coast",
    "test_all_events_as_csv", "test_isiolo_and_its_neighbours",
)  # fmt: skip
OF_A_PHONE = ("test_my_county_who_helps_and_the_call_in_kiswahili_on_a_phone",)
OF_A_PATH = 3
"""Addresses of one path (a county's counts as one) that are followed: a view is a link, and there are many."""
MOST = 900
ADDRESSES = (
    "href", "src", "action", "formaction", "data-path", "data-src", "data-notes", "data-css", "data-outlines",
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the product under /njia/ behind nginx."""
    if not Path(NGINX).exists():
        pytest.skip("nginx is missing: install the package 'nginx-light'")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with serving(tmp_path_factory.mktemp("under"), NJIA_BASE_PATH=BASE) as address:
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(folder=folder, port=port, address=address, base=BASE), encoding="utf-8")
        proxy = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(config)], stderr=subprocess.DEVNULL)
        try:
            _wait_for(f"http://127.0.0.1:{port}{BASE}/healthz")
            yield f"http://127.0.0.1:{port}{BASE}"
        finally:
            proxy.terminate()
            proxy.wait(10)


def _wait_for(address: str) -> None:
    end = time.monotonic() + 60
    while fetch(address)[0] != 200:
        assert time.monotonic() < end, "nginx does not pass requests on"
        time.sleep(0.1)


def fetch(address: str) -> tuple[int, str, bytes, str]:
    """Return status, kind, content and final address of a page; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own server
            return answer.status, answer.headers.get_content_type(), answer.read(), answer.url
    except urllib.error.HTTPError as problem:
        return problem.code, problem.headers.get_content_type(), problem.read(), address
    except OSError:
        return 0, "", b"", address


def addresses_in(content: bytes, kind: str, page: str) -> set[str]:
    """Return every address of this site that a page or style sheet names, whole."""
    listed: set[str] = set()
    if kind == "text/html":
        for element in html.fromstring(content.decode()).iter():
            listed |= {value for name, value in element.attrib.items() if name in ADDRESSES}
    if kind in ("text/html", "text/css"):
        listed |= set(re.findall(r"url\([\"']?([^\"')#][^\"')]*)", content.decode()))
    whole = {urldefrag(urljoin(page, address))[0] for address in listed if not address.startswith(("data:", "#"))}
    host = urlsplit(page).netloc
    return {address for address in whole if urlsplit(address).netloc == host}


def shape(address: str) -> str:
    """Return a path with every county, event and frozen view alike."""
    return re.sub(r"KE\d{3}|EV-\w+", "*", urlsplit(address).path)


def test_no_address_leaves_the_path_and_none_leads_nowhere(served: str) -> None:
    waiting, seen, walked = deque(served + path for path in PAGES), set(), Counter()
    astray, broken = [], []
    while waiting and len(seen) < MOST:
        address = waiting.popleft()
        if address in seen or (walked[shape(address)] >= OF_A_PATH and address.removeprefix(served) not in PAGES):
            continue
        seen.add(address)
        walked[shape(address)] += 1
        status, kind, content, final = fetch(address)
        if status >= 400 and "/no-such-page" not in address:
            broken.append((status, address))
        for further in addresses_in(content, kind, final):
            if not further.startswith(f"{served}/"):
                astray.append((final, further))
            elif "/export/to/" not in further and "format=" not in further:  # making files is tested elsewhere
                waiting.append(further)
    assert astray == []
    assert broken == []
    assert len(seen) > 150
    assert len(seen) < MOST, "the walk did not come to its end"


@pytest.mark.parametrize("path", PAGES[:-1])
def test_a_page_in_the_browser_stays_under_the_path(browse: Any, served: str, path: str) -> None:
    reader = browse()
    reader.page.goto(served + path, wait_until="load")
    idle(reader.page)
    outside = [address for address in reader.requests if not address.startswith((f"{served}/", "data:", "blob:"))]
    assert [address for address in outside if address != served] == []


def test_find_a_county_take_its_figures_and_read_its_sources(browse: Any, served: str) -> None:
    reader = browse().open()
    page = reader.page
    page.fill("#find", "isiollo")
    page.press("#find", "Enter")
    reader.until("document.querySelector('#panel h2').textContent === 'Isiolo'")
    reader.settle()
    assert page.url.startswith(f"{served}/?")
    with page.expect_download() as waiting:
        page.evaluate(f"document.querySelector('a[data-path=\"{BASE}/api/v1/indicators.csv\"]').click()")
    assert "KE011" in Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    page.evaluate("document.querySelector('#panel a.src').click()")
    page.wait_for_url(f"{served}/sources?id=*")
    assert all(address.startswith((f"{served}/", "data:", "blob:")) for address in reader.requests)


def test_parts_that_are_fetched_later_come_from_under_the_path(browse: Any, served: str) -> None:
    """Parts of the panel, the marks of years, the tour and what Dash starts with are asked for where the page is."""
    reader = browse().open("/?lang=en&county=KE047")
    page = reader.page
    page.locator("#panel details[data-part='panel/events'] > summary").click()
    expect(page.locator("#panel details.fold[open] a.src").first).to_be_visible()
    page.locator(".trend-marks > summary").click()
    expect(page.locator(".trend-marks li").first).to_be_visible()
    page.locator("#tour-chip").click()
    expect(page.locator("#tour")).to_be_visible()
    asked = {address.partition("?")[0] for address in reader.requests if "/workspace/" in address}
    assert asked >= {f"{served}/workspace/{part}" for part in ("panel/events", "marks", "tour", "start")}
    assert all(address.startswith(f"{served}/workspace/") for address in asked)


def test_the_first_view_under_the_path(browse: Any) -> None:
    journeys.test_the_first_view_has_47_counties_and_fetches_nothing_from_elsewhere(browse)


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_the_coast_compared_under_the_path(browse: Any, hand: str) -> None:
    journeys.test_compare_trafficking_and_smuggling_on_the_coast(browse, hand)


def test_a_copied_link_under_the_path(browse: Any, served: str) -> None:
    journeys.test_a_copied_link_opens_the_same_view_in_another_browser(browse, served, "mouse")


def test_back_and_forward_under_the_path(browse: Any) -> None:
    journeys.test_back_and_forward_restore_view_and_controls(browse, "mouse")


@pytest.mark.parametrize("name", [*QUESTIONS, *OF_A_PHONE])
def test_a_journey_with_its_clicks_counted_under_the_path(browse: Any, name: str) -> None:
    journey = getattr(new_journeys, name)
    journey(new_journeys.beginner(browse), "touch" if name in OF_A_PHONE else "mouse")


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("test_most_smuggling_since_2018_and_whether_more_look_there", "mouse"),
        ("test_most_smuggling_since_2018_and_whether_more_look_there", "keyboard"),
        ("test_isiolo_and_its_neighbours", "keyboard"),
        ("test_isiolo_and_its_neighbours", "touch"),
    ],
)
def test_a_journey_by_another_hand_under_the_path(browse: Any, name: str, kind: str) -> None:
    getattr(new_journeys, name)(new_journeys.beginner(browse), kind)


@pytest.mark.soak
@pytest.mark.parametrize("hand", journeys.HANDS)
def test_the_trunk_and_the_grades_of_its_legs_under_the_path(browse: Any, hand: str) -> None:
    journeys.test_follow_the_trunk_corridor_and_read_the_grades_of_its_legs(browse, hand)


def test_the_light_pages_are_kept_under_the_path(browse: Any, served: str) -> None:
    reader = browse()
    reader.page.goto(f"{served}/lite/KE011?lang=en")
    reader.until("document.documentElement.dataset.kept === 'yes'")
    scope = reader.page.evaluate("navigator.serviceWorker.ready.then((ready) => ready.scope)")
    assert scope == f"{served}/lite"
    reader.page.context.set_offline(True)
    reader.page.goto(f"{served}/lite/KE011?lang=en")
    assert "Isiolo" in reader.text("h1")
    reader.page.context.set_offline(False)
