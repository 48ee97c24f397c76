"""The benchmark's own arithmetic and door: percentiles, verdicts, what is kept, requests put together, a tiny load."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.benchmarks import load
from tests.benchmarks.__main__ import main
from tests.benchmarks.figures import INFO, MISS, PASS, Figure, keep, percentile, table

RECORDED = [{"url": "http://127.0.0.1:1/_dash-update-component?endId=x", "post": '{"value":"confidence=high"}'}]


def test_percentile_is_nearest_rank() -> None:
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([3.0], 0.95) == 3.0
    assert percentile([1, 2, 3, 4], 0.5) == 2
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_figure_is_judged_on_the_right_side_of_its_budget() -> None:
    assert Figure("a", "b", 10.0, "ms", 10).verdict == PASS
    assert Figure("a", "b", 10.1, "ms", 10).verdict == MISS
    assert Figure("a", "b", 399.0, "/s", 400, least=True).verdict == MISS
    assert Figure("a", "b", None, "s", 3).verdict == MISS, "a figure that could not be taken is not a pass"
    assert Figure("a", "b", 10.0, "ms").verdict == INFO
    assert Figure("a", "b", 10.0, "ms", typical=50).ratio == 5
    assert Figure("a", "b", 50.0, "/s", least=True, typical=10).ratio == 5


def test_misses_are_printed_and_kept(tmp_path: Path) -> None:
    figures = [Figure("server", "start-up", 3.2, "s", 3, note="a|b"), Figure("first view", "weight", 0.7, "MB", 0.8)]
    assert MISS in table(figures)
    keep(figures, {"processors": 2}, tmp_path)
    held = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert [one["verdict"] for one in held["figures"]] == [MISS, PASS]
    page = (tmp_path / "figures.md").read_text(encoding="utf-8")
    assert "MISS" in page
    assert "a\\|b" in page


def test_filters_differ_and_enter_the_recorded_request() -> None:
    values = {"form": ["a", "b", "c"], "confidence": ["high", "low"]}
    found = load.distinct(values, (2007, 2026), 40, 1)
    assert len(set(found)) == len(found) == 40
    assert found == load.distinct(values, (2007, 2026), 40, 1)
    (message,) = load.messages(RECORDED, "confidence=high", "form=a&from=2010&to=2011")
    head, _, body = message.partition(b"\r\n\r\n")
    assert json.loads(body) == {"value": "form=a&from=2010&to=2011"}
    assert f"Content-Length: {len(body)}".encode() in head
    assert head.startswith(b"POST /_dash-update-component?endId=x HTTP/1.1")


class Echo(BaseHTTPRequestHandler):
    """Answers 200, or 500 to a request that says “bad”."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500 if b"bad" in body else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


@pytest.fixture
def echo() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_load_counts_answers_and_errors(echo: int) -> None:
    changes = [load.messages(RECORDED, "confidence=high", query) for query in ["good"] * 30 + ["bad"] * 10]
    seen = load.run(echo, changes, connections=4, seconds=5)
    assert (seen.changes, seen.errors, len(seen.ms)) == (30, 10, 40)
    assert seen.rate > 0


def test_an_unknown_group_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "everything"])
    assert "invalid choice" in capsys.readouterr().err
