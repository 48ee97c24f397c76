"""The deck, opened again with python-pptx: figures, maps, charts, notes; and what does not fit or is not a template."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches
from pypdf import PdfReader

from dashboard.export.brief import from_link
from dashboard.export.model import Brief, figures_of
from dashboard.export.pptx import make
from dashboard.export.text_fitting import clean, fitted, height, lines, right_to_left
from dashboard.view.site import choices_of
from geodata.query.world import World
from geodata.values import DataProblem
from layers.theme import PAPER

LINKS = {
    "county": "/?county=KE011&nature=smuggling&lang=en",
    "county-sw": "/?county=KE047&measure=persons&lang=sw",
    "corridor": "/?corridor=C01&nature=smuggling&lang=en",
    "national": "/?measure=rate&lang=sw",
    "compare": "/?counties=KE010,KE011,KE047&measure=persons&nature=smuggling&lang=en",
}
Deck = Callable[[str], tuple[Brief, Path]]


@pytest.fixture(scope="module")
def deck(world: World, tmp_path_factory: pytest.TempPathFactory) -> Deck:
    """Make each deck once."""
    folder, choices = tmp_path_factory.mktemp("decks"), choices_of(world)

    @cache
    def made(name: str) -> tuple[Brief, Path]:
        brief = from_link(world, choices, LINKS[name])
        path = folder / f"{name}.pptx"
        make(brief, world, path, lambda _share: None)
        return brief, path

    return made


def everything(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from everything(shape.shapes)


def descriptions(shape: Any) -> str:
    return str(shape._element.xpath(".//p:cNvPr")[0].get("descr") or "")


@pytest.mark.parametrize("name", LINKS)
def test_figures_are_those_of_the_brief(deck: Deck, name: str) -> None:
    brief, path = deck(name)
    wanted = {figure.id: figure for figure in brief.figures}
    seen: dict[str, str] = {}
    for slide in Presentation(str(path)).slides:
        for shape in everything(slide.shapes):
            if shape.name.startswith("figure "):
                seen[shape.name.removeprefix("figure ")] = shape.text_frame.text
    assert seen or name == "compare"
    assert {one: wanted[one].text for one in seen} == seen


@pytest.mark.parametrize("name", LINKS)
def test_the_map_is_47_named_shapes_with_what_they_say(deck: Deck, name: str) -> None:
    brief, path = deck(name)
    group = next(one for one in Presentation(str(path)).slides[0].shapes if one.name == "map")
    inside = {shape.name: shape for shape in group.shapes}
    for one in brief.map.counties:
        shape = inside[f"{one.pcode} {one.name}"]
        assert shape.shape_type == MSO_SHAPE_TYPE.FREEFORM
        assert descriptions(shape) == one.words
        if one.mark == "fill":
            colour = one.colour if brief.map.filled else PAPER
            assert str(shape.fill.fore_color.rgb) == colour.lstrip("#")
    arrows = [one for one in inside.values() if one.name.startswith("arrow ") and one._element.xpath(".//a:tailEnd")]
    assert arrows
    assert all(descriptions(one) for one in arrows)


@pytest.mark.parametrize("name", LINKS)
def test_charts_and_tables_hold_the_figures(deck: Deck, name: str, tmp_path: Path) -> None:
    brief, path = deck(name)
    figures = figures_of(brief)
    charts = 0
    shown: dict[str, set[str]] = {}
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_chart and shape.name.startswith("trend ") and brief.template != "compare":
                _, area, nature = shape.name.split()
                series = next(s for t in brief.trends if t.area == area for s in t.series if s.nature == nature)
                book = tmp_path / "book.xlsx"
                book.write_bytes(shape.chart.part.chart_workbook.xlsx_part.blob)
                rows = list(openpyxl.load_workbook(book).active.values)[1:]
                assert [str(row[0]) for row in rows] == [str(year) for year in brief.trends[0].years]
                for row, figure in zip(rows, series.figures, strict=True):
                    held = figures[figure]
                    assert row[1] == (None if isinstance(held, str) else held)
                charts += 1
            if shape.has_table:
                table = brief.table(shape.name.removeprefix("table "))
                assert table is not None
                texts = {cell.text for row in shape.table.rows for cell in row.cells}
                shown.setdefault(table.id, set()).update(texts)
                known = {clean(cell.text) for row in table.rows for cell in row.cells}
                assert len(texts & known) > 3
    for one, texts in shown.items():
        table = brief.table(one)
        assert table is not None
        assert {c.text for row in table.rows for c in row.cells if c.figure} <= texts
    assert charts == (2 if brief.trends and brief.template != "compare" else 0)


@pytest.mark.parametrize("name", LINKS)
def test_every_slide_says_where_it_comes_from(deck: Deck, name: str) -> None:
    brief, path = deck(name)
    stamp = brief.stamp
    for number, slide in enumerate(Presentation(str(path)).slides, 1):
        texts = " ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
        names = [shape.name for shape in slide.shapes]
        assert slide.shapes.title is not None, number
        assert slide.shapes.title.text_frame.text
        assert stamp.as_of_line in texts
        assert stamp.release_line in texts
        if "map" in names:
            assert stamp.disclaimer in texts
            assert stamp.boundaries_line in texts
            assert brief.words["sources"] in texts
        notes = slide.notes_slide.notes_text_frame.text
        assert stamp.citation in notes
        assert stamp.link in notes
        assert slide._element.xpath('.//a:fld[@type="slidenum"]'), number
        drawn = [s for s in everything(slide.shapes) if not s.has_text_frame or s.name.startswith(("KE0", "leg "))]
        bare = [s.name for s in drawn if not descriptions(s) and not s.name.startswith(HIDDEN)]
        assert not bare
        ids = slide._element.xpath(".//p:cNvPr/@id")
        assert len(ids) == len(set(ids))


HIDDEN = ("casing ", "core ", "border", "Ilemi", "Pembe", "lake", "neighbour", "name ")
"""Parts of the map that repeat what another shape says, or are ground."""


def test_a_county_is_recoloured_and_saved(deck: Deck, tmp_path: Path) -> None:
    _, path = deck("county")
    opened = Presentation(str(path))
    for name, colour in (("KE011 Isiolo", "FFAA00"), ("KE004 Tana River", "00AA88")):
        shape = next(one for one in everything(opened.slides[0].shapes) if one.name == name)
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    opened.save(str(tmp_path / "again.pptx"))
    again = Presentation(str(tmp_path / "again.pptx"))
    colours = {s.name: s for s in everything(again.slides[0].shapes)}
    assert str(colours["KE011 Isiolo"].fill.fore_color.rgb) == "FFAA00"
    assert str(colours["KE004 Tana River"].fill.fore_color.rgb) == "00AA88"


LONG = "Watu waliokolewa " * 700
AWKWARD = (
    "مرحبا بالعالم ",
    "👩🏽‍🌾🛶🇰🇪 ",
    "x" * 10_000,
    "\x00\x07\ufffe\ud800 bell",
    "<a:t>&amp;</a:t>",
    "שלום " * 4000,
    "",
)


@pytest.mark.parametrize("text", [LONG, *AWKWARD], ids=range(len(AWKWARD) + 1))
def test_any_text_fits_or_is_whole_in_the_notes(deck: Deck, world: World, tmp_path: Path, text: str) -> None:
    brief = replace(deck("corridor")[0], title=text or "–", headline=text, sentences=(text,), notes=(text,))
    path = tmp_path / "awkward.pptx"
    make(brief, world, path, lambda _share: None)
    slide = Presentation(str(path)).slides[0]
    headline = next((s for s in slide.shapes if s.name == "headline"), None)
    assert headline is not None
    said = headline.text_frame.text
    if said.endswith("…"):
        assert clean(text).strip()[:5000] in slide.notes_slide.notes_text_frame.text
    size = max((r.font.size.pt for p in headline.text_frame.paragraphs for r in p.runs if r.font.size), default=12)
    assert height(said, size, headline.width / 12_700 / 1.07) <= headline.height / 12_700 + size * 1.3
    if right_to_left(text):
        assert headline._element.xpath(".//a:pPr[@rtl='1']")


def test_shortening_keeps_letters_whole() -> None:
    family = "👩🏽‍🌾" * 300
    cut = fitted(family, (100.0, 20.0), (12.0,))
    assert cut.shortened
    assert not cut.text.rstrip("…").endswith("\u200d")
    assert lines(cut.text, 12.0, 100.0) <= 2
    assert fitted("Isiolo", (100.0, 20.0), (12.0,)).text == "Isiolo"


def test_an_organisations_own_master_is_used(deck: Deck, world: World, tmp_path: Path) -> None:
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(7.5)
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "Left from another talk"
    own.slide_layouts[5].name = "Kichwa tu"
    own.save(str(tmp_path / "own.pptx"))
    brief, _ = deck("county")
    make(brief, world, tmp_path / "out.pptx", lambda _share: None, template=tmp_path / "own.pptx")
    opened = Presentation(str(tmp_path / "out.pptx"))
    assert opened.slide_width == Inches(10)
    assert {slide.slide_layout.name for slide in opened.slides} == {"Kichwa tu"}
    assert opened.slides[0].shapes.title.text_frame.text == brief.title
    for slide in opened.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= opened.slide_width + 12_700, shape.name


def test_what_cannot_be_a_master_is_refused(deck: Deck, world: World, tmp_path: Path) -> None:
    brief, _ = deck("corridor")
    bare = Presentation()
    for layout in bare.slide_layouts:
        for holder in list(layout.placeholders):
            holder._element.getparent().remove(holder._element)
    bare.save(str(tmp_path / "bare.pptx"))
    (tmp_path / "words.pptx").write_text("not a presentation")
    shutil.make_archive(str(tmp_path / "zip"), "zip", tmp_path)
    for name, said in (
        ("bare.pptx", "no slide layout"), ("words.pptx", "not a PowerPoint"), ("zip.zip", "not a PowerPoint"),
        ("missing.pptx", "cannot be read|not a PowerPoint"),
    ):  # fmt: skip
        with pytest.raises(DataProblem, match=said):
            make(brief, world, tmp_path / "out.pptx", lambda _share: None, template=tmp_path / name)
        assert not (tmp_path / "out.pptx").exists()


def test_an_independent_program_opens_it_as_it_is(deck: Deck, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is missing: install the package 'libreoffice-impress'")
    brief, path = deck("county")
    began = time.monotonic()
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    pages = PdfReader(tmp_path / f"{path.stem}.pdf").pages
    assert len(pages) == len(Presentation(str(path)).slides), f"after {time.monotonic() - began:.0f} s"
    first = " ".join(pages[0].extract_text().split())
    assert brief.title in first
    assert brief.stamp.release_line in first
    assert "Turkana" in first


def area(shape: Any) -> int:
    return int(shape.width * shape.height)


@pytest.mark.parametrize("name", LINKS)
def test_the_first_map_takes_three_fifths_of_its_slide_and_says_what_it_shows(deck: Deck, name: str) -> None:
    brief, path = deck(name)
    opened = Presentation(str(path))
    assert opened.slide_width
    assert opened.slide_height
    shapes = {shape.name: shape for shape in everything(opened.slides[0].shapes)}
    assert area(shapes["ground"]) >= 0.595 * opened.slide_width * opened.slide_height
    classes = {name for name in shapes if name.startswith("legend ") and name.removeprefix("legend ").isdigit()}
    assert bool(classes) == (brief.template != "corridor")


@pytest.mark.parametrize("name", LINKS)
def test_sources_stand_on_one_slide_and_whole_in_its_notes(deck: Deck, name: str) -> None:
    brief, path = deck(name)
    title = brief.words["sources"]
    listed = [s for s in Presentation(str(path)).slides if s.shapes.title.text_frame.text.startswith(title)]
    assert len(listed) == 1
    notes = listed[0].notes_slide.notes_text_frame.text
    assert all(f"{source.number}. {clean(source.text)}" in notes for source in brief.sources)


def test_the_trunk_of_a_corridor_slide_is_pills_with_isiolo_as_emblem_above_all_lines(deck: Deck) -> None:
    _, path = deck("corridor")
    names = [shape.name for shape in everything(Presentation(str(path)).slides[0].shapes)]
    pills = [name for name in names if name.startswith("pill ")]
    assert "pill isiolo" in pills
    assert len(pills) >= 6
    last_line = max(i for i, name in enumerate(names) if name.startswith(("leg ", "core ", "arrow ")))
    assert min(names.index(name) for name in pills) > last_line
