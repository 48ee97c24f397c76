"""Where releases live: immutable folders, and one small file that says which one is current.

``<root>/<dataset>/<id>/`` holds manifest.json, cells.parquet, report.html and attachments; its name is
the content hash. ``<root>/<dataset>/CURRENT`` is one JSON file, replaced in one step: the current id,
every id published in order, and the tombstones of withdrawn ones. A folder that CURRENT does not
list is invisible, so a reader sees the release before or after, never half of one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

from geodata import files
from geodata.release import measurements as measuring
from geodata.release.audience import READERS, readers_of
from geodata.release.manifest import Manifest, from_json
from geodata.release.measurements import Measurements
from geodata.release.reader import Release
from geodata.release.released_cells import ReleasedCells, content_hash, from_parquet, to_parquet
from geodata.release.sealed import CELLS, MANIFEST, REPORT, RESERVED, fingerprint, read_checked, read_manifest
from geodata.values import DataProblem

CURRENT = "CURRENT"
PREPARED = "prepared"
"""Folder of releases that wait for approval; its content is invisible to readers."""
MEASURED = "measured"
"""Folder of measurements, one file per attempt."""
LOG = "approvals.jsonl"
"""Who prepared and who approved which release; the steward's, never served."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The content of CURRENT. withdrawn: id → {"on": date, "reason": words}."""

    current: str | None = None
    history: tuple[str, ...] = ()
    withdrawn: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def standing(self) -> tuple[str, ...]:
        """Ids that may be shown, oldest first."""
        return tuple(name for name in self.history if name not in self.withdrawn)


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of datasets. Reading needs no write permission; writing takes a lock per dataset.

    seen: which classes of datasets are seen (`audience`): all at the desk, fewer on a site, which knows none of the
    others.
    """

    root: Path
    seen: tuple[str, ...] = READERS

    # ---- reading ----------------------------------------------------------------------------

    def datasets(self) -> tuple[str, ...]:
        """Names of datasets that have a ledger."""
        names = sorted(path.parent.name for path in self.root.glob(f"*/{CURRENT}"))
        return tuple(name for name in names if readers_of(self.root, name) in self.seen)

    def ledger(self, dataset: str) -> Ledger:
        """Read a dataset's ledger; empty when nothing was published."""
        path = self._dataset(dataset) / CURRENT
        try:
            plain = json.loads(path.read_bytes())
            return Ledger(plain["current"], tuple(plain["history"]), plain["withdrawn"])
        except FileNotFoundError:
            return Ledger()
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise DataProblem(
                f"The file {CURRENT} of dataset '{dataset}' is damaged; expected the ledger of its releases in "
                f"{path}; restore it from a copy or publish into an empty folder."
            ) from problem

    def open_current(self, dataset: str) -> Release:
        """Open what readers should see; raises DataProblem when there is nothing."""
        current = self.ledger(dataset).current
        if current is None:
            raise DataProblem(
                f"Dataset '{dataset}' has no release to show; expected one under {self.root}; "
                "run the publish command first."
            )
        return self._open(dataset, current)

    def open(self, release_id: str) -> Release:
        """Open a release by its id or an unambiguous start of it; refuses withdrawn ones."""
        dataset, full = self.find(release_id)
        tombstone = self.ledger(dataset).withdrawn.get(full)
        if tombstone is not None:
            raise DataProblem(
                f"Release {full[:12]} was withdrawn on {tombstone['on']} ({tombstone['reason'] or 'no reason given'}) "
                "and is no longer shown; open the current release instead."
            )
        return self._open(dataset, full)

    def releases(self, dataset: str | None = None) -> list[tuple[Manifest, str]]:
        """Manifest and state (current, earlier, withdrawn) of every release, oldest first."""
        listed: list[tuple[Manifest, str]] = []
        for name in (dataset,) if dataset else self.datasets():
            ledger = self.ledger(name)
            for release_id in ledger.history:
                state = "earlier"
                if release_id == ledger.current:
                    state = "current"
                elif release_id in ledger.withdrawn:
                    state = "withdrawn"
                listed.append((read_manifest(self._dataset(name) / release_id), state))
        return listed

    def earlier(self, dataset: str) -> list[Release]:
        """Every release ever published, withdrawn ones too: what an attacker may have kept."""
        return [self._open(dataset, release_id) for release_id in self.ledger(dataset).history]

    def find(self, release_id: str) -> tuple[str, str]:
        """Dataset and full id for an id or the start of one (six characters or more)."""
        known = [(name, full) for name in self.datasets() for full in self.ledger(name).history]
        hits = [hit for hit in known if hit[1].startswith(release_id)] if len(release_id) >= 6 else []
        if len(hits) != 1:
            problem = "matches several releases" if hits else "matches no release"
            raise DataProblem(
                f"'{release_id}' {problem} under {self.root}; expected the first six or more characters of an id; "
                "the command 'releases' lists them."
            )
        return hits[0]

    def verify(self, release_id: str) -> Manifest:
        """Read and hash everything again; raises DataProblem at the first difference."""
        dataset, full = self.find(release_id)
        folder = self._dataset(dataset) / full
        manifest = read_manifest(folder)
        contents = {name: read_checked(folder, name, manifest) for name in manifest.files}
        cells = from_parquet(contents[CELLS], manifest.domains, manifest.measures, manifest.tables)
        attachments = {name: content for name, content in contents.items() if name not in RESERVED}
        if content_hash(cells, attachments, manifest.core()) != full:
            raise DataProblem(
                f"Release {full[:12]} does not match its name: its cells, attachments or manifest were changed after "
                "publishing; copy the release again, or withdraw it."
            )
        return manifest

    def measurements(self, dataset: str) -> list[Measurements]:
        """Return every measurement of a dataset that is kept here, oldest first."""
        folder = self._dataset(dataset) / MEASURED
        paths = sorted(folder.glob("[0-9]*.json")) if folder.is_dir() else []
        return [measuring.from_json(path.read_bytes(), str(path)) for path in paths]

    # ---- writing ----------------------------------------------------------------------------

    def publish(
        self, cells: ReleasedCells, manifest: Manifest, attachments: Mapping[str, bytes], report: bytes, on: date
    ) -> Release:
        """Make a release visible, whole or not at all. The same content again changes nothing.

        Raises DataProblem for a withdrawn content, an illegal name, or when the disk refuses.
        """
        home = self._dataset(manifest.dataset)
        for name in attachments:
            if name in RESERVED or not _FILE.fullmatch(name):
                raise DataProblem(f"'{name}' cannot be the name of an attachment; use letters, digits, dot, hyphen.")
        release_id = content_hash(cells, attachments, manifest.core())
        try:
            with files.writer_lock(home):
                self._collect(home)
                ledger = self.ledger(manifest.dataset)
                if release_id in ledger.withdrawn:
                    raise DataProblem(
                        f"Exactly this content was withdrawn as release {release_id[:12]}; correct the records, then "
                        "publish again."
                    )
                if release_id not in ledger.history:
                    sealed = manifest.sealed(release_id=release_id, published=on, predecessor=ledger.current)
                    self._write(home, sealed, {CELLS: to_parquet(cells), REPORT: report, **attachments})
                    ledger = replace(ledger, history=(*ledger.history, release_id))
                self._point(home, replace(ledger, current=release_id))
        except OSError as problem:
            raise DataProblem(
                f"The release could not be written to {home} ({problem.strerror or problem}); nothing changed; make "
                "room or give write permission, then publish again."
            ) from problem
        return self._open(manifest.dataset, release_id)

    def keep_measurements(self, measured: Measurements) -> None:
        """Put a measurement on disk; durable on return."""
        name = f"{measured.attempt:04d}.json"
        files.replace_file(self._dataset(measured.dataset) / MEASURED / name, measured.to_json())

    @contextmanager
    def turn(self, dataset: str) -> Iterator[None]:
        """Hold the place of the one who measures a dataset; a second one waits."""
        with files.writer_lock(self._dataset(dataset) / MEASURED):
            yield

    def log(self, dataset: str, line: Mapping[str, object]) -> None:
        """Add a line to the steward's log of approvals."""
        path = self._dataset(dataset) / LOG
        with path.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
            handle.flush()
            os.fsync(handle.fileno())

    def withdraw(self, release_id: str, *, on: date, reason: str = "") -> str | None:
        """Take a release out of sight for good; returns the id that is current now, if any."""
        dataset, full = self.find(release_id)
        home = self._dataset(dataset)
        with files.writer_lock(home):
            ledger = self.ledger(dataset)
            tombstones = {**ledger.withdrawn, full: {"on": on.isoformat(), "reason": reason}}
            ledger = replace(ledger, withdrawn=ledger.withdrawn if full in ledger.withdrawn else tombstones)
            if ledger.current == full:
                before = [name for name in ledger.standing() if ledger.history.index(name) < ledger.history.index(full)]
                rest = before or list(ledger.standing())
                ledger = replace(ledger, current=rest[-1] if rest else None)
            self._point(home, ledger)
            return ledger.current

    def rollback(self, release_id: str) -> Release:
        """Make an earlier release current again; refuses withdrawn ones."""
        release = self.open(release_id)
        home = self._dataset(release.manifest.dataset)
        with files.writer_lock(home):
            self._point(home, replace(self.ledger(release.manifest.dataset), current=release.id))
        return release

    def collect(self, dataset: str) -> None:
        """Remove what a writer that died left behind."""
        home = self._dataset(dataset)
        if home.is_dir():
            with files.writer_lock(home):
                self._collect(home)

    # ---- inside -----------------------------------------------------------------------------

    def _dataset(self, dataset: str) -> Path:
        if not _NAME.fullmatch(dataset):
            raise DataProblem(
                f"'{dataset}' cannot be the name of a dataset; use lower-case letters, digits and hyphens."
            )
        return self.root / dataset

    def _open(self, dataset: str, release_id: str) -> Release:
        folder = self._dataset(dataset) / release_id
        return Release(folder, read_manifest(folder))

    def _collect(self, home: Path) -> None:
        """Temporary names, and whole folders that never became visible."""
        files.collect(home)
        known = set(self.ledger(home.name).history)
        for entry in home.iterdir():
            if entry.is_dir() and entry.name not in known and re.fullmatch(r"[0-9a-f]{64}", entry.name):
                shutil.rmtree(entry)

    def _write(self, home: Path, manifest: Manifest, contents: Mapping[str, bytes]) -> None:
        """Temporary folder, flush, read back, rename to the hash, flush."""
        manifest = replace(manifest, files={name: fingerprint(content) for name, content in sorted(contents.items())})
        folder = files.temporary_folder(home)
        try:
            for name, content in contents.items():
                files.write_file(folder / name, content)
            files.write_file(folder / MANIFEST, manifest.to_json())
            files.sync_folder(folder)
            _read_back(folder, manifest)
            folder.rename(home / manifest.id)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        files.sync_folder(home)

    def _point(self, home: Path, ledger: Ledger) -> None:
        text = json.dumps(asdict(ledger), ensure_ascii=False, indent=1, sort_keys=True)
        files.replace_file(home / CURRENT, text.encode("utf-8") + b"\n")


def _read_back(folder: Path, manifest: Manifest) -> None:
    """Refuse to show what a reader could not open: every file as written, the cells and the id as computed."""
    written = from_json((folder / MANIFEST).read_bytes(), manifest.id[:12])
    contents = {name: read_checked(folder, name, written) for name in written.files}
    cells = from_parquet(contents[CELLS], written.domains, written.measures, written.tables)
    attachments = {name: content for name, content in contents.items() if name not in RESERVED}
    if content_hash(cells, attachments, written.core()) != manifest.id:
        raise DataProblem(
            f"Release {manifest.id[:12]} does not read back as it was written; nothing was published: check the disk."
        )
