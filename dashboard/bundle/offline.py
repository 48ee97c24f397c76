"""From a page of the site to a page on a stick: addresses become files; what needs a server is left out."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.web.as_files import FileRules, as_file

KEPT_SCRIPT = "js/briefing.js"


def offline(html: str, place: Callable[[str], str], asset: Callable[[str], str]) -> str:
    """Return the page for a stick.

    place: address of a page → file name in the bundle, "" when it is not in it. asset: address of a static file
    → its file. Links to pages that are not on the stick lose their address and stay as words; forms cannot be
    sent and are marked `inert`; scripts go, but for the one that turns the pages of a story.
    """

    def link(address: str) -> str:
        return address if address.startswith("http") else place(address)

    return as_file(html, FileRules(link, asset, scripts=(KEPT_SCRIPT,)))
