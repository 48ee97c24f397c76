"""Build what there is to build: the shipped record where its files changed, then the one with this user's additions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from geodata.build.merged import build_merged, has_own_record
from geodata.build.record import Built, build
from geodata.facts import evidence
from geodata.settings import DataSettings


def build_everything(settings: DataSettings, enter: Callable[[str], None] = lambda _step: None) -> Built:
    """Build, and return what readers see from now on; raise DataProblem at the first fault.

    Without additions the shipped record is built anew. With additions it is left as it is, unless somebody edited it.
    enter: told the name of each step of the record with additions as it begins (`geodata.build.merged.STEPS`).
    """
    shipped = replace(settings, merged=None)
    if not has_own_record(settings):
        return build(shipped)
    if _edited(shipped):
        build(shipped)
    return build_merged(settings, enter)


def _edited(shipped: DataSettings) -> bool:
    """Say whether an evidence file of the package is not the one that was built."""
    hashes = evidence.edition(shipped).get("files")
    place = evidence.folder(shipped)
    now = {f"{name}.csv": evidence.sha256_of(place / f"{name}.csv") for name in evidence.FILES}
    return hashes != now
