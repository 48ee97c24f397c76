"""The terms of each batch of cases: asked for at import, kept in the vault's ledger, told in the reports.

They stand in the batch's own line, so that whoever shares the vault sees them, and no batch stands without them
whatever dies in between. Nothing of a case is in them. Before, they were files in ``NJIA_HOME/terms`` of the computer
that imported: such a file is still read, and `carry_over` brings it into the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from geodata.intake.rights import BASIS_WORDS, PURPOSE_WORDS, Rights
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault import Vault
from geodata.vault.batch import BatchInfo, BatchMeta

NOT_STATED = "For some of the files it was not said on what terms their cases were given."


def terms_of(settings: DataSettings, meta: BatchMeta) -> Rights | None:
    """Return the terms of a batch, None when none were stated; damaged ones raise DataProblem."""
    if meta.terms:
        return _read(meta.terms, f"The terms of ‘{meta.file_name}’ in the vault’s ledger")
    path = _path(settings, meta)
    try:
        return _read(path.read_bytes(), f"The terms in {path}")
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise DataProblem(f"The terms in {path} cannot be read ({problem.strerror}).") from problem


def carry_over(settings: DataSettings, vault: Vault) -> int:
    """Bring terms that lie in files of this computer into the ledger of the vault; return how many batches got theirs.

    A file goes only after the ledger has its terms: whatever dies in between, they stand in one place at least.
    """
    if not (settings.home / "terms").is_dir():
        return 0
    carried = 0
    for batch in vault.batches():
        rights = None if batch.meta.terms else terms_of(settings, batch.meta)
        if rights is not None:
            vault.state_terms(batch.batch_id, rights.model_dump_json())
            _path(settings, batch.meta).unlink(missing_ok=True)
            carried += 1
    return carried


def in_words(rights: Rights) -> str:
    """Return terms as a report tells them."""
    basis = BASIS_WORDS[rights.legal_basis] + (f" ({rights.agreement})" if rights.agreement else "")
    return f"{basis}; purpose: {PURPOSE_WORDS[rights.purpose]}; kept until the end of {rights.keep_until}"


def sentences(settings: DataSettings, batches: Iterable[BatchInfo]) -> tuple[str, ...]:
    """Return what the report of a release says of the terms of its batches, each once, in a fixed order."""
    stated = [terms_of(settings, batch.meta) for batch in batches if not batch.meta.synthetic]
    told = sorted({f"Legal basis of the cases: {in_words(rights)}." for rights in stated if rights is not None})
    return (*told, NOT_STATED) if None in stated else tuple(told)


def _read(text: str | bytes, what: str) -> Rights:
    try:
        return Rights.model_validate_json(text)
    except ValidationError as problem:
        raise DataProblem(f"{what} are damaged; restore them from a copy.") from problem


def _path(settings: DataSettings, meta: BatchMeta) -> Path:
    """Return the file in which the terms of a batch were kept before the ledger had a place for them."""
    seed = f"{meta.dataset}\0{meta.file_key}\0{meta.content_hash}"
    return settings.home / "terms" / f"{hashlib.sha256(seed.encode()).hexdigest()}.json"
