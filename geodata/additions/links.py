"""Addresses of public pages: what may stand as a link in the record."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

LONGEST = 500


def public_link(text: str) -> str:
    """Return an address of a public page; raise ValueError for a script, a file, a login, a machine of this house."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    plain = unquote(text)
    public = (
        parts.scheme in ("http", "https")
        and port in (None, 80, 443)
        and "." in host.strip(".")
        and host.rpartition(".")[2].isalpha()
        and not parts.username
        and plain.isprintable()
        and not set(plain) & set('<>"`\\ {}|^')
    )
    if not public or len(text) > LONGEST:
        raise ValueError("must be the address of a public page, starting with https:// or http://.")
    return text
