"""Making a release, and making it visible: the only way into the store.

The public record goes events → cells → checks → store. A caseload goes measurements → build → *prepared*, and
becomes visible when a second person approves it (`approve`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from geodata.release.build import NOT_COVERED, attachments_of, build
from geodata.release.event_checks import audit_exact
from geodata.release.events import cells_of_events, exact
from geodata.release.manifest import PUBLIC_RECORD, About, Manifest, manifest_of
from geodata.release.measurements import Measurements, from_json
from geodata.release.reader import Release
from geodata.release.released_cells import ReleasedCells, content_hash
from geodata.release.report import report_html
from geodata.release.store import Store
from geodata.values import DataProblem


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release that was built and is not visible yet."""

    cells: ReleasedCells = field(repr=False)
    manifest: Manifest = field(repr=False)
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The id it will have."""
        return content_hash(self.cells, self.attachments, self.manifest.core())

    def publish(self, store: Store, published: date, approval: Mapping[str, object] | None = None) -> Release:
        """Make it visible. published: the day on the manifest; never read from a clock."""
        manifest = replace(self.manifest, approval=dict(approval or {}))
        report = report_html(manifest, published)
        return store.publish(self.cells, manifest, self.attachments, report, published)


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
    manifest = manifest_of(cells, about, policy=PUBLIC_RECORD, period=(min(years), max(years)))
    manifest = replace(manifest, audit=findings.figures)
    return Prepared(cells, manifest, attachments).publish(store, published)


def prepare_protected(measured: Sequence[Measurements], about: About) -> Prepared:
    """Build a caseload's release from its measurements; pure, and never sees a case."""
    cells, manifest = build(measured, about)
    return Prepared(cells, manifest, attachments_of(measured))


def rebuilt(manifest: Manifest, attachments: Mapping[str, bytes]) -> Prepared:
    """Build a protected release again from the measurements it carries; the id tells whether it is the same.

    Raises DataProblem when the files are not measurements.
    """
    measured = [from_json(attachments[name], name) for name in sorted(attachments)]
    notes = tuple(note for note in manifest.notes if note not in NOT_COVERED)
    about = About(
        dataset=manifest.dataset, title=manifest.title, boundary_edition=manifest.boundary_edition,
        sources=manifest.sources, coverage=manifest.coverage, notes=notes, synthetic=manifest.synthetic,
    )  # fmt: skip
    return prepare_protected(measured, about)


def check_rebuilt(manifest: Manifest, attachments: Mapping[str, bytes], release_id: str) -> None:
    """Raise DataProblem when a protected release is not what its own measurements give."""
    if rebuilt(manifest, attachments).id != release_id:
        raise DataProblem(
            f"Release {release_id[:12]} is not what its measurements give: it was made by another version of Njia or "
            "changed; publish it again with this version."
        )
