"""The site as files: no link without an end, the words of the served page, nothing of partners, whole or not at all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from urllib.request import urlopen

import pytest
from lxml import html
from playwright.sync_api import expect

from dashboard.cli import main
from dashboard.server.app import Njia
from dashboard.static_site import write
from dashboard.static_site.pages import Voice, html_file, text_file
from dashboard.static_site.places import SiteFile, SiteFiles
from dashboard.static_site.scope import Scope
from dashboard.static_site.write import MANIFEST, root_files, write_site
from dashboard.web.as_files import FileRules, as_file
from geodata.values import DataProblem
from tests.conftest import free_port
from tests.dashboard.static_site.conftest import few

ELSEWHERE = ("https", "http", "tel", "sms", "mailto", "data", "about")
LEAST = Scope(("en",), ("KE011",), ("detected",), (), (), (), ("smuggling",))
SAME_WORDS = (
    "/?lang=en", "/?lang=en&nature=trafficking&measure=rate", "/?lang=en&nature=trafficking&t=2019",
    "/?lang=en&nature=smuggling&lens=roles", "/?lang=en&nature=smuggling&corridor=C01", "/county/KE011?lang=en",
    "/lite/KE009?lang=en", "/about?lang=en", "/sources?lang=en", "/glossary?lang=en",
)  # fmt: skip


def addresses(page: Path) -> Iterator[tuple[str, str]]:
    """Yield attribute and value of every address of a page."""
    for element in html.fromstring(page.read_bytes().decode()).iter():
        if isinstance(element.tag, str):
            yield from ((name, value) for name, value in element.attrib.items() if _is_address(name, value))
    yield from (("url", place) for place in re.findall(r'url\("([^"#][^"]*)"\)', page.read_text(encoding="utf-8")))


def _is_address(name: str, value: str) -> bool:
    named = name in ("href", "src", "action", "formaction", "data-src", "data-notes")
    return named or value.startswith(("/", "../")) or (name == "content" and value.startswith("http"))


def test_every_link_leads_to_a_file_or_elsewhere(few_files: Path) -> None:
    pages = sorted(few_files.rglob("*.html"))
    lost = []
    for page in pages:
        for name, value in addresses(page):
            parts = urlsplit(value)
            if parts.scheme in ELSEWHERE:
                assert parts.hostname not in ("localhost", "127.0.0.1"), (page, value)
                continue
            there = page.parent / unquote(parts.path) if parts.path else page
            if value.startswith("/") or not there.resolve().is_file():
                lost.append((page.relative_to(few_files), name, value))
    assert lost == []
    assert len(pages) > 60


def lost_fragments(folder: Path) -> list[tuple[str, str]]:
    """Return page and address of every link to a place inside a page that is not there."""
    anchors: dict[Path, set[str]] = {}
    lost = []
    for page in sorted(folder.rglob("*.html")):
        for _, value in addresses(page):
            parts = urlsplit(value)
            if not parts.fragment or parts.scheme in ELSEWHERE:
                continue
            there = (page.parent / unquote(parts.path) if parts.path else page).resolve()
            if there not in anchors:
                tree = html.fromstring(there.read_bytes().decode())
                anchors[there] = {*tree.xpath("//@id"), *tree.xpath("//a/@name"), "top"}
            if unquote(parts.fragment) not in anchors[there]:
                lost.append((str(page.relative_to(folder)), value))
    return lost


def test_every_fragment_has_its_anchor(few_files: Path) -> None:
    assert lost_fragments(few_files) == []


def test_a_page_has_no_dash_no_form_and_a_strict_policy(few_files: Path) -> None:
    for page in few_files.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"_dash|<form|<noscript|localhost|<select|type=\"submit\"", text), page
        scripts = re.findall(r"<script\b[^>]*>", text)
        assert all(re.search(r'src="[./\w-]*files/|ld\+json', script) for script in scripts), page
        policy = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert len(policy) == 1, page
        assert "default-src 'none'" in policy[0]
        assert "unsafe-inline" not in policy[0].partition("script-src")[2].partition(";")[0]


def test_the_manifest_lists_every_file(few_files: Path) -> None:
    listed = json.loads((few_files / MANIFEST).read_text(encoding="utf-8"))["files"]
    there = {str(path.relative_to(few_files)): path.stat().st_size for path in few_files.rglob("*") if path.is_file()}
    there.pop(MANIFEST)
    assert listed == there


@pytest.mark.parametrize("link", SAME_WORDS)
def test_a_file_has_the_words_of_the_served_page(with_partners: tuple[Njia, str], few_files: Path, link: str) -> None:
    app, _ = with_partners
    place = SiteFiles(app.site, few(app)).place_of(link, "en")
    assert place is not None
    served = as_file(app.server.test_client().get(link).text, FileRules(str, str, form=lambda _: ""))
    mine = (few_files / place.file).read_text(encoding="utf-8")
    mine = re.sub(r'<p class="(?:as-files|needs-live|find)">.*?</p>', "", mine)
    said, wanted = (" ".join(html.fromstring(text).find("body").text_content().split()) for text in (mine, served))
    assert said == re.sub(r" ?/lite/KE\d{3}\?lang=en", "", wanted)
    assert len(said) > 500


def test_what_is_not_written_says_so_or_leads_to_the_live_site(site_app: Njia, few_files: Path) -> None:
    page = (few_files / "en/index.html").read_text(encoding="utf-8")
    assert 'data-live title="This needs the live site.">' in page
    assert "Filters, search, forms and exports need the live site." in page
    assert "sitemap.xml" not in {path.name for path in few_files.iterdir()}, "it would have no address to name"
    places, voice = SiteFiles(site_app.site, LEAST), Voice("https://njia.example/", "https://files.example/njia/")
    served = site_app.server.test_client().get("/?lang=en", base_url=voice.live).text
    written = html_file(served, SiteFile("en/index.html", "/?lang=en"), places, voice)
    text = written.content.decode()
    assert 'href="https://njia.example/export?' in text
    assert "data-live" not in text
    assert re.search(r'property="og:image" content="https://files\.example/njia/en/[\w/]+\.png"', text)
    files = root_files(places, voice, {"en/county/KE011.html": 1})
    assert "https://files.example/njia/en/county/KE011.html" in files["sitemap.xml"].decode()
    feed = site_app.server.test_client().get("/feed.xml?lang=en", base_url=voice.live).text
    told = text_file(feed, SiteFile("en/feed.xml", "/feed.xml?lang=en"), places, voice).content.decode()
    assert 'href="https://files.example/njia/en/feed.xml"' in told


def test_a_partners_dataset_is_in_no_file(with_partners: tuple[Njia, str], few_files: Path) -> None:
    read = [path for path in few_files.rglob("*") if path.is_file()]
    assert len(read) > 80
    for path in read:
        content = path.read_bytes()
        assert with_partners[1][:12].encode() not in content, path
        assert b"dataset=partners" not in content, path


def test_a_folder_of_others_is_refused_and_ours_replaced(
    site_app: Njia, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "walk", lambda *_: {})
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataProblem, match="holds something else"):
        write_site(site_app, LEAST, Voice(), other)
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / MANIFEST).write_text('{"made_by": "njia site"}', encoding="utf-8")
    (ours / "old.html").write_text("old", encoding="utf-8")
    write_site(site_app, LEAST, Voice(), ours)
    assert not (ours / "old.html").exists()
    assert (ours / "index.html").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "ours"], "nothing is left beside"


def test_a_page_that_does_not_answer_leaves_nothing(
    site_app: Njia, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = SiteFiles.view

    def view(self: SiteFiles, state: object) -> object:
        place = broken(self, state)  # type: ignore[arg-type]
        return type(place)(place.file, "/no-such-page")

    monkeypatch.setattr(SiteFiles, "view", view)
    with pytest.raises(DataProblem, match="answers 404"):
        write_site(site_app, few(site_app), Voice(), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_the_command_refuses_what_it_cannot_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", str(tmp_path / "out"), "--lang", "fr"]) == 1
    assert main(["site", str(tmp_path / "out"), "--at", "files.example"]) == 1
    told = capsys.readouterr().err
    assert "expected languages of en, sw" in told
    assert "expected an address" in told
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def over_http(few_files: Path) -> Iterator[str]:
    """Serve the folder that holds the site's folder by Python's own server; yield the site's address."""
    port = free_port()
    served = few_files.parent.parent
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(served)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/{quote('pages of others/njia')}/"
    try:
        for _ in range(100):
            with suppress(OSError), urlopen(address, timeout=5) as answer:
                assert answer.status == 200
                break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def is_of_the_site(message: Any) -> bool:
    """Say whether an error is the site's: the browser itself looks for an icon in the root, which is another's."""
    return message.type == "error" and not message.location["url"].endswith("/favicon.ico")


@pytest.mark.soak
@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("kind", ["http", "file"])
def test_the_journeys_without_a_server(
    chromium: Any, few_files: Path, request: pytest.FixtureRequest, kind: str, scripts: bool
) -> None:
    """From the way in: both crimes, a measure, a year, roles, a county, its card, its sources, a corridor, a story."""
    start = f"{few_files.as_uri()}/" if kind == "file" else request.getfixturevalue("over_http")
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=scripts)
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text) if is_of_the_site(message) else None)
    # A page that is left while its icon still loads aborts it; what is missing fails with another word.
    page.on("requestfailed", lambda asked: None if "ABORTED" in str(asked.failure) else wrong.append(asked.url))
    page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on("request", lambda asked: None if asked.url.startswith((start, "data:")) else wrong.append(asked.url))

    def follow(link: Any, words: str, within: str = "main") -> None:
        link.first.click()
        expect(page.locator(within).first).to_contain_text(words)

    page.goto(f"{start}index.html")
    expect(page).to_have_url(f"{start}en/index.html")
    chips = page.locator("#chips")
    follow(chips.get_by_role("link", name="Trafficking", exact=True), "The map shows", "body")
    follow(chips.get_by_role("link", name="Per 100,000"), "100", "#legend")
    follow(chips.get_by_role("link", name="Events", exact=True), "events", "#legend")
    follow(page.locator('#strip a[href*="2019"]'), "2019", "#sentence")
    follow(page.locator(".questions a", has_text="Source, transit, destination?"), "By the standard rule", "#sentence")
    follow(page.locator('#map svg a[href*="KE011"], #table-part a[href*="KE011"]').last, "Isiolo", "h1")
    follow(page.get_by_role("link", name="Light card for the phone"), "Isiolo", "h1")
    assert page.locator('a[href="tel:116"]').first.is_visible()
    page.go_back()
    follow(page.get_by_role("link", name="sources of these figures"), "sources")
    page.goto(f"{start}en/view/detected_smuggling_C01.html")
    expect(page.locator("#panel h2").first).to_contain_text("C01")
    follow(page.get_by_role("link", name="Briefing", exact=True), "Briefing", "h1")
    follow(page.locator('main a[href*="isiolo.html"]'), "Isiolo")
    context.close()
    assert wrong == []


@pytest.mark.soak
@pytest.mark.browser
def test_pages_opened_once_are_there_without_a_network(chromium: Any, over_http: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{over_http}en/county/KE011.html")
    expect(page.locator("html[data-kept=yes]")).to_have_count(1, timeout=20_000)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Isiolo")
    context.close()
