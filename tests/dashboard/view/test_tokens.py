"""Colours stand in `layers.theme` alone: the style sheets take them from tokens.css, the scripts from the page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from dashboard.settings import ASSETS
from dashboard.web.static import BUNDLES, bundle
from dashboard.web.tokens import TOKENS, tokens_css
from layers.theme import EMPTIES, LAND, LOOKS, WHITE

COLOUR = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)
ALONE = ("css/njia.css", "css/briefing.css", "css/lite.css")
PLAIN = {"#fff", "#000"}


def test_the_written_file_is_that_of_the_theme() -> None:
    written = (ASSETS / "css" / "tokens.css").read_text(encoding="utf-8")
    assert written == tokens_css(), "run `make fmt`: layers/theme.py has changed"


@pytest.mark.parametrize("path", sorted((ASSETS / "css").rglob("*.css")), ids=lambda path: path.name)
def test_a_colour_of_the_theme_is_written_nowhere_else(path: object) -> None:
    text = path.read_text(encoding="utf-8").lower()  # type: ignore[attr-defined] # a Path
    if path.name != "tokens.css":  # type: ignore[attr-defined]
        assert not set(COLOUR.findall(text)) & {colour.lower() for colour in TOKENS.values()}
        assert ":root" not in text


@pytest.mark.parametrize("name", BUNDLES)
def test_a_sheet_that_stands_alone_has_the_colours_first(name: str) -> None:
    assert bundle(ASSETS, name).startswith(tokens_css().encode()) == (name in ALONE)


def test_every_custom_property_that_is_used_is_a_token() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ASSETS / "css").rglob("*.css"))
    own = set(re.findall(r"^\s*--([a-z-]+):", text, re.MULTILINE))
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ASSETS / "js").glob("*.js"))
    own |= set(re.findall(r'setProperty\("--([a-z-]+)"', scripts))
    assert set(re.findall(r"var\(--([a-z-]+)", text)) <= own
    assert set(TOKENS) <= own


def test_scripts_write_no_colour_and_get_the_looks_of_emptiness_from_the_page(client: FlaskClient) -> None:
    for path in (ASSETS / "js").glob("*.js"):
        assert set(COLOUR.findall(path.read_text(encoding="utf-8"))) <= PLAIN, path.name
    call = {
        "output": "..controls.children...words.data..",
        "outputs": [{"id": "controls", "property": "children"}, {"id": "words", "property": "data"}],
        "inputs": [{"id": "scope", "property": "data", "value": "lang=en"}],
        "changedPropIds": ["scope.data"],
    }
    fixed = client.post("/_dash-update-component", json=call).get_json()["response"]["words"]["data"]
    # On this map a zero is plain paper, with one small 0 where the county's name stands.
    looks = {code: look.fill for code, look in LOOKS.items()} | {"z": WHITE}
    assert {look["code"]: look["fill"] for look in fixed["empties"]} == looks
    assert fixed["empties"][-1]["fill"] == LAND
    assert [look["code"] for look in fixed["empties"]][:-1] == [look.code for look in EMPTIES]
