"""Every format of a view says what the brief says: opened again with somebody else's readers, and compared."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pikepdf
import pyarrow.parquet as pq
import pyogrio
import pytest
from PIL import Image
from pypdf import PdfReader

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, make_brief
from dashboard.export.model import Brief, figure_rows, figures_of, plain
from dashboard.export.poster import wrapped
from dashboard.export.text_fitting import width
from dashboard.view.site import choices_of
from dashboard.view.state import from_query
from geodata.query.world import World

VIEWS = (
    ("county", "nature=smuggling&measure=persons&county=KE011&lang=en", ()),
    ("county", "county=KE047&from=2014&to=2025&lang=sw", ()),
    ("corridor", "corridor=C01&nature=smuggling&lang=en", ()),
    ("national", "measure=rate&lang=sw", ()),
    ("compare", "lang=en", ("KE010", "KE011", "KE047")),
)
IDS = ["isiolo", "nairobi-sw", "southern-route", "kenya-sw", "compare"]
Make = Callable[[str, int], tuple[Brief, Path]]


@pytest.fixture(scope="session")
def make(world: World, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make each file once."""
    folder = tmp_path_factory.mktemp("formats")
    choices = choices_of(world)

    @cache
    def made(name: str, view: int) -> tuple[Brief, Path]:
        template, query, counties = VIEWS[view]
        brief = make_brief(world, choices, from_query(query, choices)[0], Purpose(template, counties))
        path = folder / f"{view}-{name}.{FORMATS[name].extension}"
        shares: list[float] = []
        FORMATS[name].load()(brief, world, path, shares.append)
        assert shares[-1] == 1.0
        return brief, path

    return made


def _same(found: dict[str, Any], brief: Brief) -> None:
    wanted = figures_of(brief)
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        if isinstance(value, str):
            assert found[key] == value, key
        else:
            assert float(found[key]) == pytest.approx(value), key


each = pytest.mark.parametrize("view", range(len(VIEWS)), ids=IDS)


@each
def test_csv_says_the_same(make: Make, view: int):
    brief, path = make("csv", view)
    with zipfile.ZipFile(path) as pack:
        text = pack.read("figures.csv").decode("utf-8-sig")
        said = json.loads(pack.read("manifest.json"))
    rows = list(csv.DictReader(io.StringIO(text)))
    _same({row["id"]: row["value"] or row["empty"] for row in rows}, brief)
    _carries_manifest(said, brief)


@each
def test_xlsx_says_the_same(make: Make, view: int):
    brief, path = make("xlsx", view)
    book = openpyxl.load_workbook(path)
    rows = list(book["figures"].iter_rows(values_only=True))
    _same({row[0]: row[5] if row[5] is not None else row[6] for row in rows[1:]}, brief)
    assert {"figures", "sources", "dictionary"} <= set(book.sheetnames)
    first = book.worksheets[0]
    said = {row[0]: row[1] for row in first.iter_rows(values_only=True)}
    assert said["release"] == brief.stamp.release
    assert said["disclaimer"] == brief.stamp.disclaimer
    for sheet in book:
        for row in sheet.iter_rows():
            assert not [cell.coordinate for cell in row if cell.data_type == "f"], "a cell is a formula"


@each
def test_parquet_says_the_same(make: Make, view: int):
    brief, path = make("parquet", view)
    table = pq.read_table(path)
    rows = table.to_pylist()
    _same({row["id"]: row["value"] if row["value"] is not None else row["empty"] for row in rows}, brief)
    _carries_manifest(json.loads(table.schema.metadata[b"njia"]), brief)


@each
def test_geojson_and_geopackage_says_the_same(make: Make, view: int):
    brief, path = make("geojson", view)
    body = json.loads(path.read_text(encoding="utf-8"))
    _carries_manifest(body["njia"], brief)
    counties = {f["id"]: f["properties"] for f in body["features"] if f["properties"]["kind"] == "county"}
    held = {one.pcode: (one.figure, one.value, one.empty) for one in brief.map.counties}
    assert {k: (p["figure"], p["value"], p["empty"]) for k, p in counties.items()} == held
    _, packed = make("gpkg", view)
    frame = pyogrio.read_dataframe(packed, layer="counties")
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == 47
    assert bool(frame.geometry.is_valid.all())
    for row in frame.itertuples():
        figure, value, empty = held[row.pcode]
        assert (row.figure, row.empty) == (figure, empty)
        assert (row.value if value is not None else None) == value or value is None
    with closing(sqlite3.connect(packed)) as base:
        rows = base.execute("SELECT id, value, empty FROM figures").fetchall()
        _same({key: value if value is not None else empty for key, value, empty in rows}, brief)
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"))
        said = dict(base.execute("SELECT key, value FROM manifest"))
    root = ET.fromstring(styles["counties"])  # noqa: S314 - our own text
    listed = {category.attrib["value"] for category in root.iter("category")}
    assert listed == set(frame["class"]), "every class and kind of empty has its colour in QGIS"
    assert said["release"] == brief.stamp.release


@each
def test_svg_says_the_same(make: Make, view: int):
    brief, path = make("svg", view)
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own text
    shown = {n.attrib["data-figure"]: n.attrib["data-value"] for n in root.iter() if "data-figure" in n.attrib}
    wanted = figures_of(brief)
    assert {one.figure for one in brief.map.counties} <= shown.keys()
    assert {one.id for one in brief.figures[:12]} <= shown.keys()
    for key, value in shown.items():
        assert value == plain(wanted[key]), key
    _stamped(" ".join(" ".join(root.itertext()).split()), brief)


@each
def test_pdf_says_the_same(make: Make, view: int):
    brief, path = make("pdf", view)
    pages = [" ".join(page.extract_text().replace("\u202f", " ").split()) for page in PdfReader(path).pages]
    for page in pages:
        _stamped(page, brief)
    text = re.sub(r"\s+", "", " ".join(pages))
    if brief.template != "compare":
        for figure in brief.figures:
            assert re.sub(r"\s+", "", figure.text + figure.unit) in text, figure.id
    else:
        table = brief.table("compared")
        assert table is not None
        for row in table.rows:
            assert re.sub(r"\s+", "", "".join(cell.text for cell in row.cells)) in text
    if brief.template == "county":
        assert len(pages) == 2


def _carries_manifest(said: dict[str, Any], brief: Brief) -> None:
    stamp = brief.stamp
    wanted = (stamp.release, stamp.boundaries, stamp.boundaries_licence, stamp.citation, stamp.link, stamp.as_of)
    assert tuple(said[k] for k in ("release", "boundaries", "licence", "cite", "link", "as_of")) == wanted
    assert said["cautions"] == list(brief.notes)


def _stamped(text: str, brief: Brief) -> None:
    flat = re.sub(r"\s+", "", text)
    stamp = brief.stamp
    for line in (stamp.disclaimer, stamp.help_line, stamp.as_of_line, stamp.release_line, stamp.boundaries_line):
        assert re.sub(r"\s+", "", line) in flat, line


@each
def test_the_pdf_is_tagged_and_its_fonts_are_inside(make: Make, view: int):
    brief, path = make("pdf", view)
    with pikepdf.open(path) as book:
        root = book.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith(brief.lang)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert "pdfuaid" in str(root.Metadata.read_bytes(), "utf-8"), "claims PDF/UA"
        kinds, alts = _structure(root.StructTreeRoot)
        assert {"H1", "Figure", "Table"} <= kinds
        assert alts["missing"] == 0, "a picture without words"
        assert alts["given"] > 3
        fonts = [font for page in book.pages for font in page.Resources.get("/Font", {}).values()]
        for font in fonts:
            held = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(held.FontDescriptor.keys())
            assert "/ToUnicode" in font, "text can be searched"
        assert fonts


def _structure(node: Any) -> tuple[set[str], dict[str, int]]:
    kinds: set[str] = set()
    alts = {"given": 0, "missing": 0}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(one)
        elif isinstance(one, pikepdf.Dictionary):
            kind = str(one.get("/S", "")).lstrip("/")
            kinds.add(kind)
            if kind == "Figure":
                alts["given" if str(one.get("/Alt", "")) else "missing"] += 1
            if "/K" in one:
                waiting.append(one.K)
    return kinds, alts


def test_pictures_hold_their_figures(make: Make):
    brief, path = make("png", 0)
    with Image.open(path) as picture:
        assert picture.width > 1_500
        assert json.loads(picture.text["njia-figures"]) == figures_of(brief)  # type: ignore[attr-defined]
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 50


def test_a_chart_shows_every_year(make: Make):
    brief, path = make("chart-svg", 4)
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own text
    bars = [" ".join(n.itertext()) for n in root.iter("{http://www.w3.org/2000/svg}title")]
    shown = sum(1 for said in bars if re.fullmatch(r"\d{4}: .+", said))
    assert shown == sum(1 for trend in brief.trends for s in trend.series for v in s.values if v)


def test_the_same_brief_is_the_same_bytes(make: Make, world: World, tmp_path: Path):
    for name in ("pdf", "svg", "csv", "geojson"):
        brief, path = make(name, 0)
        again = tmp_path / path.name
        FORMATS[name].load()(brief, world, again, lambda _share: None)
        assert again.read_bytes() == path.read_bytes(), name


def test_lines_fit_and_lose_nothing():
    for text in ("one two three", "x" * 400, "Kaunti ya Isiolo " * 20, "مرحبا 🚌 " * 30, ""):
        lines = wrapped(text, 12, 200)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(width(line, 12) <= 200.001 for line in lines)


def test_rows_of_figures_are_numbers_or_say_why(make: Make):
    for view in range(len(VIEWS)):
        brief, _ = make("csv", view)
        for row in figure_rows(brief):
            assert (row["value"] is None) != (row["empty"] == "") or row["empty"] == "zero", row
