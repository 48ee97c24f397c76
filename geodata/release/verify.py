"""Checking a published release again, from its files alone: hashes, id, and a rebuild from its measurements."""

from __future__ import annotations

from geodata.release.manifest import PROTECTED, Manifest
from geodata.release.publish import check_rebuilt
from geodata.release.sealed import RESERVED, read_checked
from geodata.release.store import Store


def verify_release(store: Store, release_id: str) -> Manifest:
    """Read and hash everything; build a protected release again. Raises DataProblem at the first difference."""
    manifest = store.verify(release_id)
    if manifest.policy == PROTECTED:
        folder = store.root / manifest.dataset / manifest.id
        names = [name for name in manifest.files if name not in RESERVED]
        check_rebuilt(manifest, {name: read_checked(folder, name, manifest) for name in names}, manifest.id)
    return manifest
