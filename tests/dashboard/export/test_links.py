"""Links in files carry the site's public address or none: never the machine they were made on."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, from_link
from dashboard.view.site import choices_of
from geodata.query.world import World

LOCAL = re.compile(rb"127\.0\.0\.1|localhost|0\.0\.0\.0:|:8050")
PUBLIC = "https://njia.example.org/"
SAYS_IT = ("slide", "pptx", "pdf", "xlsx", "csv", "geojson", "gpkg", "parquet", "svg")
"""Formats whose text holds the whole address; the others are pictures."""


def opened(content: bytes) -> bytes:
    """Return everything a file says, packed parts unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            return b"\n".join(opened(pack.read(name)) for name in pack.namelist())
    if content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        links = [str(note.get_object().get("/A", "")) for page in pages for note in page.get("/Annots", [])]
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
        return f"{text} {links}".encode() + content
    if content.startswith(b"\x89PNG"):
        return content + b"".join(
            unpacked(part) for part in re.findall(rb"zTXt[^\0]*\0\0(.*?)IDAT", content, re.DOTALL)
        )
    return content


def unpacked(part: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(part)
    except zlib.error:
        return b""


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("address", ["", PUBLIC])
def test_no_format_names_the_machine_it_was_made_on(world: World, tmp_path: Path, kind: str, address: str) -> None:
    link = "/?county=KE011&nature=smuggling&lang=en" if "chart" in kind else "/?region=Coast&nature=smuggling&lang=en"
    brief = from_link(world, choices_of(world), link, Purpose(address=address))
    out = tmp_path / f"file.{FORMATS[kind].extension}"
    FORMATS[kind].load()(brief, world, out, lambda _share: None)
    said = opened(out.read_bytes())
    assert not LOCAL.search(said)
    if kind in SAYS_IT and address:
        assert PUBLIC.encode() in said
    if not address:
        assert PUBLIC.encode() not in said


@pytest.mark.parametrize("path", ["/export", "/embed", "/briefing?story=kenya", "/api/v1/brief.json", "/s"])
def test_no_page_to_take_away_names_it_either(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="http://127.0.0.1:8050")
    said = re.sub(rb'<link rel="canonical"[^>]*>', b"", answer.data)
    assert not LOCAL.search(said)
