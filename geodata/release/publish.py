"""Publishing: build cells → apply the policy → evaluate → write. The only way into the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from geodata.raw_cells import RawCells
from geodata.release.audit import Findings, audit_exact
from geodata.release.axes import window_end
from geodata.release.evaluate import evaluate, harden, suppressed_share
from geodata.release.events import cells_of_events, exact
from geodata.release.manifest import PROTECTED, PUBLIC_RECORD, About, Manifest
from geodata.release.protected import Rules, protect, released
from geodata.release.reader import Release
from geodata.release.released_cells import ReleasedCells, content_hash
from geodata.release.report import report_html
from geodata.release.store import Store

NOT_COVERED = (
    (
        "What this cannot prevent: somebody who already knows nine of the ten persons in a group can tell about the "
        "tenth, and of a group in which everybody is alike one learns what they have in common."
    ),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release that was built and passed its evaluation, and is not visible yet (a dry run)."""

    cells: ReleasedCells = field(repr=False)
    manifest: Manifest = field(repr=False)
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The id it will have."""
        return content_hash(self.cells, self.attachments, self.manifest.core())

    def publish(self, store: Store, published: date) -> Release:
        """Make it visible. published: the day on the manifest; never read from a clock."""
        report = report_html(self.manifest, published)
        return store.publish(self.cells, self.manifest, self.attachments, report, published)


def publish_public(
    records: pd.DataFrame, attachments: Mapping[str, bytes], *, store: Store, about: About, published: date
) -> Release:
    """Publish events that are already public and cited, with exact counts.

    records: see `geodata.release.events.cells_of_events`. attachments: file name → bytes, published
    beside the cells (``incidents.csv``). published: the day on the manifest; never read from a clock.

    Raises DataProblem, and changes nothing, when the events cannot be counted or the sums differ.
    """
    raw = cells_of_events(records)
    cells = exact(raw)
    findings = audit_exact(records, raw, cells)
    findings.require_clean()
    years = [int(year) for year in cells.domains["year"]]
    manifest = _manifest(cells, about, findings, (min(years), max(years)))
    return Prepared(cells, manifest, attachments).publish(store, published)


def prepare_protected(raw: RawCells, *, store: Store, about: About, rules: Rules | None = None) -> Prepared:
    """Do everything `publish_protected` does except making the release visible.

    Raises DataProblem, and changes nothing, when the evaluation finds fault.
    """
    rules = rules or Rules()
    ledger = store.ledger(about.dataset)
    predecessor = store.open_current(about.dataset) if ledger.current else None
    if predecessor is not None and predecessor.manifest.policy != PROTECTED:
        predecessor = None
    working, attacked, unstopped = harden(protect(raw, rules, predecessor))
    cells = released(working)
    checked = evaluate(working, cells, store.earlier(about.dataset))
    findings = Findings({**checked.figures, **attacked}, (*checked.problems, *unstopped))
    findings.require_clean()
    closed = [year for year in (rules.closed_through, predecessor and predecessor.manifest.closed_through) if year]
    card = replace(
        _manifest(cells, about, findings, _period(cells)),
        policy=PROTECTED,
        k=rules.k,
        suppressed_share=suppressed_share(cells),
        notes=(*about.notes, *NOT_COVERED),
        closed_through=max(closed, default=None),
        two_sources=rules.two_sources,
    )
    return Prepared(cells, card)


def publish_protected(
    raw: RawCells, *, store: Store, about: About, published: date, rules: Rules | None = None
) -> Release:
    """Publish a caseload in whole groups with the guard, after its evaluation.

    raw: the vault's base cells (`geodata.vault.Vault.base_cells`); not changed. rules: the publisher's
    choices. Raises DataProblem, and changes nothing, when the evaluation finds fault.
    """
    return prepare_protected(raw, store=store, about=about, rules=rules).publish(store, published)


def _period(cells: ReleasedCells) -> tuple[int, int] | None:
    """First and last year that is shown, alone or in a window; never from true counts."""
    years = [int(year) for year in cells.domains.get("year", ()) if year]
    if years:
        return min(years), max(years)
    windows = [str(value) for value in cells.domains.get("window_5", ()) if window_end(value) is not None]
    spans = [(int(value.split("–")[0]), int(value.split("–")[1])) for value in windows]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _manifest(cells: ReleasedCells, about: About, findings: Findings, period: tuple[int, int] | None) -> Manifest:
    """Fill the card with what the cells and the caller say; exact counts, until a policy says otherwise."""
    return Manifest(
        dataset=about.dataset,
        policy=PUBLIC_RECORD,
        k=None,
        dims=tuple(cells.domains),
        measures=cells.measures,
        tables=tuple(table.dims for table in cells.tables),
        domains=cells.domains,
        period=period,
        suppressed_share=0.0,
        title=about.title,
        boundary_edition=about.boundary_edition,
        sources=tuple(sorted(about.sources)),
        coverage=about.coverage,
        notes=about.notes,
        synthetic=about.synthetic,
        audit=findings.figures,
    )
