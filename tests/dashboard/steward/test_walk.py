"""A steward's whole walk in a real browser: 3,000 cases, two people, late reports, a file taken out, a restatement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geodata.demo import cases as demo
from geodata.demo import files as demo_files
from geodata.facts import counties
from geodata.settings import from_environment
from tests.waiting import loads, says

pytestmark = pytest.mark.browser
RECORDS, LATE = 3_000, 200


@pytest.fixture
def registers(tmp_path: Path) -> tuple[Path, Path]:
    """Write a register as partners send it, and one of late reports on other persons."""
    table = counties.load(from_environment({"NJIA_HOME": str(tmp_path)}))
    names = dict(zip(table["pcode"], table["name"], strict=True))
    everything = demo_files.messy(next(demo.caseload(RECORDS + LATE, 7)), names, 7)
    paths = tmp_path / "register.csv", tmp_path / "late.csv"
    everything[:RECORDS].write_csv(paths[0])
    everything[RECORDS:].write_csv(paths[1])
    return paths


@pytest.fixture
def page(chromium: Any, started: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 850}, accept_downloads=True)
    tab = context.new_page()
    tab.goto(started.url)
    tab.wait_for_url(started.address + "/")
    try:
        yield tab
    finally:
        context.close()


def bring(page: Any, home: str, path: Path) -> str:
    """Import a file; returns what the desk says of it."""
    page.goto(home)
    page.set_input_files("#files", str(path))
    page.wait_for_selector("form[action$=columns]")
    page.click("button.main")
    page.wait_for_selector("form[action$=store]")
    page.select_option("[name=legal_basis]", "public_task")
    page.click("form[action$=store] button")
    page.wait_for_selector(".outcome.good")
    page.wait_for_load_state("load")
    return str(page.inner_text(".outcome.good"))


def prepare(page: Any, *, restate: bool = False) -> None:
    with loads(page):
        page.click("nav >> text=Releases")
    page.fill("form[action^='/prepare'] input[name=by]", "Person One")
    if restate:
        page.check("form[action^='/prepare'] input[name=restate]")
    page.click("text=Prepare a release")


def approve(page: Any) -> None:
    page.wait_for_selector(".sentences")
    says(page, ".sentences", "10⁻⁶")
    page.fill("input[name=by]", "Person Two")
    page.check("input[name=read]")
    page.click("button.main")
    page.wait_for_selector("text=The release is published.")


def test_a_steward_walks_from_a_file_to_a_restatement(page: Any, started: Any, registers: tuple[Path, Path]) -> None:
    assert "3\u202f000 persons" in bring(page, started.address + "/", registers[0])
    prepare(page)
    approve(page)
    page.click("text=Open the reader’s site")
    page.wait_for_selector("h1:has-text('The reader’s site is running')")
    site = page.get_attribute("a.main", "href")
    assert site
    base = site.split("/?")[0]
    reader = page.context.new_page()
    reader.goto(site)
    assert "persons in the caseload" in reader.inner_text("main")
    for kind in ("csv", "pptx", "svg"):
        reader.goto(f"{base}/export/to/{kind}?dataset=caseload&county=KE047&nature=trafficking")
        reader.click("#take-form button.main")
        with reader.expect_download() as taken:
            reader.click("a[download], a[href^='/export/'][href*='/njia-']")
        assert Path(taken.value.path()).stat().st_size > 1_000

    assert "200 persons" in bring(page, started.address + "/", registers[1])
    prepare(page)
    approve(page)
    with loads(page):
        page.click("nav >> text=Stored")
    page.click(".sure summary >> nth=0")
    page.click(".sure button >> nth=0")
    page.wait_for_selector("text=These change when every case is measured again")
    prepare(page)
    page.wait_for_selector("text=Nothing is new since this release")
    prepare(page, restate=True)
    approve(page)
    with loads(page):
        page.click("nav >> text=Releases")
    assert "ε 5.8 of 8" in page.inner_text("main") or "ε 5.9 of 8" in page.inner_text("main")
