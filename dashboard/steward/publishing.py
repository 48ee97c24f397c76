"""Publishing from the desk: measure and prepare, read, let a second person approve; what the commands do too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from geodata.intake.attached import vault_for
from geodata.release import approve as approving
from geodata.release import prepared
from geodata.release.approve import Wish
from geodata.release.estimates import about
from geodata.release.expected import expected_errors
from geodata.release.manifest import PROTECTED, Manifest
from geodata.release.prepared import PreparedInfo
from geodata.release.publication import BUDGET, EPSILON, about_of, today
from geodata.release.reader import Release
from geodata.release.report import MEAN_ABSOLUTE, sentences
from geodata.release.store import Store
from geodata.settings import DataSettings

NATURES = ("trafficking", "smuggling")
TableErrors = tuple[tuple[tuple[str, ...], float], ...]
"""Of every table its dimensions and how far a figure is off on average, in persons."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A prepared release, as the person who approves it reads it. errors: (dimensions, average error)."""

    info: PreparedInfo
    manifest: Manifest
    sentences: tuple[str, ...]
    errors: TableErrors
    totals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The table a reader will see. rows: (county, cells); a cell is words or None, not shown."""

    nature: str
    by: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]
    hidden: tuple[str, ...]
    totals: tuple[tuple[str, str], ...]


def store(settings: DataSettings) -> Store:
    """Return the store of this user's releases."""
    return Store(settings.releases)


def wish_of(form: Mapping[str, str]) -> Wish:
    """Return what the form of the desk asks for."""
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    wish = Wish(by=form.get("by", "").strip(), on=today(), at=moment, why=form.get("why", "").strip())
    return replace(wish, restate=form.get("restate") == "yes")


def prepare_release(settings: DataSettings, dataset: str, wish: Wish, title: str = "") -> PreparedInfo:
    """Measure what is new and lay the release down for approval. Raises `DataProblem`."""
    return approving.prepare(vault_for(settings, dataset), store(settings), about_of(settings, dataset, title), wish)


def approve_release(settings: DataSettings, info: PreparedInfo, *, by: str, alone: bool) -> Release:
    """Make a prepared release visible. Raises `DataProblem` for the person who prepared it, unless `alone`."""
    return approving.approve(store(settings), info.dataset, info.id, by=by, on=today(), alone=alone)


def waiting(settings: DataSettings, dataset: str) -> PreparedInfo | None:
    """Return the release of a dataset that waits for approval."""
    if not settings.releases.is_dir():
        return None
    prepared_releases = prepared.waiting_for_approval(store(settings), dataset)
    return prepared_releases[-1] if prepared_releases else None


def draft_of(settings: DataSettings, info: PreparedInfo) -> Draft:
    """Return a waiting release with everything the person who approves it has to read."""
    made = prepared.read(store(settings), info)
    release = Release(prepared.folder_of(store(settings), info), made.manifest)
    tables = made.manifest.protection["tables"]
    errors = tuple((tuple(line["dims"]), MEAN_ABSOLUTE * float(line["standard_error"])) for line in tables)
    return Draft(info, made.manifest, tuple(sentences(made.manifest)), errors, totals_of(release))


def costs(settings: DataSettings, dataset: str) -> Mapping[str, float]:
    """Return what a dataset has spent and what is left; looks at the ledger only."""
    return approving.budget_of(vault_for(settings, dataset), dataset, BUDGET, EPSILON)


def expected() -> TableErrors:
    """Return the average error of every table of a first release; needs no data."""
    return tuple((dims, MEAN_ABSOLUTE * error) for dims, error in expected_errors(EPSILON))


def totals_of(release: Release) -> tuple[tuple[str, str], ...]:
    """Return the national figure of each nature that is shown, in words."""
    if release.manifest.policy != PROTECTED:
        return ()
    frame = release.lookup(("nature",))
    return tuple(
        (str(row["nature"]), in_words(row)) for row in frame.loc[frame["status"] == "shown"].to_dict("records")
    )


def in_words(row: Mapping[Any, Any]) -> str:
    """Return an estimate of a lookup as readers see it: 40 (35–45)."""
    value, low, high = about(float(row["persons"]), float(row["standard_error"]))
    return f"{value:,} ({low:,}–{high:,})".replace(",", "\u202f")


def preview(release: Release, names: dict[str, str], nature: str | None, by: str | None) -> Preview:
    """Return county by year, or over all years, as a reader gets it; one nature at a time."""
    nature = nature if nature in NATURES else NATURES[0]
    by = "year" if by == "year" else ""
    dims = ("county", by) if by else ("county",)
    frame = release.lookup(dims, {"nature": nature})
    columns = tuple(str(value) for value in release.values(by)) if by else ("",)
    cells: dict[str, list[str | None]] = {str(county): [None] * len(columns) for county in release.values("county")}
    sizes = dict.fromkeys(cells, 0)
    for row in frame.loc[frame["status"] == "shown"].to_dict("records"):
        county, column = str(row["county"]), columns.index(str(row[by])) if by else 0
        cells[county][column] = in_words(row)
        sizes[county] += 0 if pd.isna(row["persons"]) else int(row["persons"])
    order = sorted(cells, key=lambda county: (-sizes[county], names.get(county, county)))
    shown = tuple((names.get(county, county), tuple(cells[county])) for county in order if sizes[county])
    hidden = tuple(sorted(names[county] for county in cells if not sizes[county] and county in names))
    return Preview(nature, by, columns, shown, hidden, totals_of(release))


def states(settings: DataSettings) -> dict[str, list[tuple[Manifest, str]]]:
    """Return every dataset with its releases, newest first."""
    held = store(settings)
    return {name: held.releases(name)[::-1] for name in (held.datasets() if settings.releases.is_dir() else ())}
