"""The terms of each batch of cases: asked for at import, kept beside the vault, told in the reports.

Kept as ``NJIA_HOME/terms/<hash>.json`` before the batch itself, so that no batch stands without them whatever dies in
between; terms of a batch that never came, or was taken out again, stay as a record of what was asked. Nothing of a
case is in them. A vault shared by several computers has the terms on the one that imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from geodata import files as disk
from geodata.intake.rights import BASIS_WORDS, PURPOSE_WORDS, Rights
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault.batch import BatchInfo, BatchMeta

NOT_STATED = "For some of the files it was not said on what terms their cases were given."


def folder(settings: DataSettings) -> Path:
    """Return the folder of the terms."""
    return settings.home / "terms"


def keep(settings: DataSettings, meta: BatchMeta, rights: Rights) -> None:
    """Keep the terms of a batch; raise DataProblem when the disk refuses."""
    path = _path(settings, meta)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        disk.replace_file(path, rights.model_dump_json(indent=1).encode("utf-8") + b"\n")
    except OSError as problem:
        raise DataProblem(
            f"The terms of ‘{meta.file_name}’ could not be kept in {path.parent} ({problem.strerror or problem}); "
            "nothing was stored."
        ) from problem


def terms_of(settings: DataSettings, meta: BatchMeta) -> Rights | None:
    """Return the terms of a batch, None when none were stated here; a damaged file raises DataProblem."""
    path = _path(settings, meta)
    try:
        return Rights.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as problem:
        raise DataProblem(f"The terms in {path} are damaged; restore the file from a copy.") from problem


def in_words(rights: Rights) -> str:
    """Return terms as a report tells them."""
    basis = BASIS_WORDS[rights.legal_basis] + (f" ({rights.agreement})" if rights.agreement else "")
    return f"{basis}; purpose: {PURPOSE_WORDS[rights.purpose]}; kept until the end of {rights.keep_until}"


def sentences(settings: DataSettings, batches: Iterable[BatchInfo]) -> tuple[str, ...]:
    """Return what the report of a release says of the terms of its batches, each once, in a fixed order."""
    stated = [terms_of(settings, batch.meta) for batch in batches if not batch.meta.synthetic]
    told = sorted({f"Legal basis of the cases: {in_words(rights)}." for rights in stated if rights is not None})
    return (*told, NOT_STATED) if None in stated else tuple(told)


def _path(settings: DataSettings, meta: BatchMeta) -> Path:
    seed = f"{meta.dataset}\0{meta.file_key}\0{meta.content_hash}"
    return folder(settings) / f"{hashlib.sha256(seed.encode()).hexdigest()}.json"
