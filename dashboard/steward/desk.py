"""What lies on the desk: the files of one sitting, the decisions taken on them, and the work going on.

One person, one process: this is memory, not a database. Decisions on columns and counties hold for every file on
the desk and can be saved as a profile. What a file says stays in memory until the file is taken off; stored is
only what `geodata.intake` stores.
"""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from dashboard.jobs import DeskJob, DeskJobs
from dashboard.steward.columns import Look, look_at
from dashboard.steward.gate import Gate
from dashboard.steward.publishing import approve_release, prepare_release
from dashboard.steward.reader import ReaderSite
from dashboard.steward.refusals import DeskRefusal
from dashboard.steward.remarks import RemarkLines
from dashboard.steward.uploads import Shelf
from geodata.build.everything import build_everything
from geodata.build.locations import PUBLIC
from geodata.intake.outcome import CountyDoubt, Outcome, Status
from geodata.intake.profile import Profile, load_profile, save_profile
from geodata.intake.rights import Rights
from geodata.intake.run import DATASET, Imported, Options, check_file, import_file
from geodata.intake.table import Table
from geodata.release.approve import Wish
from geodata.release.prepared import PreparedInfo
from geodata.settings import DataSettings
from geodata.vault import Vault, open_vault

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST_FILES = 50


@dataclass
class DeskFile:
    """One file on the desk, as far as it has come.

    look: its columns. outcome: what became of its rows, nothing stored yet. imported: after it was stored.
    version: grows with every check, so that answers to an older list of questions are not taken.
    """

    path: Path
    size: int
    name: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    look: Look | None = None
    outcome: Outcome | None = None
    lines: RemarkLines | None = None
    imported: Imported | None = None
    job: DeskJob | None = None
    version: int = 0

    @property
    def title(self) -> str:
        """Return the name people gave it."""
        return self.path.name

    @property
    def busy(self) -> DeskJob | None:
        """Return the work going on with it."""
        return self.job if self.job and self.job.busy else None

    @property
    def stage(self) -> str:
        """Return how far it has come: busy, refused, columns, checked or stored."""
        if self.busy:
            return "busy"
        if self.job and self.job.problem:
            return "refused"
        if self.imported is not None:
            return "stored"
        return "checked" if self.outcome else "columns"

    @property
    def n_open(self) -> int:
        """Return how many questions wait on the page of questions."""
        if self.outcome is None:
            return 0
        waiting_words = sum(doubt.waiting for doubt in self.outcome.words)
        return len(self.outcome.questions) + waiting_words + len(self.outcome.dates)

    def doubts(self) -> list[CountyDoubt]:
        """Return every doubtful spelling of a county once, the most frequent first."""
        merged: dict[str, CountyDoubt] = {}
        for doubt in self.outcome.doubts if self.outcome else ():
            known = merged.get(doubt.spelling)
            merged[doubt.spelling] = replace(known, n_rows=known.n_rows + doubt.n_rows) if known else doubt
        return sorted(merged.values(), key=lambda doubt: (-doubt.n_rows, doubt.spelling))

    @property
    def storable(self) -> int:
        """Return how many rows can be stored now."""
        return self.outcome.count(Status.ACCEPTED) + self.outcome.count(Status.CORRECTED) if self.outcome else 0


class Desk:
    """Everything of one sitting.

    rights: terms stated for the file stored last. answered: question → (its text, the answer in words), so that a
    person can take an answer back.
    """

    def __init__(self, settings: DataSettings) -> None:
        """Set up an empty desk over a home."""
        self.settings = settings
        self.gate = Gate()
        self.shelf = Shelf(settings.home)
        self.jobs = DeskJobs()
        self.files: dict[str, DeskFile] = {}
        self.lang = "en"
        self.rights: Rights | None = None
        self.dataset = DATASET
        self.synthetic = False
        self.profile = Profile()
        self.profile_name = ""
        self.answered: dict[str, tuple[str, str]] = {}
        self.publishing: dict[str, DeskJob] = {}
        self.reader = ReaderSite(settings)
        self.closing = threading.Event()

    @property
    def vault(self) -> Vault:
        """Return the vault; it is opened for each operation anew."""
        return open_vault(self.settings)

    # ---- files ------------------------------------------------------------------------------

    def take(self, path: Path, size: int) -> DeskFile:
        """Put a finished upload on the desk and look at it."""
        if len(self.files) >= MOST_FILES:
            self.shelf.remove(path)
            raise DeskRefusal("many_files", n=MOST_FILES)
        file = DeskFile(path, size)
        self.files[file.name] = file
        self.look(file)
        return file

    def remove(self, file: DeskFile) -> None:
        """Take a file off the desk and delete it."""
        self.files.pop(file.name, None)
        self.shelf.remove(file.path)

    def look(self, file: DeskFile) -> None:
        """Start finding out what the columns of a file are."""

        def work(_job: DeskJob) -> None:
            file.outcome, file.lines, file.imported = None, None, None
            try:
                file.look = look_at(file.path, self.settings, self.profile)
            except BaseException:
                self.shelf.remove(file.path)  # what could not be read is not kept either
                raise

        file.job = self.jobs.start("look", f"/file/{file.name}/columns", work)

    def check(self, file: DeskFile) -> None:
        """Start judging every row of a file; nothing is stored."""

        def work(job: DeskJob) -> None:
            file.outcome, file.lines, file.imported = None, None, None
            outcome = check_file(file.path, self.settings, self._options(job))
            file.outcome, file.lines = outcome, RemarkLines(outcome)
            file.version += 1

        file.job = self.jobs.start("check", f"/file/{file.name}/report", work)

    def store(self, file: DeskFile) -> None:
        """Start storing a file: the whole import, as the command does it."""

        def work(job: DeskJob) -> None:
            imported = import_file(file.path, self.settings, self.vault, self._options(job))
            file.outcome, file.lines = imported.outcome, RemarkLines(imported.outcome)
            file.version += 1
            file.imported = imported

        file.job = self.jobs.start("store", f"/file/{file.name}/report", work)

    def _options(self, job: DeskJob) -> Options:
        def opened(table: Table) -> None:
            job.size, job.rows = table.size, 0

        return Options(
            dataset=self.dataset,
            profile=self.profile,
            synthetic=self.synthetic,
            tick=job.tick,
            opened=opened,
            rights=self.rights,
        )

    # ---- decisions --------------------------------------------------------------------------

    def name_dataset(self, text: str) -> None:
        """Set the dataset files go to; raises `DataProblem` for a name a release could not have."""
        name = re.sub(r"[\s_]+", "-", text.strip().lower())
        if not _NAME.fullmatch(name):
            raise DeskRefusal("dataset_name")
        if name == PUBLIC:
            raise DeskRefusal("public_name", name=PUBLIC)
        self.dataset = name

    def profiles(self) -> list[str]:
        """Return the names of saved profiles."""
        return sorted(path.stem for path in (self.settings.home / "profiles").glob("*.yaml"))

    def use_profile(self, name: str) -> None:
        """Start from saved decisions, or from none."""
        if name and name not in self.profiles():
            raise DeskRefusal("no_profile")
        self.profile = load_profile(self.settings.home / "profiles" / f"{name}.yaml") if name else Profile()
        self.profile_name = name
        for file in self.files.values():
            if not file.busy and file.path.exists():
                self.look(file)

    def save_profile(self, name: str) -> str:
        """Save the decisions taken; returns the name they have now."""
        plain = re.sub(r"[\s_]+", "-", name.strip().lower())
        if not _NAME.fullmatch(plain):
            raise DeskRefusal("profile_name")
        save_profile(self.settings.home / "profiles" / f"{plain}.yaml", self.profile)
        self.profile_name = plain
        return plain

    # ---- releases ---------------------------------------------------------------------------

    def prepare(self, dataset: str, wish: Wish, title: str = "") -> None:
        """Start measuring what is new and laying the release down for approval."""

        def work(_job: DeskJob) -> None:
            prepare_release(self.settings, dataset, wish, title)

        self.publishing[dataset] = self.jobs.start("prepare", f"/publish/{dataset}", work)

    def approve(self, info: PreparedInfo, by: str, *, alone: bool) -> None:
        """Start making a prepared release visible."""
        dataset = info.dataset

        def work(_job: DeskJob) -> None:
            approve_release(self.settings, info, by=by, alone=alone)

        self.publishing[dataset] = self.jobs.start("publish", f"/publish/{dataset}", work)

    def build_record(self) -> None:
        """Start making the release of the public record that shows what was approved."""

        def work(job: DeskJob) -> None:
            build_everything(self.settings, job.enter)

        self.publishing[PUBLIC] = self.jobs.start("build", "/evidence/build", work)

    def close(self) -> None:
        """Clear the desk: no work, no files, no reader's site."""
        self.jobs.close()
        self.reader.stop()
        self.files.clear()
        self.shelf.clear()
