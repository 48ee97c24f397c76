"""Who may read a dataset on the site: everybody, or partners whom a proxy of ours names.

A dataset without a word of it is for everybody. What the file says and is not understood is taken for partners: a
damaged file never opens a door. The exact figures of `geodata.release.internal` are neither; no site reads them.
"""

from __future__ import annotations

from pathlib import Path

from geodata import files
from geodata.values import DataProblem

EVERYBODY, PARTNERS = "everybody", "partners"
READERS = (EVERYBODY, PARTNERS)
FILE = "READERS"


def readers_of(root: Path, dataset: str) -> str:
    """Return ``everybody`` or ``partners``. root: the folder of releases."""
    try:
        told = (root / dataset / FILE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return EVERYBODY
    except (OSError, UnicodeDecodeError):
        return PARTNERS
    return EVERYBODY if told == EVERYBODY else PARTNERS


def set_readers(root: Path, dataset: str, readers: str) -> None:
    """Say who may read a dataset, before or after its first release; durable on return. Raises DataProblem."""
    if readers not in READERS:
        raise DataProblem(f"'{readers}' are no readers of a dataset; expected {' or '.join(READERS)}.")
    files.replace_file(root / dataset / FILE, f"{readers}\n".encode())
