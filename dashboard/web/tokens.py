"""`assets/css/tokens.css`: the colours of `layers.theme` as custom properties, first in every style sheet.

Written by `python -m dashboard.web.tokens`, which `make fmt` calls; a test holds file and theme together. Scripts get
their fills from the page itself (`empties` of `njia-fixed`), so no colour is written in one.
"""

from __future__ import annotations

from pathlib import Path

from dashboard.settings import ASSETS
from layers import theme

TOKENS = {
    "paper": theme.PAPER,
    "ink": theme.INK,
    "second": theme.INK_SECOND,
    "land": theme.LAND,
    "water": theme.WATER,
    "line": theme.RULE,
    "hairline": theme.HAIRLINE,
    "edge": theme.CONTROL_EDGE,
    "link-line": theme.LINK_LINE,
    "trafficking": theme.TRAFFICKING[-1],
    "smuggling": theme.SMUGGLING[-1],
    "unclear": theme.GREY_UNCLEAR,
    "focus": theme.FOCUS,
    "alarm": theme.ALARM,
    "caution": theme.CAUTION,
    "caution-ground": theme.CAUTION_GROUND,
    "note-ground": theme.NOTE_GROUND,
}
"""Name of the custom property → colour."""


def tokens_css() -> str:
    """Return the style sheet."""
    lines = "".join(f"  --{name}: {colour.lower()};\n" for name, colour in TOKENS.items())
    return (
        "/* Written by `make fmt` from layers/theme.py; change a colour there. */\n"
        f":root {{\n{lines}  --font: {theme.FONT_OF_PAGES};\n}}\n"
    )


def write(assets: Path = ASSETS) -> None:
    """Write the file."""
    (assets / "css" / "tokens.css").write_text(tokens_css(), encoding="utf-8")


if __name__ == "__main__":
    write()
