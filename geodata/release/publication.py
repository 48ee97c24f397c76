"""What a release is published with: its title, its day, its price unless the publisher says otherwise.

The only place of `geodata.release` with a calendar.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from geodata.settings import DataSettings
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.release.manifest import About

DATASET = "caseload"
LONGEST_TITLE = 80
EPSILON, BUDGET = 4.0, 8.0
"""What a release costs and what a dataset may spend unless the publisher says otherwise (ε at δ = 10⁻⁶)."""
_TITLES = {DATASET: "Reported cases", "demo": "Invented cases"}
"""What readers see for names that were not chosen by anybody."""


def today() -> date:
    """Return the day that is written on a release."""
    return datetime.now(UTC).date()


def about_of(settings: DataSettings, dataset: str, title: str = "") -> About:
    """Return what is said of a caseload's release.

    title: what readers see it called; "" for the one of the release before (`title_of`).
    """
    from geodata.intake import terms  # noqa: PLC0415
    from geodata.intake.attached import vault_for  # noqa: PLC0415 - only publishing needs them
    from geodata.release.manifest import About  # noqa: PLC0415 - heavy

    terms.carry_over(settings, vault_for(settings, dataset))
    batches = vault_for(settings, dataset).batches(dataset)
    synthetic = any(batch.meta.synthetic for batch in batches)
    name = checked_title(title) or title_of(settings, dataset)
    return About(dataset, title=name, synthetic=synthetic, notes=terms.sentences(settings, batches))


def title_of(settings: DataSettings, dataset: str) -> str:
    """Return what readers see a caseload called: as in its current release, else words made from its name."""
    from geodata.release.store import Store  # noqa: PLC0415 - pandas and pyarrow only when a verb runs

    store = Store(settings.releases)
    if settings.releases.is_dir() and store.ledger(dataset).current:
        before = store.open_current(dataset).manifest.title
        if before and before != dataset:
            return before
    words = dataset.replace("-", " ").replace("_", " ").strip()
    return _TITLES.get(dataset) or words[:1].upper() + words[1:]


def checked_title(title: str) -> str:
    """Return a title in one line; refuse one that is too long or carries a person's data. It is public."""
    from geodata.intake import privacy  # noqa: PLC0415 - only publishing needs it

    words = " ".join(title.split())
    if len(words) > LONGEST_TITLE:
        raise DataProblem(
            f"The title has {len(words)} letters; readers see it on every page: use {LONGEST_TITLE} at most."
        )
    kind = privacy.kind_of_value(words)
    if kind in (privacy.PHONE, privacy.EMAIL, privacy.ID_NUMBER, privacy.GPS):
        raise DataProblem(
            f"The title holds what looks like {privacy.LABELS[kind]}; everybody will read it: name the caseload only."
        )
    return words
