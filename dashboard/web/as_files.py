"""From a page of the site to a page among files: addresses become files; what needs a server goes.

One reading for all that is written without a server: the folder for a stick (`bundle`) and the whole site
(`static_site`). Works on the text that the templates wrote, tag by tag, so that nothing else of it changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

_SCRIPT = re.compile(r"<script\b([^>]*)>.*?</script>", re.DOTALL)
_LINKED = re.compile(r'<link\b[^>]*rel="(?:manifest|preload|canonical)"[^>]*>|<link\b[^>]*\+oembed"[^>]*>')
_FONT = re.compile(r'url\("(/a/[^"]+)"\)')
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>""")
_ADDRESS = re.compile(r"""\s([a-z][a-z:-]*)="((?:/|https?://)[^"]*)\"""")
_AS_BUTTON = re.compile(r"""\s(?:role="button"|aria-(?:expanded|pressed)="[a-z]+"|aria-controls="[^"]*")""")
_LABEL = re.compile(r"\saria-label=")
_ID = re.compile(r'\sid="([^"]*)"')
_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_OPENED = frozenset({"href", "src", "data-src", "data-notes", "content"})
"""Attributes whose address a page without the server still opens; any other with an address is for its scripts."""
_OF_THE_SERVER = frozenset({"dash", "dash-scripts", "njia-workspace", "workspace-note", "workspace-start", "tour"})
"""Ids of elements that only the server's scripts fill."""
WHOLE_VIEW = "view"
"""Id of the form that holds the head of the map page: its words stay, its fields go."""


@dataclass(frozen=True)
class FileRules:
    """How the addresses of a page are turned.

    link: address of this site → file as seen from the page, or an address elsewhere; "" for what is not written.
    asset: address of a static file → its file.
    dead: attributes of a link whose address is not written, with a space in front; "" leaves the words alone.
    form: what stands in place of a form, for its attributes; None leaves forms where they are, without use.
    scripts: names of the scripts that a page keeps.
    """

    link: Callable[[str], str]
    asset: Callable[[str], str]
    dead: str = ""
    form: Callable[[str], str] | None = None
    scripts: tuple[str, ...] = ()


def as_file(html: str, rules: FileRules) -> str:
    """Return a page of the site for a reader without its server."""
    text = _SCRIPT.sub(lambda match: match[0] if _is_kept(match[1], rules) else "", html)
    text = _FONT.sub(lambda match: f'url("{rules.asset(match[1])}")', _LINKED.sub("", text))
    return _Page(rules).read(text)


def _is_kept(attributes: str, rules: FileRules) -> bool:
    return "application/ld+json" in attributes or any(name in attributes for name in rules.scripts)


class _Page:
    """One reading of a page: what is written so far, and the element that is being left out."""

    def __init__(self, rules: FileRules) -> None:
        self._rules = rules
        self._parts: list[str] = []
        self._left_out, self._depth = "", 0
        self._in_view = False

    def read(self, text: str) -> str:
        """Return the whole text, turned."""
        at = 0
        for tag in _TAG.finditer(text):
            if not self._left_out:
                self._parts.append(text[at : tag.start()])
            at = tag.end()
            self._take(tag[0], bool(tag[1]), tag[2].lower(), tag[3])
        return "".join([*self._parts, text[at:]])

    def _take(self, whole: str, closing: bool, name: str, attributes: str) -> None:
        if self._left_out:
            if name == self._left_out and not attributes.endswith("/"):
                self._depth += -1 if closing else 1
            if self._depth == 0:
                self._left_out = ""
            return
        if closing:
            self._parts.append(self._closed(whole, name))
        elif name == "form" and self._rules.form is not None:
            self._form(attributes)
        elif name == "form":
            self._parts.append(f"<form inert{self._turned(attributes)}>")
        elif self._rules.form is not None and _needs_server(name, attributes):
            self._leave_out(name)
        else:
            turned = self._turned(attributes)
            if name != "meta" or turned == attributes or " content=" in turned:
                self._parts.append(f"<{whole[1 : 1 + len(name)]}{turned}>")

    def _closed(self, whole: str, name: str) -> str:
        if name == "form" and self._in_view:
            self._in_view = False
            return "</div>"
        return whole

    def _form(self, attributes: str) -> None:
        if f'id="{WHOLE_VIEW}"' in attributes:
            self._in_view = True
            self._parts.append(f'<div id="{WHOLE_VIEW}">')
        elif self._rules.form is not None:
            self._parts.append(self._rules.form(attributes))
            self._leave_out("form")

    def _leave_out(self, name: str) -> None:
        if name not in _VOID:
            self._left_out, self._depth = name, 1

    def _turned(self, attributes: str) -> str:
        """Return a tag's attributes with their addresses turned."""
        dead = False

        def turn(match: re.Match[str]) -> str:
            nonlocal dead
            name, value = match[1], unescape(match[2])
            if value.startswith("/a/"):
                return f' {name}="{escape(self._rules.asset(value))}"' if name in _OPENED else ""
            if name not in _OPENED:
                return "" if value.startswith("/") else match[0]
            there = self._rules.link(value)
            dead = dead or (not there and name == "href")
            return f' {name}="{escape(there)}"' if there else ""

        turned = _ADDRESS.sub(turn, attributes)
        if not dead:
            return turned
        plain = _AS_BUTTON.sub("", turned)
        # What leads nowhere any more has a name of its own only as a picture: a county's shape, the bar of a year.
        drawn = ' role="img"' if _LABEL.search(plain) and " role=" not in plain else ""
        return f"{plain}{drawn}{self._rules.dead}"


def _needs_server(name: str, attributes: str) -> bool:
    if name == "noscript" or " data-server" in attributes:
        return True
    if (name == "button" and 'type="submit"' in attributes) or (name == "input" and 'type="hidden"' in attributes):
        return True
    named = _ID.search(attributes)
    return named is not None and named[1] in _OF_THE_SERVER
