"""A briefing in the room: keys, notes, phones, no network; and the same story from a stick without a server."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from dashboard.briefing.pages import qr, story_of
from dashboard.bundle.gather import bundle, one_step
from dashboard.bundle.write import write
from dashboard.export.typeset import png
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from geodata.settings import DataSettings
from geodata.values import DataProblem
from tests.outside import axe_script, needs_axe
from tests.waiting import expect, idle, says

pytestmark = pytest.mark.browser
TITLE = ".step.now h1"


@pytest.fixture(scope="module")
def app() -> Any:
    return create_app(open_world(DataSettings(home=Path("/nonexistent"), vault="")), AppSettings())


def test_a_story_from_start_to_end_with_the_network_cut(browse: Callable[..., Any]):
    reader = browse()
    page = reader.page
    page.goto(f"{reader.address}/briefing?story=kenya&lang=en")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    seen = [page.inner_text(TITLE)]
    for key in ("ArrowRight", "PageDown", " ", "Enter", "ArrowDown", "PageDown", "PageDown"):
        page.keyboard.press(key)
        expect(page.locator(TITLE)).not_to_have_text(seen[-1])
        seen.append(page.inner_text(TITLE))
        assert page.is_visible(".step.now .stamp")
        assert page.is_visible(".step.now .picture > svg")
        assert len(page.query_selector_all(".step.now .picture > svg path")) > 60
    assert page.query_selector("iframe") is None, "no step shows a web page inside a slide"
    assert len(set(seen)) == 8
    page.keyboard.press("ArrowRight")
    idle(page)
    assert page.inner_text(TITLE) == seen[-1], "after the last step comes nothing"
    page.keyboard.press("Home")
    expect(page.locator(TITLE)).to_have_text(seen[0], use_inner_text=True)
    page.keyboard.press("b")
    expect(page.locator("main")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("main")).to_be_visible()
    page.context.set_offline(False)
    reader.check()


def test_the_presenters_window_follows_and_leads(browse: Callable[..., Any]):
    reader = browse()
    page = reader.page
    page.goto(f"{reader.address}/briefing?story=isiolo&lang=sw")
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    notes = opened.value
    notes.wait_for_load_state()
    assert re.fullmatch(r"\d+:\d\d", notes.inner_text("#elapsed"))
    page.keyboard.press("ArrowRight")
    notes.wait_for_selector("#step-2.now")
    says(notes, "#step-2", "Wengi wa watu hawa")
    notes.click("[data-go=next]")
    page.wait_for_selector("#step-3.now")
    expect(notes.locator("#elapsed")).not_to_have_text("0:00")
    reader.check()


@needs_axe
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("path", ["/briefing", "/briefing?story=isiolo", "/briefing/phone?story=coast&step=1",
                                  "/briefing/notes?story=kenya"])  # fmt: skip
def test_axe_finds_nothing(browse: Callable[..., Any], path: str, size: tuple[int, int]):
    reader = browse(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    page = reader.page
    page.goto(reader.address + path)
    page.evaluate(axe_script())
    found = page.evaluate("async () => (await axe.run(document, {iframes: false})).violations")
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size[0]


def test_without_scripts_the_steps_follow_one_another(browse: Callable[..., Any]):
    reader = browse(java_script_enabled=False)
    page = reader.page
    page.goto(f"{reader.address}/briefing?story=coast&lang=en")
    assert all(one.is_visible() for one in page.query_selector_all(".step h1"))
    assert not page.is_visible(".controls")
    assert all(picture.is_visible() for picture in page.query_selector_all(".step .picture > svg"))
    assert len(page.query_selector_all(".step .picture > svg")) == 6


def test_a_code_opens_the_step_on_a_second_browser(browse: Callable[..., Any]):
    reader = browse(viewport={"width": 390, "height": 844})
    address = f"{reader.address}/b/isiolo/2"
    picture = Image.open(io.BytesIO(png(str(qr(address)), 300, 300, 150)))
    read = zxingcpp.read_barcodes(picture.convert("RGB"))
    assert [one.text for one in read] == [address]
    heavy: list[int] = []
    reader.page.on("response", lambda answer: heavy.append(len(answer.body()) if answer.status == 200 else 0))
    reader.page.goto(read[0].text)
    assert "What was found in Isiolo" in reader.page.inner_text("h1")
    assert reader.page.is_visible(".picture svg")
    reader.check()


def test_a_stick_needs_no_server(app: Any, chromium: Any, tmp_path: Path):
    story = story_of(app.site, "isiolo")
    folder = write(bundle(app.server, app.site, story, "en"), tmp_path / "stick")
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    try:
        page = context.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto((folder / "index.html").as_uri())
        titles = [page.inner_text(TITLE)]
        for _ in range(4):
            page.keyboard.press("ArrowRight")
            expect(page.locator(TITLE)).not_to_have_text(titles[-1])
            titles.append(page.inner_text(TITLE))
        assert len(set(titles)) == 5
        assert "Who trains officials" in titles[3]
        assert page.query_selector("iframe") is None
        page.keyboard.press("ArrowLeft")
        expect(page.locator(TITLE)).to_have_text(titles[-2], use_inner_text=True)
        assert page.is_visible(".step.now .picture > svg")
        for file in sorted(folder.rglob("*.html")):
            page.goto(file.as_uri())
            assert len(page.inner_text("body")) > 200, file.name
            for link in page.eval_on_selector_all("a[href]", "(all) => all.map((a) => a.getAttribute('href'))"):
                assert not link.startswith("/"), (file.name, link)
                if "://" not in link and not link.startswith(("#", "mailto:", "sms:", "tel:", "about:blank")):
                    assert (folder / link.split("#")[0].split("?")[0]).exists(), (file.name, link)
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert wrong == []
    finally:
        context.close()
    assert (folder / "county-KE011.html").is_file()
    assert list((folder / "data").glob("step-2-*.csv"))


def test_a_link_makes_a_story_of_one_step(app: Any):
    story = one_step(app.site, "http://127.0.0.1:8050/?county=KE010&nature=smuggling&lang=en", "en")
    files = bundle(app.server, app.site, story, "en")
    assert {"index.html", "county-KE010.html", "manifest.json"} <= set(files)
    for link, said in (("/?county=KE999", "county=KE999"), ("no link", "neither a story's name")):
        with pytest.raises(DataProblem, match=said):
            one_step(app.site, link, "en")
