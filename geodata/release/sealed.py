"""Reading a release's files back, each checked against the manifest before use."""

from __future__ import annotations

import hashlib
from pathlib import Path

from geodata.release.manifest import Manifest, from_json
from geodata.values import DataProblem

MANIFEST = "manifest.json"
CELLS = "cells.parquet"
REPORT = "report.html"
RESERVED = frozenset({MANIFEST, CELLS, REPORT})


def fingerprint(content: bytes) -> dict[str, object]:
    """Return what the manifest keeps of a file: its length and SHA-256."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def read_manifest(folder: Path) -> Manifest:
    """Read a release folder's manifest; raises DataProblem when it is absent or damaged."""
    where = folder.name[:12]
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as problem:
        raise DataProblem(
            f"Release {where} has no readable {MANIFEST}; expected it in {folder}; "
            "copy the release again, or roll back to another one."
        ) from problem
    manifest = from_json(content, where)
    if manifest.id != folder.name:
        raise DataProblem(
            f"The folder {folder.name[:12]} holds the manifest of release {manifest.id[:12]}; expected the "
            "folder to be named by its release; copy the release again."
        )
    return manifest


def read_checked(folder: Path, name: str, manifest: Manifest) -> bytes:
    """Bytes of one file of a release; raises DataProblem when absent, unlisted or changed."""
    expected = manifest.files.get(name)
    if expected is None:
        raise DataProblem(
            f"Release {manifest.id[:12]} has no file '{name}'; it holds {', '.join(sorted(manifest.files))}."
        )
    try:
        content = (folder / name).read_bytes()
    except OSError as problem:
        raise DataProblem(
            f"The file {name} of release {manifest.id[:12]} is missing or unreadable; copy the release again, "
            "or roll back to another one."
        ) from problem
    if fingerprint(content) != dict(expected):
        raise DataProblem(
            f"The file {name} of release {manifest.id[:12]} is damaged: it is not the file that was published; "
            "copy the release again, or roll back to another one."
        )
    return content
