"""The record with this user's additions: an edition of its own under ``NJIA_HOME/evidence/editions``.

An edition holds everything a reader's site opens of the record: evidence, rules, corridors, releases with the history
of the public record. It is built beside, checked as the shipped record is, renamed to its hash, and then one pointer
is replaced: who reads sees the edition before or after, whatever dies in between. What is approved while it is being
built waits for the next build. The package itself is never changed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from geodata import files as disk
from geodata.additions.drafts import APPROVED, Addition, AdditionDesk, folder
from geodata.additions.merge import merged_tables, shipped_tables, write_record
from geodata.boundaries import Edition, load_edition
from geodata.build.locations import PUBLIC, corridor_folder
from geodata.build.record import Built, check_all, publish_record, report_of
from geodata.corridors.prepare import run as prepare_corridors
from geodata.facts import evidence
from geodata.release.store import CURRENT, Store
from geodata.settings import DataSettings

STEPS = ("merge", "check", "corridors", "release")
"""What building goes through, in order."""
KEPT = 4
"""Editions that stay on disk: readers may still have the one before open."""


def approved_additions(settings: DataSettings) -> tuple[Addition, ...]:
    """Return what two people agreed on, oldest first."""
    return tuple(addition for _, addition in AdditionDesk(folder(settings)).additions(APPROVED))


def has_own_record(settings: DataSettings) -> bool:
    """Say whether this user's record differs, or once differed, from the shipped one."""
    return (settings.editions / CURRENT).exists() or bool(approved_additions(settings))


def build_merged(settings: DataSettings, enter: Callable[[str], None] = lambda _step: None) -> Built:
    """Build the record with the approved additions and put it in use; raise DataProblem at the first fault.

    The same additions on the same shipped record give the same edition and the same release. enter: told the name of
    each of `STEPS` as it begins.
    """
    shipped = replace(settings, merged=None)
    with disk.writer_lock(settings.editions):
        disk.collect(settings.editions)
        additions = approved_additions(settings)
        place = disk.temporary_folder(settings.editions)
        try:
            built = _build(shipped, additions, place, enter)
            name = _hash_of(place)
            if not (settings.editions / name).exists():
                _flush(place)
                place.rename(settings.editions / name)
                disk.sync_folder(settings.editions)
            disk.replace_file(settings.editions / CURRENT, name.encode("ascii") + b"\n")
        finally:
            shutil.rmtree(place, ignore_errors=True)
        _forget_old(settings.editions, name)
    return built


def _build(shipped: DataSettings, additions: Sequence[Addition], place: Path, enter: Callable[[str], None]) -> Built:
    enter("merge")
    tables = merged_tables(shipped_tables(shipped), additions)
    as_of = max([str(evidence.edition(shipped)["as_of"]), *(addition.decided_on for addition in additions)])
    merged = write_record(shipped, tables, place, as_of)
    _carry_history(shipped, place / "releases" / PUBLIC)
    enter("check")
    check_all(merged)
    enter("corridors")
    edition = load_edition(merged)
    prepared = _corridors(merged, edition)
    enter("release")
    release = publish_record(merged, as_of)
    return report_of(merged, edition, release, len(prepared))


def _corridors(merged: DataSettings, edition: Edition) -> Sequence[object]:
    """Prepare the corridors for the boundaries in use."""
    shapes = edition.counties().reset_index()
    prepared = prepare_corridors(merged, shapes, corridor_folder(merged, edition))
    return prepared.legs


def _carry_history(shipped: DataSettings, target: Path) -> None:
    """Copy the releases there were: those of the edition in use, else the shipped ones, and shipped ones since then."""
    own = shipped.in_use()
    sources = [own.record / "releases" / PUBLIC, shipped.shipped / "releases" / PUBLIC]
    ledgers = [Store(source.parent).ledger(PUBLIC) for source in dict.fromkeys(sources)]
    history = tuple(dict.fromkeys(name for ledger in ledgers for name in ledger.history))
    target.mkdir(parents=True)
    for name in history:
        folder_of_release = next(source / name for source in sources if (source / name).is_dir())
        shutil.copytree(folder_of_release, target / name)
    ledger = {"current": ledgers[0].current, "history": history, "withdrawn": {
        key: dict(value) for each in ledgers for key, value in each.withdrawn.items()}}  # fmt: skip
    disk.write_file(target / CURRENT, json.dumps(ledger, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")


def _hash_of(place: Path) -> str:
    """Return the hash of every file of an edition, by path."""
    digest = hashlib.sha256()
    for path in sorted(path for path in place.rglob("*") if path.is_file() and path.name != ".lock"):
        digest.update(f"{path.relative_to(place).as_posix()}\n{evidence.sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _flush(place: Path) -> None:
    """Put files and folders on disk before the edition gets its name."""
    for path in (place, *place.rglob("*")):
        disk.sync_folder(path)


def _forget_old(editions: Path, current: str) -> None:
    """Remove editions but the newest few; the one in use stays whatever its age."""
    named = [path for path in editions.iterdir() if re.fullmatch(r"[0-9a-f]{64}", path.name) and path.name != current]
    for path in sorted(named, key=lambda path: path.stat().st_mtime)[: -(KEPT - 1)]:
        shutil.rmtree(path, ignore_errors=True)
