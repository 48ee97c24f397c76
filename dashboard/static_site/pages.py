"""One page of the site as one among files: relative links, a strict content policy, words for what is not here.

Nothing of Dash is in it, and no script but those of `SCRIPTS`, which need no server. A link to what is not written
leads to the live site where that has an address (``NJIA_PUBLIC_URL``), else it is words that say so.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from dashboard.i18n.catalogue import catalogue
from dashboard.static_site.places import SiteFile, SiteFiles
from dashboard.web.as_files import FileRules, as_file

FOR_SCRIPTS = re.compile(
    r' data-(?:county-link|corridor-link|sort|pcode|value|path|take|until-dash|from|to)(?:="[^"]*")?'
)
"""Attributes that only scripts of the live site read."""
SCRIPTS = ("js/leave.js", "js/briefing.js", "js/seen.js", "js/files.js")
STYLE = "css/files.css"
KEEPER = "js/files.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
)
ASSETS = "files/"
LOCAL = "http://localhost/"
"""How the site calls itself while it is read by this program, where nobody said how it is reached."""
_OWN_LINK = re.compile(r"(?:%20| )?/lite/KE\d{3}(?:%3F|\?)lang(?:%3D|=)[a-z]{2}")
"""The card's address as words of a card or at the end of a text message, without a site in front."""
_TEXT_ADDRESS = re.compile(r"""(?<=["'>])(https?://[^"'<\s]+)""")
_CORRIDOR = re.compile(r"&corridor=\w+|(?<=\?)corridor=\w+&")
_PREVIEW = re.compile(r'(property="og:image" content=")([^"]*)"')
_HEAD = re.compile(r"<meta charset=\"utf-8\">")


@dataclass(frozen=True)
class Voice:
    """How the files speak of other places. live: address of the live site; at: of these files; "" for unknown."""

    live: str = ""
    at: str = ""

    @property
    def root(self) -> str:
        """The address that the site calls its own while it is read."""
        return self.live or self.at or LOCAL


@dataclass
class Written:
    """One file: its name and content, and what it leads to: further places, and static files by address."""

    file: str
    content: bytes
    places: set[SiteFile] = field(default_factory=set)
    assets: set[str] = field(default_factory=set)


def html_file(html: str, place: SiteFile, places: SiteFiles, voice: Voice) -> Written:
    """Return a page of the site as a file."""
    written = Written(place.file, b"")
    lang = place.file[:2]
    tr = catalogue(lang)
    link = _linker(written, lang, places, voice)

    def asset(url: str) -> str:
        written.assets.add(url)
        return relative(asset_file(url), place.file)

    sentence = tr.t("files.live")
    dead = f' data-live title="{escape(sentence)}"'

    def form(attributes: str) -> str:
        if 'class="find"' in attributes:
            counties = escape(link(f"/lite?lang={lang}"))
            return f'<p class="find"><a href="{counties}">{escape(tr.t("files.counties"))}</a></p>'
        there = voice.live.rstrip("/") + _action(attributes) if voice.live else ""
        words = f'<a href="{escape(there)}">{escape(sentence)}</a>' if there else escape(sentence)
        return f'<p class="needs-live">{words}</p>'

    text = as_file(html, FileRules(link, asset, dead, form, SCRIPTS))
    text = FOR_SCRIPTS.sub("", text) if place.source.startswith("/?") else text
    text = _absolute_picture(text, place.file, voice)
    text = _OWN_LINK.sub("", text).replace(LOCAL, "/") if voice.root == LOCAL else text
    head = (
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<link rel="stylesheet" href="{asset(places.site.asset(STYLE))}">\n'
        f'<script src="{asset(places.site.asset(KEEPER))}" defer></script>'
    )
    text = _HEAD.sub(lambda _: head, text, count=1)
    live = f' <a href="{escape(voice.live)}">{escape(voice.live)}</a>' if voice.live else ""
    note = f'<p class="as-files">{escape(tr.t("files.said", date=places.site.world.as_of))}{live}</p>'
    has_footer = "</footer>" in text
    start, end, rest = text.rpartition("</footer>" if has_footer else "</body>")
    # A row of years that lead nowhere is still moved along with the keys, on a phone.
    start = start.replace('<ol class="bars', '<ol tabindex="0" class="bars')
    written.content = f"{start}{note if has_footer else f'<footer>{note}</footer>'}{end}{rest}".encode()
    return written


def _absolute_picture(text: str, file: str, voice: Voice) -> str:
    """Return a page whose preview picture has a whole address, where it is known where these files stand."""
    if not voice.at:
        return text
    folder = f"{voice.at.rstrip('/')}/{posixpath.dirname(file)}/"
    return _PREVIEW.sub(lambda match: f'{match[1]}{urljoin(folder, match[2])}"', text)


def _action(attributes: str) -> str:
    """Return where a form is sent on the live site."""
    action = re.search(r'\saction="(/[^"]*)"', attributes)
    return action[1] if action else "/"


def text_file(text: str, place: SiteFile, places: SiteFiles, voice: Voice) -> Written:
    """Return a text of the site (feed, data in JSON, a message) as a file: its whole addresses lead to files too."""
    written = Written(place.file, b"")
    link = _linker(written, place.file[:2], places, voice, whole=True)
    turned = _TEXT_ADDRESS.sub(lambda match: _of_text(match[1], link, voice), text)
    written.content = (_OWN_LINK.sub("", turned) if voice.root == LOCAL else turned).encode()
    return written


def _of_text(address: str, link: Callable[[str], str], voice: Voice) -> str:
    if not address.startswith(voice.root.rstrip("/")):
        return address
    plain = address.replace("&amp;", "&")
    return link(plain).replace("&", "&amp;") if "&amp;" in address else link(plain)


def relative(file: str, page: str) -> str:
    """Return a file as seen from a page, both below the folder."""
    return quote(posixpath.relpath(file, posixpath.dirname(page) or "."))


def asset_file(url: str) -> str:
    """Return the file of a static file's address: its hash stays in it, so that it may be cached for ever."""
    _, _, digest, name = urlsplit(url).path.split("/", 3)
    return f"{ASSETS}{digest}/{name.rsplit('/', 1)[-1] if name.startswith('node_modules/') else name}"


def _is_same(link: str, source: str) -> bool:
    """Say whether two addresses ask the same, in whatever order and whether or not they say the language."""
    asked, written = (dict(parse_qsl(urlsplit(address).query)) for address in (link, source))
    return {**asked, "lang": ""} == {**written, "lang": ""} or asked.keys() <= {"lang", "nature"}


def _linker(
    written: Written, lang: str, places: SiteFiles, voice: Voice, *, whole: bool = False
) -> Callable[[str], str]:
    """Return the function that turns an address into a link of a file, and remembers where it leads.

    whole: addresses of files begin with where these files stand, when that is known.
    """
    root = voice.root.rstrip("/")

    def link(address: str) -> str:
        own = address.removeprefix(root) if address.startswith(root) else address
        if not own.startswith("/"):
            return address if own else link("/")
        place = places.place_of(own, lang)
        if place is not None and place.file == written.file and not place.fragment and not _is_same(own, place.source):
            # The nearest page is this one, and a link would do nothing: from a corridor, another question leaves it.
            place = places.place_of(_CORRIDOR.sub("", own), lang) if "lens=" in own else None
            place = None if place is not None and place.file == written.file else place
        if place is None:
            return voice.live.rstrip("/") + own if voice.live else ""
        written.places.add(SiteFile(place.file, place.source))
        if whole and voice.at:
            return voice.at.rstrip("/") + "/" + quote(place.file) + place.fragment
        return relative(place.file, written.file) + place.fragment

    return link
