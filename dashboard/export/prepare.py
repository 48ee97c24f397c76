"""What `make setup` does after npm: compressed twins of the Plotly bundle, and fonts that Typst can read.

Run as ``python -m dashboard.export.prepare``.
"""

from __future__ import annotations

from dashboard.export.typeset import prepare_fonts
from dashboard.settings import ASSETS
from dashboard.web.static import prepare

if __name__ == "__main__":
    prepare(ASSETS)
    prepare_fonts()
