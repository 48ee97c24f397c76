"""Which questions there are, and which keys of the link each reads alone: one folder a lens, one line a key.

A lens is a folder of `dashboard/lenses/`. What it asks beyond the view stands in its `keys.txt` as
``key: what it is``; a lens without such a file asks nothing more. Only names are read here, no lens is loaded.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

ROOM = "dashboard.lenses"
KEYS_FILE = "keys.txt"


def lens_keys() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return every lens with its own keys, by name."""
    spec = find_spec(ROOM)
    places = spec.submodule_search_locations if spec else None
    folders = [file.parent for place in places or () for file in Path(place).glob("*/lens.py")]
    return tuple((folder.name, _own_keys(folder / KEYS_FILE)) for folder in sorted(folders, key=lambda path: path.name))


def _own_keys(file: Path) -> tuple[str, ...]:
    if not file.is_file():
        return ()
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(line.partition(":")[0].strip() for line in lines if ":" in line)
