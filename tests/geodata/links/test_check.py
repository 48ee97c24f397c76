"""Links are checked against a server on loopback: nothing here leaves the machine."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from geodata.links import ledger
from geodata.links.check import CheckPlan, check, dead
from geodata.links.ledger import LinkRow, LinkState
from geodata.links.visit import MOST_BYTES, Visitor, is_public_host
from geodata.settings import DataSettings
from geodata.values import DataProblem

DAY = date(2026, 11, 28)
PAGE = b"<html>what was reported</html>"


class Site(http.server.BaseHTTPRequestHandler):
    """Pages that live, are gone, fail, lead elsewhere, or are not for programs."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer by the path."""
        type(self).seen.append(self.path)
        port = self.server.server_address[1]
        if self.path == "/robots.txt":
            self._send(200, b"User-agent: *\nDisallow: /private\n")
        elif self.path.startswith("/archive"):
            found = {"closest": {"available": True, "url": "http://web.archive.org/web/2020/x"}}
            self._send(200, json.dumps({"archived_snapshots": found if "gone" in self.path else {}}).encode())
        elif self.path == "/elsewhere":
            self._send(302, b"", f"http://127.0.0.1:{port}/page")
        elif self.path == "/inside":
            self._send(302, b"", "http://169.254.169.254/latest")
        elif self.path == "/round":
            self._send(302, b"", "/round")
        elif self.path == "/script":
            self._send(302, b"", "javascript:alert(1)")
        elif self.path == "/large":
            self._send(200, b"x" * (MOST_BYTES + 100_000))
        else:
            code = {"/page": 200, "/gone": 404, "/fails": 500, "/login": 403}.get(self.path, 200)
            self._send(code, PAGE if code == 200 else b"no")

    def _send(self, code: int, body: bytes, to: str = "") -> None:
        self.send_response(code)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.seen = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    return DataSettings(home=tmp_path, vault="duckdb:///none")


def visitor() -> Visitor:
    return Visitor(allowed=lambda host: host in ("127.0.0.1", "localhost"), pause_s=0)


def run(settings: DataSettings, urls: list[str], *, on: date = DAY, archive: str = "", days: int | None = None):
    ticks: list[str] = []
    sources = [(url.rsplit("/", 1)[-1], url) for url in urls]
    links = check(
        settings, sources, CheckPlan(on, archive=archive, older_than=days), visitor(),
        lambda done, total, link: ticks.append(f"{done}/{total} {link.source_id}"),
    )  # fmt: skip
    return links, ticks


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("/page", LinkState.ALIVE),
        ("/gone", LinkState.GONE),
        ("/fails", LinkState.FAILING),
        ("/login", LinkState.REFUSED),
        ("/private/x", LinkState.REFUSED),
        ("/inside", LinkState.REFUSED),
        ("/round", LinkState.FAILING),
        ("/script", LinkState.NOT_A_PAGE),
    ],
)
def test_a_visit_says_what_it_found(site: str, path: str, state: LinkState) -> None:
    assert visitor().visit(site + path).state is state


def test_what_robots_forbid_is_never_asked_for(site: str) -> None:
    visitor().visit(site + "/private/x")
    assert Site.seen == ["/robots.txt"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://example.org/a", "nothing"])
def test_only_web_pages_are_visited(url: str) -> None:
    assert visitor().visit(url).state is LinkState.NOT_A_PAGE


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "[", ""]
)
def test_machines_inside_the_house_are_not_public(host: str) -> None:
    assert not is_public_host(host)


def test_nobody_there_is_unreachable_at_first_and_dead_after_two_weeks(settings: DataSettings) -> None:
    url = "http://127.0.0.1:9/none"
    links, _ = run(settings, [url])
    assert links["none"].state is LinkState.UNREACHABLE
    assert not dead(links.values())
    links, _ = run(settings, [url], on=DAY + timedelta(days=14))
    assert [link.source_id for link in dead(links.values())] == ["none"]
    assert links["none"].failing_since == DAY


def test_a_page_is_kept_privately_under_its_hash_and_the_ledger_reads_back(settings: DataSettings, site: str) -> None:
    links, ticks = run(settings, [site + "/page", site + "/elsewhere"])
    page = links["page"]
    digest = hashlib.sha256(PAGE).hexdigest()
    assert (page.sha256, page.size, page.status, page.last_alive, page.copy) == (digest, len(PAGE), 200, DAY, digest)
    kept = ledger.folder(settings) / ledger.COPIES / digest
    assert kept.read_bytes() == PAGE
    assert kept.stat().st_mode & 0o077 == 0
    assert links["elsewhere"].final_url == site + "/page"
    assert ledger.read(settings) == links
    assert ticks == ["1/2 page", "2/2 elsewhere"]


def test_a_page_that_goes_keeps_its_copy_and_gets_its_archived_address(settings: DataSettings, site: str) -> None:
    alive = LinkRow("gone", site + "/gone", LinkState.ALIVE, 200, DAY, DAY, sha256="a" * 64, size=3, copy="a" * 64)
    ledger.write(settings, {"gone": alive})
    links, _ = run(settings, [site + "/gone", site + "/page"], archive=site + "/archive?url=")
    gone = links["gone"]
    assert gone.dead
    assert (gone.copy, gone.last_alive, gone.failing_since) == ("a" * 64, DAY, DAY)
    assert gone.archive_url == "https://web.archive.org/web/2020/x"
    assert links["page"].archive_url == ""


def test_what_was_visited_lately_is_left_out(settings: DataSettings, site: str) -> None:
    run(settings, [site + "/page"])
    Site.seen.clear()
    run(settings, [site + "/page"], on=DAY + timedelta(days=6), days=7)
    assert not Site.seen
    run(settings, [site + "/page"], on=DAY + timedelta(days=7), days=7)
    assert "/page" in Site.seen


def test_a_page_without_end_is_cut(site: str) -> None:
    visit = visitor().visit(site + "/large")
    assert visit.state is LinkState.ALIVE
    assert len(visit.body) <= MOST_BYTES


def test_one_host_is_given_time_between_two_visits(site: str) -> None:
    naps: list[float] = []
    polite = Visitor(allowed=lambda _host: True, pause_s=2.0, clock=lambda: 100.0, sleep=naps.append)
    polite.visit(site + "/page")
    assert naps == [2.0]


def test_a_damaged_ledger_is_refused_in_one_sentence(settings: DataSettings) -> None:
    ledger.folder(settings).mkdir()
    (ledger.folder(settings) / ledger.LINKS).write_text("source_id,url\na,b\n", encoding="utf-8")
    with pytest.raises(DataProblem, match="row 1: this is not a row of the ledger of links"):
        ledger.read(settings)
