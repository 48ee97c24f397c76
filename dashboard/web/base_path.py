"""The site under a path of another site (``NJIA_BASE_PATH=/njia``), behind a proxy that keeps the path or strips it.

Inside, every address is written as if the site stood at the root: routes, links, the keys of caches and frozen views
stay as they are. The path is taken off at the door (WSGI's SCRIPT_NAME, which `request.url_root` knows) and `outward`,
the one function for it, puts it before every address that leaves. A site at the root has neither in its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, request

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

MARKUP = ("text/html", "image/svg+xml")
DATA = ("application/json", "application/manifest+json")
OF_MAP = ("/_dash-layout", "/_dash-update-component", "/workspace/start")
"""JSON with addresses for the browser; every other JSON is data, whose links are whole addresses."""

# An address is a value that begins with one slash (plotly writes it as an escape): of an attribute, also inside JSON,
# where its quote is escaped; of `url(…)` in a style; of a text in JSON. Two slashes begin another host.
_SLASH = r"(?:/|\\u002f)"
_ATTRIBUTE = r"""\s[a-z][a-z:-]*=\\?["']"""
_STYLE = r"""url\(["']?"""
_TEXT = r'[:,\[]\s*"'
_SCRIPT = re.compile(r"(<script\b[^>]*>)(.+?)(</script>)", re.DOTALL)


class BasePath:
    """A WSGI application in front of another: takes the base path off the address, once."""

    def __init__(self, behind: Wsgi, base: str) -> None:
        """Stand in front of an application. base: ``/njia``, without a slash at its end."""
        self._behind, self._base = behind, base

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; a proxy may have taken the path off already."""
        path: str = environ.get("PATH_INFO", "")
        if path == self._base:
            query = environ.get("QUERY_STRING", "")
            start_response("308 Permanent Redirect", [("Location", f"{path}/{'?' if query else ''}{query}")])
            return [b""]
        environ["SCRIPT_NAME"] = self._base
        environ["PATH_INFO"] = path.removeprefix(self._base) if path.startswith(f"{self._base}/") else path
        return self._behind(environ, start_response)


def add(server: Flask, base: str) -> None:
    """Put the site under a base path; call it before tags are made of what leaves, and before compression."""

    @server.after_request
    def prefix(response: Response) -> Response:
        place = response.headers.get("Location", "")
        if place.startswith("/") and not place.startswith(("//", f"{base}/")):
            response.headers["Location"] = base + place
        has_addresses = response.mimetype in MARKUP or (response.mimetype in DATA and request.path.startswith(OF_MAP))
        if has_addresses and not response.is_streamed and "Content-Encoding" not in response.headers:
            response.set_data(outward(response.get_data(as_text=True), response.mimetype or "", base))
        return response


def outward(text: str, kind: str, base: str | None = None) -> str:
    """Return a page or data with the base path before every address of this site.

    kind: media type of the text, parameters allowed. base: ``/njia``, by default the request's own.
    """
    base = request.script_root if base is None else base
    kind = kind.partition(";")[0]
    if not base:
        return text
    if kind in DATA:
        return _places(base).sub(rf"\g<0>{base}", text)
    if kind in MARKUP:
        text = _SCRIPT.sub(lambda match: match[1] + outward(match[2], DATA[0], base) + match[3], text)
        return _places(base, markup=True).sub(rf"\g<0>{base}", text)
    return text


@lru_cache(maxsize=8)
def _places(base: str, *, markup: bool = False) -> re.Pattern[str]:
    """Return what stands directly before an address of this site that does not have its base path yet."""
    before = f"{_ATTRIBUTE}|{_STYLE}" if markup else f'{_ATTRIBUTE}|{_STYLE}|{_TEXT}(?={_SLASH}[?#"a-z_.])'
    own = _SLASH.join(re.escape(part) for part in base[1:].split("/"))
    return re.compile(f"(?:{before})(?={_SLASH}(?!{_SLASH}|{own}{_SLASH}))")
