"""Who may read a dataset: everybody, partners whom a proxy of ours names, or the steward's desk alone.

A dataset without a word of it is for everybody. What the file says and is not understood is taken for internal: a
damaged file never opens a door. The exact figures of `geodata.release.internal` are another thing: no release at all.
"""

from __future__ import annotations

from pathlib import Path

from geodata import files
from geodata.values import DataProblem

EVERYBODY, PARTNERS, INTERNAL = "everybody", "partners", "internal"
READERS = (EVERYBODY, PARTNERS, INTERNAL)
"""Most readers first."""
FILE = "READERS"


def readers_of(root: Path, dataset: str) -> str:
    """Return one of `READERS`. root: the folder of releases."""
    try:
        told = (root / dataset / FILE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return EVERYBODY
    except (OSError, UnicodeDecodeError):
        return INTERNAL
    return told if told in READERS else INTERNAL


def seen_on_site(*, partners: bool) -> tuple[str, ...]:
    """Return the classes of datasets that a site shows. partners: to requests that the proxy named as a partner's."""
    return (EVERYBODY, PARTNERS) if partners else (EVERYBODY,)


def set_readers(root: Path, dataset: str, readers: str) -> None:
    """Say who may read a dataset, before or after its first release; durable on return. Raises DataProblem."""
    if readers not in READERS:
        raise DataProblem(f"'{readers}' are no readers of a dataset; expected one of {', '.join(READERS)}.")
    files.replace_file(root / dataset / FILE, f"{readers}\n".encode())
