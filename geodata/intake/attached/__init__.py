"""Archives elsewhere: an agency's own Parquet, read where it lies, mapped by a profile, measured in place.

`vault_for(settings, dataset)` gives what a dataset is measured from: an attached archive, or this user's vault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.settings import DataSettings
    from geodata.vault import Vault


def vault_for(settings: DataSettings, dataset: str) -> Vault:
    """Return the vault of a dataset; raise DataProblem when its name stands for cases here and elsewhere."""
    # The room is imported with the command line, also where only readers' packages are installed.
    from geodata.intake.attached.card import is_attached  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415

    vault = open_vault(settings)
    if not is_attached(settings, dataset):
        return vault
    from geodata.intake.attached.archive import open_attached  # noqa: PLC0415 - loads the intake

    if vault.batches(dataset):
        raise DataProblem(
            f"'{dataset}' is an attached archive, and cases were imported under that name too; detach the archive or "
            "take the imports back: a release is of one of them."
        )
    return open_attached(settings, dataset)
