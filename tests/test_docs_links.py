"""README's two tables of the link say what is there: every key of the view, every address, every page's own keys."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from dashboard.view.lens_keys import lens_keys
from dashboard.view.state import KEYS, ViewState
from geodata.query.world import open_world
from geodata.settings import DataSettings

ROOT = Path(__file__).resolve().parent.parent
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("## The link is the view", 1)[1].split("\n## ", 1)[0]
VIEW_TABLE, ADDRESS_TABLE = SECTION.split("| address |", 1)
VIEW_KEYS = {KEYS.get(field.name, field.name) for field in fields(ViewState)} - {"own"}
VIEW_KEYS |= {key for _, keys in lens_keys() for key in keys}
NOT_FOR_READERS = ("/_", "/<path:path>", "/a/", "/assets/", "/geo/", "/favicon.ico")
"""Addresses of files of ours and of Dash's, which no reader types."""
OGC_PARTS = {"/api", "/conformance", "/collections", "/collections/<name>"}
OGC_PARTS |= {"/collections/<name>/items", "/collections/<name>/items/<path:item>"}
PARTS_OF_A_PAGE = {"/lite/", "/lite/sw.js", "/lite/manifest.webmanifest", "/corrections/sw.js"}
PARTS_OF_A_PAGE |= {f"/ogc{path}" for path in OGC_PARTS}
FORM_ONLY = {"add", "go", "was", "before_from", "before_to", "after_from", "after_to", "sent", "how", "bare"}
"""Fields of forms, which become a clean link at once, and marks that our own pages set."""
SOURCES_OF = {
    "/lite": "lite/routes.py",
    "/compare.csv": "lenses/compare/query.py",
    "/change.csv": "lenses/changed/query.py",
    "/detection.csv": "lenses/looking/query.py",
    "/response.csv": "lenses/responds/rows.py",
    "/corridors/legs.csv": "lenses/ways",
    "/sources": "pages/sources/page.py",
    "/changes": "pages/release_diff.py",
    "/corrections": "pages/corrections.py",
    "/briefing": "briefing/pages.py",
    "/export": "pages/export",
    "/api/v1/find": "api",
    "/oembed": "pages/link_cards.py",
}
"""Address with keys of its own → where they are read, under dashboard/."""


def rows() -> Iterator[tuple[list[str], set[str]]]:
    """Yield the addresses and the own keys of every row."""
    for addresses, keys in re.findall(r"^\| (`/[^|]*) \|[^|]*\| ?([^|]*)\|$", ADDRESS_TABLE, re.MULTILINE):
        yield re.findall(r"`(/[^`]*)`", addresses), set(re.findall(r"`([a-z]+)`", keys))


@pytest.fixture(scope="module")
def server() -> Flask:
    return create_app(open_world(DataSettings(home=Path("/nonexistent"), vault="")), AppSettings()).server


def test_every_key_of_the_view_is_in_the_table_and_none_is_gone() -> None:
    first_column = re.findall(r"^\| (`[^|]*) \|", VIEW_TABLE, re.MULTILINE)
    assert set(re.findall(r"`([a-z]+)`", " ".join(first_column))) == VIEW_KEYS


def test_every_address_is_in_the_table_and_none_is_gone(server: Flask) -> None:
    adapter = server.url_map.bind("")
    told = {address for addresses, _ in rows() for address in addresses}
    methods = {address: adapter.allowed_methods(address) for address in told}
    assert [address for address, allowed in methods.items() if not allowed] == []
    led_to = {str(adapter.match(address, "GET", return_rule=True)[0].rule) for address in told}
    there = {
        rule.rule
        for rule in server.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(NOT_FOR_READERS)
    }
    assert there - led_to - PARTS_OF_A_PAGE == {"/export/<name>", "/export/<name>/<file>"}, "an export's own pages"
    assert led_to <= there


def keys_read(source: Path) -> set[str]:
    """Return the keys of the link that a file reads by name."""
    keys: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="get", value=holder), args=[ast.Constant(value=str(key)), *_]):
                keys |= {key} if re.search(r"^given$|request\.args$|parse_qsl", ast.unparse(holder)) else set()
            case ast.Call(func=ast.Name(id="pick"), args=[ast.Constant(value=str(key)), *_]):
                keys.add(key)
            case ast.Compare(left=ast.Constant(value=str(key)), comparators=[holder]):
                keys |= {key} if ast.unparse(holder) == "request.args" else set()
            case ast.Assign(targets=[ast.Name(id="KEYS")], value=ast.Dict(keys=names)):
                keys |= {name.value for name in names if isinstance(name, ast.Constant)}
            case ast.AnnAssign(target=ast.Name(id="readers"), value=ast.Dict(keys=names)):
                keys |= {name.value for name in names if isinstance(name, ast.Constant)}
    return keys


@pytest.mark.parametrize("address", SOURCES_OF)
def test_every_key_of_a_page_is_in_the_table_and_none_is_gone(address: str) -> None:
    place = ROOT / "dashboard" / SOURCES_OF[address]
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    told = next(keys for addresses, keys in rows() if address in addresses)
    assert set().union(*map(keys_read, files)) - told - VIEW_KEYS - FORM_ONLY - {"template", "counties"} == set()
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    written = {node.value for node in nodes if isinstance(node, ast.Constant)}
    fields_of_queries = {
        line.target.id
        for node in nodes
        if isinstance(node, ast.ClassDef) and node.name.endswith("Query")
        for line in node.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    }
    assert told <= written | fields_of_queries, "a key that README tells is read no more"


def test_every_row_with_keys_of_its_own_is_looked_after() -> None:
    told = {addresses[0] for addresses, keys in rows() if keys}
    assert told == {*SOURCES_OF, "/api/v1/indicators.json", "/ogc/"}, "the API's own pages: tests/dashboard/api"
