"""Njia's only door: the command line (`serve` by default) and the WSGI object `server`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dashboard.cli import run

if TYPE_CHECKING:
    from flask import Flask


def __getattr__(name: str) -> Flask:
    """Build `server` when a WSGI server asks for it, so that the command line stays quick."""
    if name != "server":
        raise AttributeError(name)
    from dashboard.server.serve import application  # noqa: PLC0415 - see above

    return application()


if __name__ == "__main__":
    sys.exit(run())
