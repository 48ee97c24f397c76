"""What is kept of an attached archive, under ``NJIA_HOME/attached/NAME``: where it lies, its profile, its ledger.

No record of it, and nothing that opens it. ``ledger.json`` holds the privacy ledger and which parts each measurement
covered; replacing it is the commit. It stays when the archive is detached: what was spent is spent.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from geodata import files
from geodata.intake.profile import Profile, load_profile, save_profile
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault import spending
from geodata.vault.spending import SpendingLine

CARD, PROFILE, LEDGER = "archive.json", "profile.yaml", "ledger.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class ArchiveCard:
    """An archive that is attached.

    address: as given, without credentials. attached_at: ISO 8601 moment. terms: on which its cases are given, as JSON;
    "" when none were stated.
    """

    name: str
    address: str
    engine: str
    attached_at: str
    terms: str = ""


@dataclass(frozen=True, slots=True)
class AttachedLedger:
    """Spending of a dataset, and what each attempt covered: attempt → part → stamp."""

    lines: tuple[str, ...] = ()
    covered: dict[int, dict[str, str]] = field(default_factory=dict)

    def entries(self, dataset: str) -> tuple[SpendingLine, ...]:
        """Return the lines, checked."""
        return spending.read_lines(self.lines, dataset)


def room(settings: DataSettings) -> Path:
    """Return the folder of all cards."""
    return settings.home / "attached"


def folder_of(settings: DataSettings, name: str) -> Path:
    """Return the folder of one archive; refuses what cannot be the name of a dataset."""
    if not _NAME.fullmatch(name):
        raise DataProblem(f"'{name}' cannot be the name of a dataset; use lower-case letters, digits and hyphens.")
    return room(settings) / name


def is_attached(settings: DataSettings, name: str) -> bool:
    """Say whether a dataset is an archive elsewhere."""
    return _NAME.fullmatch(name) is not None and (room(settings) / name / CARD).is_file()


def cards(settings: DataSettings) -> tuple[ArchiveCard, ...]:
    """Return what is attached, by name."""
    folder = room(settings)
    names = sorted(path.parent.name for path in folder.glob(f"*/{CARD}")) if folder.is_dir() else []
    return tuple(read_card(settings, name) for name in names)


def read_card(settings: DataSettings, name: str) -> ArchiveCard:
    """Return one card; raises DataProblem when there is none, or it is damaged."""
    path = folder_of(settings, name) / CARD
    try:
        return ArchiveCard(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        known = ", ".join(sorted(other.parent.name for other in room(settings).glob(f"*/{CARD}"))) or "nothing"
        raise DataProblem(f"No archive '{name}' is attached (attached: {known}).") from None
    except (OSError, ValueError, TypeError) as problem:
        raise DataProblem(f"The file {path} is damaged; detach '{name}' and attach it again.") from problem


def profile_of(settings: DataSettings, name: str) -> Profile:
    """Return the profile an archive was attached with."""
    return load_profile(folder_of(settings, name) / PROFILE)


def write_card(settings: DataSettings, card: ArchiveCard, profile: Profile) -> None:
    """Keep a card and its profile; the card last, so that none stands without its profile."""
    folder = folder_of(settings, card.name)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        save_profile(folder / PROFILE, profile)
        files.replace_file(folder / CARD, json.dumps(asdict(card), indent=1).encode() + b"\n")
    except OSError as problem:
        raise DataProblem(f"'{card.name}' could not be kept in {folder}: {problem.strerror or problem}.") from problem


def forget(settings: DataSettings, name: str) -> bool:
    """Take an archive off; return whether its ledger stays because something was spent."""
    read_card(settings, name)
    folder = folder_of(settings, name)
    (folder / CARD).unlink()
    if read_ledger(folder).lines:
        return True
    shutil.rmtree(folder)
    return False


def read_ledger(folder: Path) -> AttachedLedger:
    """Return the ledger of an archive, empty before its first measurement."""
    path = folder / LEDGER
    try:
        told = json.loads(path.read_bytes())
        covered = {int(attempt): {**parts} for attempt, parts in told["covered"].items()}
        return AttachedLedger(tuple(told["lines"]), covered)
    except FileNotFoundError:
        return AttachedLedger()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DataProblem(f"The privacy ledger {path} is damaged; restore it from a copy.") from problem


def write_ledger(folder: Path, ledger: AttachedLedger) -> None:
    """Replace the ledger; durable on return."""
    try:
        files.replace_file(folder / LEDGER, json.dumps(asdict(ledger), indent=1).encode() + b"\n")
    except OSError as problem:
        raise DataProblem(
            f"The privacy ledger in {folder} could not be written: {problem.strerror or problem}; nothing was measured."
        ) from problem
