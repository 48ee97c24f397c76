"""The sheet on data protection: what is held, on what terms, what could go wrong and what is done about it; to print.

Filled in from the vault's ledger, the terms and the privacy ledger; what only the organisation knows is left blank
for the pen. No count of cases stands on it, because paper travels.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from dashboard.steward.desk import Desk
from dashboard.steward.page import DeskPage
from dashboard.steward.publishing import costs
from geodata.intake import terms
from geodata.intake.rights import Rights
from geodata.release.publication import today

RISKS = ("recognised", "lost", "inside", "names", "wrong", "reader")


@dataclass(frozen=True, slots=True)
class DatasetTerms:
    """One dataset on the sheet.

    rights: the terms of its files, each once. unstated: files without. overdue: files kept longer than they may be.
    spent, budget: ε at δ = 10⁻⁶.
    """

    name: str
    files: int
    rights: tuple[Rights, ...]
    unstated: int
    overdue: int
    spent: float
    budget: float


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the route."""
    routes = Blueprint("dpia", __name__)

    @routes.get("/dpia")
    def sheet() -> str:
        return page.show(
            "dpia.html", "vault", datasets=datasets(desk), risks=RISKS, day=today().isoformat(),
            encrypted=bool(desk.settings.vault_key),
        )  # fmt: skip

    return routes


def datasets(desk: Desk) -> list[DatasetTerms]:
    """Return every dataset with real cases, by name."""
    listed = []
    batches = [batch for batch in desk.vault.batches() if not batch.meta.synthetic]
    for name in sorted({batch.meta.dataset for batch in batches}):
        stated = [terms.terms_of(desk.settings, batch.meta) for batch in batches if batch.meta.dataset == name]
        known = [rights for rights in stated if rights is not None]
        budget = costs(desk.settings, name)
        listed.append(
            DatasetTerms(
                name, len(stated), tuple(dict.fromkeys(known)), len(stated) - len(known),
                sum(rights.keep_until < today().year for rights in known),
                budget["spent_epsilon"], budget["budget_epsilon"],
            )
        )  # fmt: skip
    return listed
