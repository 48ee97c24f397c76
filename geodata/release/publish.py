"""Publishing: build cells → apply the policy → evaluate → write. The only way into the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from geodata.release.audit import Findings, audit_exact
from geodata.release.cells import ReleasedCells
from geodata.release.events import cells_of_events, exact
from geodata.release.manifest import PUBLIC_RECORD, About, Manifest
from geodata.release.reader import Release
from geodata.release.report import report_html
from geodata.release.store import Store


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
    years = [int(year) for year in cells.domains["year"]]
    manifest = _manifest(cells, about, findings, policy=PUBLIC_RECORD, period=(min(years), max(years)))
    findings.require_clean()
    return store.publish(cells, manifest, attachments, report_html(manifest, published), published)


def _manifest(
    cells: ReleasedCells, about: About, findings: Findings, *, policy: str, period: tuple[int, int] | None
) -> Manifest:
    """Fill the card with what the cells and the caller say."""
    return Manifest(
        dataset=about.dataset,
        policy=policy,
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
