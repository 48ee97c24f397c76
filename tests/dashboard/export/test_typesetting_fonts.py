"""Paper is set in fonts that came with the product: Njia's own, DejaVu for signs; Typst's own where npm was missing."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux forks")
def test_a_child_of_a_process_that_has_typeset_makes_its_document(tmp_path: Path) -> None:
    """Typst's threads stay behind in the parent: a child that asked them for help would wait for ever."""
    template = '#set document(title: "t")\n#set text(lang: "en")\n' + "\n#pagebreak()\n".join(["#lorem(300)"] * 12)
    made = typeset.pdf(template, {}, {}, "2026-11-28")
    out = tmp_path / "made.pdf"
    child = os.fork()
    if child == 0:
        try:
            out.write_bytes(typeset.pdf(template, {}, {}, "2026-11-28"))
        finally:
            os._exit(0)
    end = time.monotonic() + 60
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            pytest.fail("the child waits for threads that it does not have")
        time.sleep(0.05)
    assert out.read_bytes() == made
