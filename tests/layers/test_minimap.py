"""Small maps: shared paths are written once, each picture says what it shows, nothing passes unescaped."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from layers.minimap import Fill, Mark, minimap, minimap_defs

PATHS = {"KE001": "M0 0h10v10z", "KE002": "M10 0h10v10z"}
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - ours


def test_shared_paths_are_written_once_and_used_by_reference():
    defs = parsed(minimap_defs(PATHS, {"border": "M0 0h20", "coast": "M0 0h1"}))
    ids = [node.get("id") for node in defs.iter() if node.get("id")]
    assert {"m-KE001", "m-KE002", "m-border", "m-rise", "m-rise-l", "njia-hatch"} <= set(ids)
    assert "m-coast" not in ids
    assert len(ids) == len(set(ids))
    picture = parsed(minimap(list(PATHS), {"KE001": Fill("#123456")}, 20, 10, "t", "d", lines={"border": ""}))
    assert [use.get("href") for use in picture.iter(f"{SVG}use")] == ["#m-KE001", "#m-KE002", "#m-border"]
    assert not list(picture.iter(f"{SVG}path"))


def test_a_picture_alone_carries_its_own_paths_and_its_words():
    fills = {"KE001": Fill("#123456", "rise", "Mombasa: <3>", edge="#000000"), "KE002": Fill(pattern="njia-hatch")}
    text = minimap(PATHS, fills, 20, 10, "Ti&tle", "What", marks=[Mark(5, 5, "A<")], ident="one")
    picture = parsed(text)
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "one-t"
    assert [node.text for node in picture.iter(f"{SVG}title")] == ["Ti&tle", "Mombasa: <3>"]
    assert [path.get("fill") for path in picture.iter(f"{SVG}path")] == [
        "#123456", "url(#m-rise)", "url(#njia-hatch)", None,
    ]  # fmt: skip
    assert next(picture.iter(f"{SVG}text")).text == "A<"


def test_links_make_a_group_of_named_links_in_order():
    links = {"KE002": "/x?a=1&b=2", "KE001": "/y"}
    picture = parsed(minimap(list(PATHS), {"KE002": Fill(words="Kwale: 2")}, 20, 10, "t", "d", links))
    assert picture.get("role") == "group"
    found = [(a.get("href"), a.get("aria-label")) for a in picture.iter(f"{SVG}a")]
    assert found == [("/y", "KE001"), ("/x?a=1&b=2", "Kwale: 2")]


def test_a_map_of_47_counties_by_reference_is_light():
    codes = [f"KE{i:03d}" for i in range(1, 48)]
    fills = {code: Fill("#4A1259", "rise", f"County {code}: 12 events, 210 persons") for code in codes}
    assert len(minimap(codes, fills, 320, 400, "t", "d")) < 12_000
