"""Paper by Typst, without a browser: templates in `typst/`, data as JSON, maps and charts as SVG, fonts embedded.

Fonts are the page's own typeface, cut into two static weights by `make setup` (`prepare_fonts`); Typst does
not read variable fonts. Signs it lacks come from DejaVu Sans. Where npm was missing, the fonts inside Typst
take their place. Fonts of the machine are never used, so that the same brief is the same file everywhere.

Typst works in threads of its own from its first document on. They do not survive a fork, and a child that has lost them
would wait for them for ever: such a child has its documents set by a new interpreter (`python -m` this module).
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from dashboard.settings import ASSETS
from geodata.files import replace_file

TEMPLATES = Path(__file__).parent / "typst"
MODULES = ASSETS / "node_modules"
VARIABLE = MODULES / "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
CUT = MODULES / ".njia"
DEJAVU = MODULES / "dejavu-fonts-ttf/ttf"
WEIGHTS = (400, 600)
FAMILY, FALLBACK = "Njia Sans", "DejaVu Sans"
PX_PER_PT = 96 / 72


def prepare_fonts(variable: Path = VARIABLE, folder: Path = CUT) -> list[Path]:
    """Write static weights of the variable typeface as TrueType; without it nothing.

    The family is renamed: its licence (OFL) reserves the original name for unmodified files.
    """
    if not variable.is_file():
        return []
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - needed by setup only
    from fontTools.varLib import instancer  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for weight in WEIGHTS:
        font = instancer.instantiateVariableFont(TTFont(variable), {"wght": weight})
        font.flavor = None
        style = "Regular" if weight == 400 else "SemiBold"
        font["name"].names = [record for record in font["name"].names if record.nameID in (0, 5, 13, 14)]
        for number, text in {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"NjiaSans-{style}"}.items():
            font["name"].setName(text, number, 3, 1, 0x409)
        path = folder / f"NjiaSans-{weight}.ttf"
        whole = io.BytesIO()
        font.save(whole)
        replace_file(path, whole.getvalue())
        made.append(path)
    return made


def pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, str], as_of: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a template; `pictures` are SVG documents by file name.

    The template reads ``data.json`` beside it. `as_of` (ISO date) stands as the file's date, so the same
    brief is the same bytes. Raises typst.TypstError for a template that does not compile.
    """
    made = _compile(template, data, pictures, format="pdf", pdf_standards="ua-1", as_of=as_of)
    return made[0]


def pages(template: str, data: Mapping[str, Any], pictures: Mapping[str, str], ppi: float = 96) -> list[bytes]:
    """Return the pages of a template as PNG pictures, for looking at them."""
    return _compile(template, data, pictures, format="png", ppi=ppi)


def png(svg: str, width: int, height: int, dpi: float = 300) -> bytes:
    """Return an SVG picture of `width` × `height` px (96 to the inch) as PNG of `dpi` dots per inch."""
    size = f"width: {width / PX_PER_PT}pt, height: {height / PX_PER_PT}pt"
    page = f'#set page({size}, margin: 0pt, fill: none)\n#image("picture.svg", width: 100%)'
    return _compile(page, {}, {"picture.svg": svg}, format="png", ppi=dpi)[0]


def query(template: str, data: Mapping[str, Any], pictures: Mapping[str, str], label: str) -> int:
    """Return the number a template says of itself under a label, such as how many pages it has."""
    with _laid_out(template, data, pictures) as main:
        return int(json.loads(_typeset(main, {"query": label})[0]))


def _compile(template: str, data: Mapping[str, Any], pictures: Mapping[str, str], **how: Any) -> list[bytes]:
    with _laid_out(template, data, pictures) as main:
        return _typeset(main, how)


@contextmanager
def _laid_out(template: str, data: Mapping[str, Any], pictures: Mapping[str, str]) -> Iterator[Path]:
    """Give the main file of a document, with data and pictures in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="njia-paper-") as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for path, svg in pictures.items():
            (folder / path).write_text(named_fonts(svg), encoding="utf-8")
        for part in TEMPLATES.glob("*.typ"):
            (folder / part.name).write_bytes(part.read_bytes())
        main = folder / template
        if not template.endswith(".typ"):
            main = folder / "main.typ"
            main.write_text(template, encoding="utf-8")
        yield main


@dataclass
class _Threads:
    """Whether Typst has begun its threads in this process, and whether they stayed behind in the parent's."""

    begun: bool = False
    lost: bool = False

    def forked(self) -> None:
        """Know in a child what its parent had."""
        self.lost = self.lost or self.begun


_THREADS = _Threads()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_THREADS.forked)


def _typeset(main: Path, how: Mapping[str, Any]) -> list[bytes]:
    """Return the files of a document, or what it says of itself under the label `query`."""
    if _THREADS.lost:
        return _typeset_apart(main, how)
    _THREADS.begun = True
    compiler = typst.Compiler(main, root=main.parent, font_paths=_fonts())
    if "query" in how:
        return [compiler.query(how["query"], field="value", one=True).encode()]
    options = dict(how)
    if "as_of" in options:
        options["timestamp"] = _day(options.pop("as_of"))
    made = compiler.compile(**options)
    return made if isinstance(made, list) else [made] if made else []


def _typeset_apart(main: Path, how: Mapping[str, Any]) -> list[bytes]:
    """Do the same in a new interpreter, which leaves the files beside the document."""
    command = [sys.executable, "-m", __spec__.name, str(main), json.dumps(how)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise typst.TypstError(ended.stderr, ended.stderr)
    return [path.read_bytes() for path in sorted(main.parent.glob("made-*"))]


def named_fonts(svg: str) -> str:
    """Return an SVG picture that asks for the fonts of the paper instead of those of a screen."""
    return re.sub(r'font-family="[^"]*"', f"font-family=\"'{FAMILY}', '{FALLBACK}'\"", svg)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folders = [folder for folder in (CUT, DEJAVU) if folder.is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=not folders, font_paths=folders)


def _day(iso: str) -> datetime:
    return datetime.fromisoformat(iso[:10]).replace(tzinfo=UTC)


if __name__ == "__main__":
    document = Path(sys.argv[1])
    for number, content in enumerate(_typeset(document, json.loads(sys.argv[2]))):
        (document.parent / f"made-{number:04d}").write_bytes(content)
