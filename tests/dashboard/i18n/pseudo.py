"""A language that exists in tests only: every word of the catalogue in ⟦marks⟧, so that unmarked words stand out.

Only the written parts of a text are marked, not what its placeholders bring in: a word that Python or a template
puts there must come from the catalogue as well, or be a name.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from string import Formatter
from typing import Any

LANG = "xx"
OPEN, CLOSE = "⟦", "⟧"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = ("alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "placeholder",
          "label", "data-any", "data-said")  # fmt: skip
_MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*(?:{CLOSE}|…)", re.IGNORECASE)
CODED = re.compile(r"/|url\(|M[\d.]|[\dnzsoxu., ]+$|.*sans-serif")
"""Texts of a JSON value that are no words: addresses, paths, classes of counties (layers/film.py), fonts."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def marked(text: str) -> str:
    """Return a text of the catalogue with its written parts marked, its placeholders as they are."""
    out = []
    for literal, name, spec, conversion in Formatter().parse(text):
        whole = literal.replace("{", "{{").replace("}", "}}")
        out.append(f"{OPEN}{whole}{CLOSE}" if _LETTERS.search(whole) else whole)
        if name is not None:
            out.append("{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}")
    return "".join(out)


def pseudo(words: dict[str, Any]) -> dict[str, Any]:
    """Return the catalogue of the language of marks."""
    # A citation stays one: `[[source-id]]` is code, not a word.
    return {
        key: {form: marked(one) for form, one in text.items()} if isinstance(text, dict) else _cited(text)
        for key, text in words.items()
    }


def _cited(text: str) -> str:
    parts = re.split(r"(\[\[[a-z0-9-]+\]\])", text)
    return "".join(part if part.startswith("[[") else marked(part) for part in parts)


class Page(HTMLParser):
    """Everything a reader sees or hears of a page in its own language, with where it stands."""

    def __init__(self, html: str, lang: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.lang = lang
        self.said: list[tuple[str, str]] = []
        self.data: list[tuple[str, Any]] = []
        self._open: list[tuple[str, bool, str]] = []  # tag, whether its words are the page's own, where
        self._script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note spoken attributes, and whether what follows is in another language or a name."""
        held = {key: value or "" for key, value in attrs}
        mine = self._open[-1][1] if self._open else True
        foreign = held.get("lang", self.lang) != self.lang or held.get("translate") == "no"
        mine = (mine or held.get("lang") == self.lang) and not foreign
        mine = mine and tag not in ("style", "math", "code", "kbd", "samp")
        # A text message is written in the letters that every telephone has: the marks are not among them.
        mine = mine and "sms" not in held.get("class", "").split()
        where = f"<{tag} {held.get('id') or held.get('class', '')}>"
        if mine:
            for name in SPOKEN:
                self.said.append((f"{where}@{name}", held.get(name, "")))
            if tag == "meta" and held.get("name") == "description":
                self.said.append((where, held.get("content", "")))
            if tag == "input" and held.get("type") in ("submit", "button"):
                self.said.append((where, held.get("value", "")))
        if tag == "script":
            self._script = "code" if held.get("id") == "_dash-config" else held.get("type") or "code"
        if tag not in VOID:
            self._open.append((tag, mine, where))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag == "script":
            self._script = ""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        """Note text."""
        if self._script:
            if "json" in self._script and self._open[-1][1]:
                self.data.append((self._open[-1][2], json.loads(data)))
        elif not self._open or self._open[-1][1]:
            self.said.append((self._open[-1][2] if self._open else "", data))


def sentences(value: Any) -> list[str]:
    """Return the texts of a JSON value that read like words: two or more of them, with a space between."""
    if isinstance(value, str):
        words = re.findall(r"[^\W\d_]{2,}", value)
        return [value] if len(words) > 1 and " " in value and not CODED.match(value) else []
    if isinstance(value, dict):
        return [text for one in value.values() for text in sentences(one)]
    if isinstance(value, list):
        return [text for one in value for text in sentences(one)]
    return []


def left(text: str, names: re.Pattern[str]) -> str:
    """Return what of a text is neither marked nor a name, empty when no word is left."""
    rest = _MARKED.sub(" ", text)
    rest = names.sub(" ", rest)
    return " ".join(rest.split()) if _LETTERS.search(rest) else ""
