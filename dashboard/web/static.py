"""Addresses of our own static files, each with a hash of its bytes so that it may be cached for ever.

Third-party scripts and fonts live in assets/node_modules and are fetched by `make setup`. Without
them the site runs on the full bundle inside Python's plotly and on system fonts, and says so.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import brotli
from flask import Blueprint, Response, abort, request

YEAR = "public, max-age=31536000, immutable"
PLOTLY = Path("node_modules/plotly.js-geo-dist-min/plotly-geo.min.js")
FONT = Path("node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2")
BOOTSTRAP = Path("node_modules/bootstrap/dist/css/bootstrap.min.css")
OPEN = (
    "css/", "js/", "njia.svg", "icon-192.png", "icon-512.png", PLOTLY.as_posix(), FONT.as_posix(), BOOTSTRAP.as_posix(),
)  # fmt: skip
"""What of assets/ the web serves; nothing else of node_modules leaves the house."""
NJIA = (
    "theme",
    "base",
    "header",
    "controls",
    "map",
    "panel",
    "pages",
    "small_screens",
    "first_map",
    "workspace",
    "dash",
    "phone",
    "print",
)
BUNDLES = {
    "css/njia.css": ("tokens", "shared/tag", *(f"njia/{part}" for part in NJIA), "safety"),
    "css/briefing.css": ("tokens", "briefing/story", "briefing/elsewhere", "safety"),
    "css/compare.css": ("shared/facts", "compare/multiples", "compare/counties"),
    "css/county.css": ("shared/near", "county/profile"),
    "css/lens.css": ("lens/tables", "lens/reasons", "lens/folds"),
    "css/lite.css": ("tokens", "shared/tag", "shared/near", "lite/card", "lite/saved", "safety"),
    "css/pages.css": ("shared/facts", "pages/ledger", "pages/method", "pages/help"),
    "css/steward.css": ("steward/desk", "steward/files", "steward/corrections", "steward/evidence"),
}
"""Style sheets that are written in parts, one after the other, and served as one: a slow link pays per request.
A page that stands on one sheet alone has the colours (`tokens`) in it."""
COMPRESSED = frozenset({".js", ".css", ".svg", ".json"})


@dataclass(frozen=True)
class Assets:
    """Static files of one folder."""

    folder: Path

    def url(self, name: str) -> str:
        """Return the address of a file under assets/, with its hash."""
        return f"/a/{_hash(self.folder, name)}/{name}"

    def plotly_url(self) -> str:
        """Return the address of the partial Plotly bundle, empty when npm has not fetched it."""
        return self.url(PLOTLY.as_posix()) if (self.folder / PLOTLY).is_file() else ""

    def font_url(self) -> str:
        """Return the address of the font, empty when npm has not fetched it."""
        return self.url(FONT.as_posix()) if (self.folder / FONT).is_file() else ""

    def bootstrap_url(self) -> str:
        """Return the address of Bootstrap's style sheet, empty when npm has not fetched it."""
        return self.url(BOOTSTRAP.as_posix()) if (self.folder / BOOTSTRAP).is_file() else ""

    def missing(self) -> str:
        """Return what to tell the operator when third-party files are not there, else nothing."""
        if self.plotly_url() and self.font_url() and self.bootstrap_url():
            return ""
        return (
            "Third-party JavaScript and fonts are not installed (npm was missing): using the full Plotly bundle, "
            "three times as heavy, and system fonts. Install npm and run `make setup` to change that."
        )


def service_worker(folder: Path, name: str, fixed: Mapping[str, object]) -> str:
    """Return the script of a service worker: what the server fixed, the head of all, `name` itself."""
    parts = ((folder / "js" / f"{part}.js").read_text(encoding="utf-8") for part in ("worker-files", name))
    return f"const FIXED = {json.dumps(fixed)};\n" + "\n".join(parts)


def blueprint(files: Assets) -> Blueprint:
    """Return the route of the static files."""
    routes = Blueprint("assets", __name__)

    @routes.get("/a/<digest>/<path:name>")
    def asset(digest: str, name: str) -> Response:
        path = files.folder / name
        known = name in BUNDLES or (name.startswith(OPEN) and ".." not in name and path.is_file())
        if not known or _hash(files.folder, name) != digest:
            abort(404)
        return send_bundle(files.folder, name) if name in BUNDLES else send(path)

    return routes


def send(path: Path) -> Response:
    """Return a file, compressed as the reader accepts it, for ever cacheable (its address holds its hash)."""
    return _cacheable(path.name, partial(_file_content, path))


def send_bundle(folder: Path, name: str) -> Response:
    """Return a style sheet of `BUNDLES` in the same way."""
    return _cacheable(name, partial(_bundle_content, folder, name))


def _cacheable(name: str, content: Callable[[str], bytes]) -> Response:
    """Answer with `content(coding)`, where coding is br, gzip or empty, whatever the reader accepts."""
    suffix = Path(name).suffix
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    accepted = request.accept_encodings
    wanted = "br" if accepted["br"] else "gzip" if accepted["gzip"] else ""
    coding = wanted if suffix in COMPRESSED else ""
    answer = Response(content(coding), mimetype="application/json" if suffix == ".json" else kind)
    answer.headers["Cache-Control"] = YEAR
    if coding:
        answer.headers["Content-Encoding"] = coding
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def prepare(folder: Path) -> list[Path]:
    """Write the compressed twins of the Plotly bundle, so that no reader waits for the strongest compression."""
    path = folder / PLOTLY
    if not path.is_file():
        return []
    content = path.read_bytes()
    twins = {".br": brotli.compress(content, quality=11), ".gz": gzip.compress(content, 9, mtime=0)}
    for ending, packed in twins.items():
        part = path.with_name(f"{path.name}{ending}.part")
        part.write_bytes(packed)
        part.replace(path.with_name(f"{path.name}{ending}"))
    return [path.with_name(f"{path.name}{ending}") for ending in twins]


def bundle(folder: Path, name: str) -> bytes:
    """Return a style sheet of `BUNDLES`: its parts, one after the other."""
    return b"".join((folder / "css" / f"{part}.css").read_bytes() for part in BUNDLES[name])


@lru_cache(maxsize=256)
def _hash(folder: Path, name: str) -> str:
    content = bundle(folder, name) if name in BUNDLES else (folder / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


@lru_cache(maxsize=128)
def _file_content(path: Path, coding: str) -> bytes:
    twin = path.with_name(f"{path.name}.{'br' if coding == 'br' else 'gz'}")
    if coding and twin.is_file():
        return twin.read_bytes()
    return _compressed(path.read_bytes(), coding)


@lru_cache(maxsize=32)
def _bundle_content(folder: Path, name: str, coding: str) -> bytes:
    return _compressed(bundle(folder, name), coding)


def _compressed(content: bytes, coding: str) -> bytes:
    if coding == "br":
        packed: bytes = brotli.compress(content, quality=11 if len(content) < 400_000 else 9)
        return packed
    return gzip.compress(content, 9, mtime=0) if coding else content
