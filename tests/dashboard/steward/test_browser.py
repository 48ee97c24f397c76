"""The desk in a real Chromium: by mouse, by keyboard alone, on a screen and on a phone, with nothing left to guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.outside import axe_script
from tests.waiting import expect, loads, says

DESKTOP, PHONE = {"width": 1280, "height": 850}, {"width": 390, "height": 844}
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return '';
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0
    && box.bottom > 0 && box.top < innerHeight;
  return (seen ? '' : 'UNSEEN ') + one.tagName + ' ' + (one.textContent || one.name || '').trim().slice(0, 40);
}"""

pytestmark = pytest.mark.browser


class Person:
    """Somebody at the desk; everything that goes wrong on a page is kept."""

    def __init__(self, page: Any, started: Any) -> None:
        """Start watching a page."""
        self.page, self.started = page, started
        self.troubles: list[str] = []
        page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.troubles.append(str(e)))
        page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws") and parts.hostname != "127.0.0.1":
            self.troubles.append(f"left this computer: {request.url}")

    def arrive(self) -> None:
        """Use the printed address."""
        self.page.goto(self.started.url)
        self.page.wait_for_url(self.started.address + "/")

    def tab_to(self, selector: str, *, back: bool = False) -> None:
        """Press Tab until an element has the focus; wherever it goes it must be seen."""
        for _ in range(80):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            where = self.page.evaluate(FOCUS)
            assert not where.startswith("UNSEEN"), where
            if self.page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"Tab does not reach {selector}")

    def inspect(self) -> None:
        """Look at the page in both sizes: nothing sticks out, axe-core finds nothing, targets are large enough."""
        self.page.wait_for_load_state("load")
        for size in (DESKTOP, PHONE):
            self.page.set_viewport_size(size)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= size["width"], self.page.url
            self.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            self.page.evaluate(axe_script())
            found = self.page.evaluate(
                "axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html)]))"
            )
            assert found == [], self.page.url
            small = self.page.evaluate(
                "[...document.querySelectorAll('main button, main .button, main select, main summary')]"
                ".filter((b) => b.offsetParent && b.getBoundingClientRect().height < 44).map((b) => b.outerHTML)"
            )
            assert small == []
            self.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false; })")
        self.page.set_viewport_size(DESKTOP)

    def check(self) -> None:
        """Fail on anything that went wrong or left this computer."""
        assert self.troubles == []


@pytest.fixture
def person(chromium: Any, started: Any) -> Iterator[Person]:
    context = chromium.new_context(viewport=DESKTOP, accept_downloads=True, bypass_csp=True)
    someone = Person(context.new_page(), started)
    try:
        yield someone
        someone.check()
    finally:
        context.close()


def test_by_mouse(person: Person, kobo: Any) -> None:
    page = person.page
    person.arrive()
    person.inspect()
    drop_file(page, kobo(2000))
    page.wait_for_selector("form[action$=columns]")
    person.inspect()
    page.click("button.main")
    page.wait_for_selector(".counts")
    assert numbers(page) == {"accepted": 1956, "corrected": 1, "to_confirm": 40, "rejected": 3}
    person.inspect()
    with loads(page):
        page.click("a.main")
    page.click("#take-all")
    expect(page.locator("#took")).to_have_text("2 suggestions taken. Look them over, then go on.")
    person.inspect()
    page.click("button.main")
    page.wait_for_selector(".counts")
    assert numbers(page)["to_confirm"] == 0
    with page.expect_download() as taken:
        page.click("text=Download as a table")
    assert "Atlantis" not in Path(taken.value.path()).read_text(encoding="utf-8")
    page.select_option("[name=legal_basis]", "public_task")
    page.click("form[action$=store] button")
    page.wait_for_selector(".outcome.good")
    says(page, ".outcome.good", "Stored as batch 1")
    person.inspect()
    with loads(page):
        page.click("nav >> text=Stored")
    person.inspect()
    publish(person)
    page.click("text=Close the desk")
    page.wait_for_selector("h1:has-text('The desk is closed')")
    assert person.started.process.wait(20) == 0
    assert list((person.started.home / "steward").iterdir()) == []


def drop_file(page: Any, path: Path) -> None:
    """Drop a file on the page, as a hand does."""
    import base64  # noqa: PLC0415

    content = base64.b64encode(path.read_bytes()).decode()
    page.evaluate(
        """([content, name]) => {
          const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], name));
          const where = document.querySelector('#drop');
          for (const kind of ['dragover', 'drop']) {
            where.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
          }
        }""",
        [content, path.name],
    )


def numbers(page: Any) -> dict[str, int]:
    """Return the four figures of the report."""
    page.wait_for_load_state("load")
    found: dict[str, int] = page.eval_on_selector_all(
        ".counts li",
        """(all) => Object.fromEntries(all.map((one) =>
          [one.classList[0], Number(one.querySelector('b').textContent.replace(/\\D/g, ''))]))""",
    )
    return found


def publish(person: Person) -> None:
    """Publish, see what readers see, verify, withdraw."""
    page = person.page
    with loads(page):
        page.click("nav >> text=Releases")
    person.inspect()
    page.fill("form[action^='/prepare'] input[name=by]", "Amina")
    page.click("text=Prepare a release")
    page.wait_for_selector(".sentences")
    person.inspect()
    page.fill("input[name=by]", "Otieno")
    page.check("input[name=read]")
    page.click("button.main")
    page.wait_for_selector("text=The release is published.")
    person.inspect()
    assert page.locator("table.grid tbody tr").count() > 0
    cells = page.eval_on_selector_all("table.grid td:not(.off)", "(all) => all.map((c) => c.textContent)")
    assert cells
    shown = [number for cell in cells for number in re.findall(r"\d+", cell.replace("\u202f", ""))[:1]]
    assert shown
    assert all(int(number) % 5 == 0 for number in shown)
    page.click("text=Open the reader’s site")
    page.wait_for_selector("h1:has-text('The reader’s site is running')")
    with page.context.expect_page() as opened:
        page.click("a.main")
    opened.value.wait_for_selector("table", state="attached")
    assert "caseload" in opened.value.url
    opened.value.close()
    with loads(page):
        page.click("nav >> text=Releases")
    page.click("button:has-text('Verify')")
    says(page, ".outcome.good", "is whole")
    person.inspect()
    page.click("summary:has-text('Withdraw')")
    page.click("text=Yes, withdraw it for good")
    says(page, ".outcome.good", "is withdrawn")


def test_by_keyboard(person: Person, kobo: Any) -> None:
    page, press = person.page, person.page.keyboard.press
    person.arrive()
    press("Tab")
    assert "Skip" in page.evaluate(FOCUS)
    person.tab_to("#files")
    with page.expect_file_chooser() as asked:
        press("Space")
    asked.value.set_files(str(kobo(2000)))
    page.wait_for_selector("form[action$=columns]")
    person.tab_to("button.main")
    press("Enter")
    page.wait_for_selector(".counts")
    person.tab_to(".outcome a.main")
    press("Enter")
    page.wait_for_selector("h1:has-text('Counties in')")
    person.tab_to("#take-all")
    press("Space")
    person.tab_to("button.main")
    press("Enter")
    page.wait_for_selector(".counts")
    assert numbers(page)["to_confirm"] == 0
    person.tab_to("[name=legal_basis]")
    page.keyboard.type("A task")
    person.tab_to("form[action$=store] button")
    press("Enter")
    page.wait_for_selector(".outcome.good")
    person.tab_to(".outcome a.main")
    press("Enter")
    page.wait_for_selector("h1:has-text('Releases')")
    person.tab_to("form[action^='/prepare'] input[name=by]")
    page.keyboard.type("Amina")
    person.tab_to("form[action^='/prepare'] button")
    press("Enter")
    page.wait_for_selector(".sentences")
    person.tab_to("input[name=by]")
    page.keyboard.type("Otieno")
    person.tab_to("input[name=read]")
    press("Space")
    person.tab_to("button.main")
    press("Enter")
    page.wait_for_selector("text=The release is published.")
    page.goto(person.started.address + "/vault")
    person.tab_to(".sure summary")
    press("Enter")
    person.tab_to(".sure button")
    press("Enter")
    page.wait_for_selector("text=Batch 1 was taken out.")


def test_two_files_at_once_and_without_javascript(chromium: Any, started: Any, tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("county,date\nNairobi,2024-05-01\n")
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(started.url)
        page.wait_for_url(started.address + "/")
        page.set_input_files("#files", [str(tmp_path / "one.csv"), str(tmp_path / "two.csv")])
        page.click("text=Put on the desk")
        page.wait_for_selector(".on-desk")
        expect(page.locator(".on-desk li")).to_have_count(2)
        page.click(".on-desk a.button")
        page.wait_for_selector("form[action$=columns]")
        page.click("button.main")
        page.wait_for_selector(".counts")
        page.click(".outcome a.main")
        page.check("input[value=cases]")
        page.click("button.main")
        page.wait_for_selector("form[action$=store]")
        page.select_option("[name=legal_basis]", "public_task")
        page.click("form[action$=store] button")
        page.wait_for_selector(".outcome.good")
    finally:
        context.close()


def test_a_refused_upload_is_told_on_the_page(person: Person, tmp_path: Path) -> None:
    page = person.page
    person.arrive()
    page.evaluate("document.querySelector('#drop').action = '/upload?desk=wrong'")
    (tmp_path / "one.csv").write_text("county\nNairobi\n")
    page.set_input_files("#files", str(tmp_path / "one.csv"))
    page.wait_for_selector(".told")
    says(page, ".told", "nothing was done")
    person.troubles = [one for one in person.troubles if "403" not in one]


def test_a_page_of_another_site_cannot_speak_to_the_desk(person: Person) -> None:
    """A page on another port of this computer (same site, another origin) posts a form and reads with fetch."""
    import http.server  # noqa: PLC0415
    import threading  # noqa: PLC0415

    target = person.started.address

    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<form method="post" action="{target}/close"><button>x</button></form>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        person.arrive()
        page = person.page
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        read = page.evaluate(
            "(target) => fetch(target + '/', {credentials: 'include'}).then((r) => r.text()).catch(() => 'refused')",
            target,
        )
        assert read == "refused"
        page.click("button")
        page.wait_for_selector("h1:has-text('This did not come from the desk')")
        assert person.started.process.poll() is None
    finally:
        server.shutdown()
    person.troubles = []
