"""`make drawings`: name what changed and by how much, and keep it; with a folder, only lay before beside after."""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

from tests.drawings.kept import difference, forget, keep, kept_names, read
from tests.drawings.made import Studio, makers


def main(look: str = "") -> int:
    """Keep every changed drawing, or write both versions of each to a folder to look at."""
    drawn = {name: make() for name, make in makers(Studio()).items()}
    changes = [change for name, after in drawn.items() if (change := difference(name, read(name), after))]
    gone = sorted(set(kept_names()) - set(drawn))
    for change in changes:
        sys.stdout.write(f"{change}\n")
    if look:
        page = lay_out({change.name: (read(change.name), drawn[change.name]) for change in changes})
        folder = Path(look)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "drawings.html").write_text(page, encoding="utf-8")
        sys.stdout.write(f"{len(changes)} of {len(drawn)} drawings changed; look at {folder / 'drawings.html'}\n")
        return 0
    for change in changes:
        keep(change.name, drawn[change.name])
    for name in gone:
        forget(name)
        sys.stdout.write(f"{name}: no longer drawn\n")
    sys.stdout.write(f"{len(changes)} of {len(drawn)} drawings changed and kept, {len(gone)} removed\n")
    return 0


def lay_out(pairs: dict[str, tuple[str, str]]) -> str:
    """Return a page with every changed drawing before and after, side by side; slides as text."""
    rows = "".join(
        f"<h2>{escape(name)}</h2><div class=row>{_shown(name, before)}{_shown(name, after)}</div>"
        for name, (before, after) in pairs.items()
    )
    style = (
        ".row{display:flex;gap:1rem}.row>*{flex:1;min-width:0;overflow:auto;border:1px solid #999}svg{max-width:100%}"
    )
    return f"<!doctype html><meta charset=utf-8><title>Drawings</title><style>{style}</style>{rows}"


def _shown(name: str, drawing: str) -> str:
    return f"<div>{drawing}</div>" if name.endswith(".svg") else f"<pre>{escape(drawing)}</pre>"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
