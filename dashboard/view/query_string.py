"""The query string of a request, as text and as the first value of every key; the same rule on every page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from flask import request

from dashboard.view.state import MAX_QUERY

_EVERY_NATURE = re.compile(r"(^|[?&])(?:nature|kinds)=all(?=[&#]|$)")


def every_nature(query: str) -> bool:
    """Say whether a link asks for events of every nature in one list (``nature=all``), which no map shows."""
    return _EVERY_NATURE.search(query[:MAX_QUERY]) is not None


def without_every_nature(query: str) -> str:
    """Return the query of a link without its wish for every nature; the rest is read as a view."""
    return _EVERY_NATURE.sub(r"\1", query[:MAX_QUERY])


def request_query() -> str:
    """Return the query string of the request at hand; bytes that are no UTF-8 are replaced."""
    return request.query_string.decode("utf-8", "replace")


def first_values(text: str, *, blank: bool = False) -> dict[str, str]:
    """Return key → first value, without the spaces around it; what is longer than a view can be is cut.

    blank: keep keys without a value.
    """
    values: dict[str, str] = {}
    for key, value in parse_qsl(text[:MAX_QUERY].removeprefix("?"), keep_blank_values=blank, max_num_fields=None):
        values.setdefault(key, value.strip())
    return values
