"""The map page as it is sent: light enough for a bad link, and its header keeps the view."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient

from dashboard.lenses import lenses
from dashboard.server.app import Njia
from dashboard.view.reducer import rules
from dashboard.view.state import from_query
from dashboard.workspace.layout import controls, layout

HTML_BYTES = 32_768
"""DESIGN §8: what the page may weigh on the wire, at the level the server compresses at."""


@pytest.fixture
def client(app: Njia) -> FlaskClient:
    return app.server.test_client()


def header_links(client: FlaskClient, path: str) -> dict[str, str]:
    """Return path → query of the header's links to pages."""
    page = client.get(path).get_data(as_text=True)
    nav = re.search(r'<nav class="site-pages".*?</nav>', page, re.DOTALL)
    assert nav is not None
    return dict(re.findall(r'href="(/[^?"]*)\?([^"]*)"', nav[0].replace("&amp;", "&")))


VIEWS = ("", "&county=KE011", "&county=KE047", "&corridor=C01", "&nature=trafficking")


@pytest.mark.parametrize("lens", list(lenses()))
def test_the_first_paint_of_every_question_weighs_at_most_32_kb(client: FlaskClient, lens: str) -> None:
    for lang, view in product(("en", "sw"), VIEWS):
        answer = client.get(f"/?lang={lang}&lens={lens}{view}", headers={"Accept-Encoding": "br"})
        assert answer.headers["Content-Encoding"] == "br"
        assert len(answer.get_data()) <= HTML_BYTES, (lang, view)
        assert len(re.findall("data-pcode=", brotli.decompress(answer.get_data()).decode())) == 47


def components(part: Any) -> Iterator[Any]:
    """Yield a component of Dash and all that stand in it."""
    for each in part if isinstance(part, (list, tuple)) else [part]:
        if hasattr(each, "to_plotly_json"):
            yield each
            yield from components(getattr(each, "children", None) or [])


def test_every_id_that_a_callback_names_stands_in_the_layout(app: Njia) -> None:
    """Dash does not check ids itself (it would send the whole layout with every page): here they are checked."""
    state, _ = from_query("", app.site.choices)
    mounted = [*components(layout(app.site)), *components(controls(app.site, state))]
    there = {json.dumps(c.id, sort_keys=True) for c in mounted if getattr(c, "id", None) is not None}
    kinds = {json.loads(name)["type"] for name in there if name.startswith("{")}
    named = set()
    for output, callback in app.callback_map.items():
        named |= {each["id"] for each in (*callback["inputs"], *callback["state"])}
        named |= {each.rsplit(".", 1)[0] for each in output.strip(".").split("...")}
    assert len(named) > 15
    for name in named:
        wild = name.startswith("{") and json.loads(name)["type"] in kinds
        assert wild or json.dumps(name) in there, name


def test_the_tables_of_the_reducer_reach_the_browser_in_their_order(app: Njia, client: FlaskClient) -> None:
    answer = client.get("/workspace/start?lang=sw")
    told = answer.get_json()["rules"]
    view, _ = from_query("lang=sw", app.site.choices)
    expected = rules(app.site.choices, view)
    assert list(told["parts"].items()) == list(expected["parts"].items())
    assert list(told["defaults"].items()) == list(expected["defaults"].items())
    again = client.get("/workspace/start?lang=sw", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_long_parts_of_the_panel_are_fetched_when_opened_and_lead_to_the_countys_page(client: FlaskClient) -> None:
    page = client.get("/?lang=en&county=KE047").get_data(as_text=True)
    parts = dict(re.findall(r'data-part="panel/(\w+)".*?href="(/county/KE047[^"]*)"', page, re.DOTALL))
    assert set(parts) == {"source", "transit", "destination", "corridors", "responses", "events"}
    for name, path in parts.items():
        whole = client.get(f"/workspace/panel/{name}?lang=en&county=KE047").get_data(as_text=True)
        assert whole.count("<li") > 2, name
        assert f'id="{path.partition("#")[2]}"' in client.get(path).get_data(as_text=True), name
        assert client.get(f"/workspace/panel/{name}?lang=en").status_code == 404
    assert client.get("/workspace/panel/secrets?lang=en&county=KE047").status_code == 404


def test_no_page_carries_what_dash_checks_ids_against(client: FlaskClient) -> None:
    page = client.get("/?lang=en").get_data(as_text=True)
    assert "validation_layout" not in page
    assert re.search(r'"Offcanvas":\["', page), "where children may stand is told for what is mounted"


@pytest.mark.parametrize("path", ["/", "/sources", "/about", "/briefing"])
def test_the_header_keeps_nature_period_and_county(client: FlaskClient, path: str) -> None:
    links = header_links(client, f"{path}?lang=en&nature=smuggling&from=2018&to=2024&county=KE011&measure=persons")
    kept = "nature=smuggling&from=2018&to=2024&county=KE011&lang=en"
    assert links == dict.fromkeys(("/", "/lite", "/briefing", "/sources", "/about"), kept)


def test_the_header_of_a_plain_page_is_plain_and_repeats_no_nonsense(client: FlaskClient) -> None:
    assert set(header_links(client, "/?lang=sw").values()) == {"lang=sw"}
    nonsense = "/about?lang=en&nature=%22%3E&from=20x8&county=KE999&to="
    assert set(header_links(client, nonsense).values()) == {"lang=en"}
