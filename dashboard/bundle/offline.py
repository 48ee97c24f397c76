"""From a page of the site to a page on a stick: addresses become files; what needs a server is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

ADDRESS = re.compile(r"""\b(href|src|data-src|data-notes|action)="(/[^"]*)\"""")
FONT = re.compile(r'url\("(/a/[^"]+)"\)')
SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)
LINKED = re.compile(r'<link\b[^>]*rel="(?:manifest|preload|canonical|alternate)"[^>]*>')
FORM = re.compile(r"<form\b")
KEPT_SCRIPT = "js/briefing.js"


def offline(html: str, place: Callable[[str], str], asset: Callable[[str], str]) -> str:
    """Return the page for a stick.

    place: address of a page → file name in the bundle, "" when it is not in it. asset: address of a static file
    → its file. Links to pages that are not on the stick lose their address and stay as words; forms cannot be
    sent and are marked `inert`; scripts go, but for the one that turns the pages of a story.
    """
    text = SCRIPT.sub(lambda match: match[0] if KEPT_SCRIPT in match[0] else "", html)
    text = FORM.sub("<form inert", LINKED.sub("", text))
    text = FONT.sub(lambda match: f'url("{asset(match[1])}")', text)
    return ADDRESS.sub(lambda match: _address(match[1], unescape(match[2]), place, asset), text)


def _address(name: str, value: str, place: Callable[[str], str], asset: Callable[[str], str]) -> str:
    if value.startswith("/a/"):
        return f'{name}="{asset(value)}"'
    file = place(value)
    if file:
        return f'{name}="{file}"'
    return "" if name != "action" else 'action="#"'
