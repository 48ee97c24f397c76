"""Njia's only door: the command line (`serve` by default) and the WSGI object."""

from __future__ import annotations

import sys

from dashboard.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
