"""Paper is set in fonts that came with the product: Njia's own, DejaVu for signs; Typst's own where npm was missing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from dashboard.export import typeset

TEMPLATE = '#set document(title: "t")\n#set text(font: ("Njia Sans", "DejaVu Sans"))\nIsiolo → Moyale ▲'


@pytest.fixture
def fresh_fonts() -> Iterator[None]:
    typeset._fonts.cache_clear()
    yield
    typeset._fonts.cache_clear()


def fonts_of(pdf: bytes) -> set[str]:
    found = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        fonts = page["/Resources"]["/Font"]  # type: ignore[index] # pypdf's dictionaries
        found |= {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in fonts.values()}
    return found


@pytest.mark.usefixtures("fresh_fonts")
def test_signs_that_our_typeface_lacks_are_set_in_dejavu() -> None:
    if not typeset.DEJAVU.is_dir():
        pytest.skip("npm has not fetched the fonts")
    fonts = fonts_of(typeset.pdf(TEMPLATE, {}, {}, "2026-11-28"))
    assert any(name.startswith("DejaVuSans") for name in fonts)
    assert any(name.startswith("NjiaSans") for name in fonts) or not typeset.CUT.is_dir()


@pytest.mark.usefixtures("fresh_fonts")
def test_paper_is_set_where_npm_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "CUT", Path("/nonexistent"))
    monkeypatch.setattr(typeset, "DEJAVU", Path("/nonexistent"))
    pdf = typeset.pdf(TEMPLATE, {}, {}, "2026-11-28")
    assert "Isiolo" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert fonts_of(pdf)
