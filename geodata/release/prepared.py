"""Releases that wait for approval: whole folders beside the published ones, where no reader looks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from geodata import files
from geodata.release.publish import Prepared
from geodata.release.released_cells import from_parquet, to_parquet
from geodata.release.report import report_html
from geodata.release.sealed import CELLS, MANIFEST, REPORT, RESERVED, fingerprint, read_checked, read_manifest
from geodata.release.store import PREPARED, Store
from geodata.values import DataProblem

CARD = "prepared.json"


@dataclass(frozen=True, slots=True)
class PreparedInfo:
    """Who prepared which release, when (ISO date), and why although little was new.

    published: it is visible already (nothing was new).
    """

    dataset: str
    id: str
    by: str
    on: str
    why: str = ""
    published: bool = False


def keep(store: Store, made: Prepared, *, by: str, on: date, why: str) -> PreparedInfo:
    """Write a built release into the waiting room, whole or not at all; the same content again is the same place."""
    release_id = made.id
    dataset = made.manifest.dataset
    ledger = store.ledger(dataset)
    if release_id in ledger.history:
        if release_id in ledger.withdrawn:
            raise DataProblem(
                f"Nothing is new, and exactly this release ({release_id[:12]}) was withdrawn; import the corrected "
                "cases, then publish with --restate."
            )
        return PreparedInfo(dataset, release_id, by, on.isoformat(), why, published=True)
    room = store.root / dataset / PREPARED
    room.mkdir(parents=True, exist_ok=True)
    files.collect(room)
    info = PreparedInfo(dataset, release_id, by, on.isoformat(), why)
    card = json.dumps(asdict(info), ensure_ascii=False, indent=1).encode() + b"\n"
    if (room / release_id).is_dir():
        files.replace_file(room / release_id / CARD, card)
        return info
    sealed = made.manifest.sealed(release_id=release_id, published=on, predecessor=ledger.current)
    contents = {CELLS: to_parquet(made.cells), REPORT: report_html(sealed, None), **made.attachments}
    sealed = replace(sealed, files={name: fingerprint(content) for name, content in sorted(contents.items())})
    folder = files.temporary_folder(room)
    try:
        for name, content in {**contents, MANIFEST: sealed.to_json(), CARD: card}.items():
            files.write_file(folder / name, content)
        files.sync_folder(folder)
        folder.rename(room / release_id)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    files.sync_folder(room)
    _drop_others(room, release_id)
    return info


def waiting_for_approval(store: Store, dataset: str) -> tuple[PreparedInfo, ...]:
    """Return what waits, at most one release per dataset."""
    room = store.root / dataset / PREPARED
    infos = []
    for card in sorted(room.glob(f"*/{CARD}")) if room.is_dir() else ():
        try:
            infos.append(PreparedInfo(**json.loads(card.read_bytes())))
        except (OSError, ValueError, TypeError) as problem:
            raise DataProblem(f"The file {card} is damaged; prepare the release again.") from problem
    return tuple(infos)


def pending(store: Store, dataset: str, release_id: str) -> PreparedInfo:
    """Return the waiting release with this id, or the start of it."""
    hits = [info for info in waiting_for_approval(store, dataset) if info.id.startswith(release_id) and release_id]
    if len(hits) != 1:
        raise DataProblem(
            f"No release '{release_id[:12]}' of dataset '{dataset}' waits for approval; the command 'publish' prepares "
            "one and says its id."
        )
    return hits[0]


def folder_of(store: Store, info: PreparedInfo) -> Path:
    """Return where a waiting release lies."""
    return store.root / info.dataset / PREPARED / info.id


def read(store: Store, info: PreparedInfo) -> Prepared:
    """Read a waiting release back, every file checked against its manifest."""
    folder = folder_of(store, info)
    manifest = read_manifest(folder)
    contents: Mapping[str, bytes] = {name: read_checked(folder, name, manifest) for name in manifest.files}
    cells = from_parquet(contents[CELLS], manifest.domains, manifest.measures, manifest.tables)
    return Prepared(cells, manifest, {name: content for name, content in contents.items() if name not in RESERVED})


def forget(store: Store, info: PreparedInfo) -> None:
    """Take a release out of the waiting room: it is visible now, or nobody wants it."""
    shutil.rmtree(folder_of(store, info), ignore_errors=True)


def _drop_others(room: Path, kept: str) -> None:
    """Remove older waiting releases: a newer one stands for everything they say."""
    for folder in room.iterdir():
        if folder.name != kept:
            shutil.rmtree(folder, ignore_errors=True)
