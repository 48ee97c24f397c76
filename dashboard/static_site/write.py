"""The folder, put in place whole or not at all, with what stands at its root: the way in, map of files, worker."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from urllib.parse import quote

from dashboard.i18n.catalogue import catalogue
from dashboard.server.app import Njia
from dashboard.settings import ASSETS
from dashboard.static_site.pages import POLICY, Voice, asset_file
from dashboard.static_site.places import SiteFiles
from dashboard.static_site.scope import Scope
from dashboard.static_site.walk import manifest, walk
from dashboard.web.links import NAMES
from dashboard.web.static import service_worker
from geodata.files import fresh_folder, swap
from geodata.values import DataProblem

MANIFEST = "site.json"
"""Marks a folder as one of ours; it lists what is in it."""
KEPT_ALWAYS = ("css/njia.css", "css/files.css", "js/leave.js", "js/files.js", "njia.svg")
"""Static files that the worker keeps from the first visit."""


def write_site(app: Njia, scope: Scope, voice: Voice, out: Path, processes: int = 0) -> dict[str, int]:
    """Write the public site as files; return file → size in bytes.

    Raises DataProblem for a folder with other people's files, and for a place that cannot be written.
    """
    refuse_foreign(out)
    known = bool(voice.live or voice.at)
    places = SiteFiles(app.site, scope, has_address=known)
    try:
        with fresh_folder(out) as made:
            sizes = walk(app, places, voice, made, processes)
            for name, content in root_files(places, voice, sizes).items():
                (made / name).write_bytes(content)
                sizes[name] = len(content)
            (made / MANIFEST).write_bytes(manifest(places, sizes))
            swap(made, out)
    except OSError as error:
        raise DataProblem(
            f"{out} cannot be written ({error.strerror}); choose another place or free some room."
        ) from error
    return sizes


def refuse_foreign(out: Path) -> None:
    """Raise DataProblem for a place that holds something else than an earlier site of ours."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        ours = json.loads((out / MANIFEST).read_text(encoding="utf-8")).get("made_by") == "njia site"
    except (OSError, ValueError, AttributeError):
        ours = False
    if not ours:
        raise DataProblem(f"{out} is there already and holds something else; name a new folder, or empty this one.")


def root_files(places: SiteFiles, voice: Voice, sizes: dict[str, int]) -> dict[str, bytes]:
    """Return what stands at the root of the folder: name → content."""
    files = {"index.html": _way_in(places.scope.languages).encode(), "sw.js": _worker(places)}
    robots = ["User-agent: *", "Allow: /"]
    if voice.at:
        root = voice.at.rstrip("/")
        pages = [name for name in sorted(sizes) if name.endswith(".html")]
        entries = "".join(
            f"<url><loc>{escape(f'{root}/{quote(name)}')}</loc><lastmod>{places.site.world.as_of}</lastmod></url>"
            for name in pages
        )
        names = "http://www.sitemaps.org/schemas/sitemap/0.9"
        files["sitemap.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{names}">{entries}</urlset>'.encode()
        )
        robots.append(f"Sitemap: {root}/sitemap.xml")
    files["robots.txt"] = "\n".join([*robots, ""]).encode()
    return files


def _way_in(languages: tuple[str, ...]) -> str:
    """Return the page at the root: one language is opened at once, several are offered."""
    tr = catalogue(languages[0])
    at_once = f'<meta http-equiv="refresh" content="0; url={languages[0]}/index.html">' if len(languages) == 1 else ""
    offers = "".join(
        f'<p><a href="{lang}/index.html" lang="{lang}" hreflang="{lang}">{escape(NAMES.get(lang, lang))}: '
        f"{escape(catalogue(lang).t('site.tagline'))}</a></p>"
        for lang in languages
    )
    return (
        f'<!DOCTYPE html><html lang="{tr.lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{at_once}'
        f"<title>{escape(tr.t('site.name'))}</title><style>body{{font:1.125rem/1.5 sans-serif;margin:2rem}}"
        f"a{{display:block;padding:.5rem 0}}</style></head><body><main><h1>{escape(tr.t('site.name'))}</h1>"
        f"{offers}</main></body></html>\n"
    )


def _worker(places: SiteFiles) -> bytes:
    """Return the service worker: that of the light pages, for every page of the folder."""
    fixed = {
        "release": places.site.world.key,
        "root": ".",
        "pages": r"(index|[a-z]{2}/[\w./-]+)\.html",
        "query": "",
        "choice": "LANG/lite/index.html",
        "files": [f"/{asset_file(places.site.asset(name))}" for name in KEPT_ALWAYS],
        "languages": list(places.scope.languages),
        "mark": "",
    }
    return service_worker(ASSETS, "lite-worker", fixed).encode()
