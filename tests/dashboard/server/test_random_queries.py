"""Any query string, as the network may bring it: a page or a file, never a fault."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import Njia
from dashboard.view.state import from_query, to_query
from tests.dashboard.server.test_web import API, shown

KEYS = (
    "lang", "dataset", "nature", "measure", "from", "to", "t", "form", "nationality", "confidence", "role", "rule",
    "grade", "layers", "extent", "county", "corridor", "sex", "age", "beside",
)  # fmt: skip
VALUES = (
    "", "trafficking", "smuggling", "both", "incidents", "rate", "2007", "2018", "2026", "1999", "all", "none", "ETH",
    "ETH,SOM", "unknown", "high", "transit", "source,destination", "strict", "loose", "C", "corridors", "gulf", "KE011",
    "KE047", "KE048", "ke011", "C01", "C99", "smuggling_transit", "public", "vault", "sw", "-1", "1e9", "0x7E2",
    "٢٠٢٠",
    "\x00", "..", "../../etc/passwd", "<script>alert(1)</script>", "'; DROP TABLE cells; --", "{{7*7}}", "%s%n", "🛶",
    "a" * 3000, "=1+1", "null", "NaN", "\r\nSet-Cookie: a=b", "\u202e\ufeff", "2018,2019", "trafficking,",
)  # fmt: skip


def random_query(draw: random.Random) -> str:
    """Return a query string as the network may bring it: bytes, shown as latin-1."""
    kind = draw.random()
    if kind < 0.15:
        return bytes(draw.randrange(256) for _ in range(draw.randrange(200))).decode("latin-1")
    if kind < 0.2:
        return (
            "&".join(f"{draw.choice(KEYS)}={draw.choice(VALUES)[:9]}" for _ in range(2000)).encode().decode("latin-1")
        )
    pairs = [(draw.choice(KEYS), draw.choice(VALUES)) for _ in range(draw.randrange(1, 9))]
    if kind < 0.3:
        pairs = [("".join(chr(draw.randrange(1, 0x2FFF)) for _ in range(4)), value) for _, value in pairs]
    text = urlencode(pairs, errors="replace") if kind < 0.9 else "&".join("=".join(pair) for pair in pairs)
    return text.encode().decode("latin-1")


def queries(seed: int, n: int) -> list[str]:
    draw = random.Random(seed)
    return [random_query(draw) for _ in range(n)]


def get(client: FlaskClient, path: str, query: str = "", **options: Any) -> Any:
    return client.get(path, environ_overrides={"QUERY_STRING": query}, **options)


def status_of(query: str) -> int:
    """Return how a page answers a query: 404 where it names a dataset that is not here, whatever else it says."""
    text = query.encode("latin-1").decode("utf-8", "replace")
    given = dict(reversed(parse_qsl(text, keep_blank_values=True)))  # the first of several counts
    return 404 if {given.get(key, "") for key in ("dataset", "beside")} - {"", "public"} else 200


def test_ten_thousand_random_queries_are_read(app: Njia):
    choices = app.site.choices
    for query in queries(20_261_122, 10_000):
        text = query.encode("latin-1").decode("utf-8", "replace")
        view, _ = from_query(text, choices)
        assert from_query(to_query(view, choices), choices) == (view, ()), text


def test_random_queries_give_pages(client: FlaskClient):
    for query in queries(1, 60):
        answer = get(client, "/", query)
        assert answer.status_code == status_of(query), query
        page = answer.get_data(as_text=True)
        assert len(shown(page)) == (47 if answer.status_code == 200 else 0), query
        assert "<script>alert" not in page
        assert "Set-Cookie" not in answer.headers


@pytest.mark.soak
def test_ten_thousand_random_queries_give_pages(client: FlaskClient):
    for query in queries(2, 10_000):
        assert get(client, "/", query).status_code == status_of(query), query


@pytest.mark.parametrize("name", API)
def test_random_queries_give_files(client: FlaskClient, name: str):
    for query in queries(3, 60):
        assert get(client, f"/api/v1/{name}", query).status_code == status_of(query), query


def test_random_words_are_looked_for(client: FlaskClient):
    for query in queries(4, 60):
        for asked in (query, f"q={quote(query[:200])}"):
            answer = get(client, "/api/v1/find", asked)
            if answer.status_code == 400:
                assert answer.get_json()["error"], asked
                continue
            assert answer.status_code == status_of(asked), asked
    for short in ("isolo", "KE011", "🛶", "'; DROP TABLE cells; --", "<script>alert(1)</script>", "% _"):
        assert get(client, "/api/v1/find", f"q={quote(short)}&lang=en").status_code == 200, short
