"""Evidence and boundaries in, everything the web process opens out: the public-record release, prepared corridors.

`build` checks every evidence file in both directions, then writes, in this order, so that a reader
never meets half: prepared corridors of the boundary edition, the release, and last the list of
evidence files with their hashes. The same inputs give the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from geodata import corridors
from geodata.boundaries import Edition, load_edition
from geodata.build.locations import PUBLIC, corridor_folder, public_store
from geodata.corridors.prepare import run as prepare_corridors
from geodata.facts import (
    claims,
    counties,
    evidence,
    helplines,
    incidents,
    national,
    outcomes,
    public_record,
    redirects,
    responses,
    roles,
    sources,
)
from geodata.files import replace_file
from geodata.release.manifest import About
from geodata.release.publish import publish_public
from geodata.release.reader import Release
from geodata.settings import DataSettings


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made, for the report: counts and ids."""

    release: str
    edition: str
    counties: int
    incidents: int
    sources: int
    legs: int
    statements: int
    responses: int


def prepare_edition(settings: DataSettings, edition: Edition) -> corridors.Prepared:
    """Make everything that depends on the boundaries; called after an edition was installed."""
    shapes = edition.counties().reset_index()
    return prepare_corridors(settings, shapes, corridor_folder(settings, edition))


def build(settings: DataSettings) -> Built:
    """Check the evidence and write what the web process opens; raise DataProblem at the first fault."""
    today = take_over(settings)
    edition = load_edition(settings)
    prepared = prepare_edition(settings, edition)
    release = publish_record(settings, today)
    return report_of(settings, edition, release, len(prepared.legs))


def report_of(settings: DataSettings, edition: Edition, release: Release, n_legs: int) -> Built:
    """Return what a build made, counted from what was built."""
    return Built(
        release=release.id,
        edition=edition.id,
        counties=len(counties.load(settings)),
        incidents=len(public_record.for_release(settings)),
        sources=len(sources.load(settings)),
        legs=n_legs,
        statements=len(roles.statements(settings)),
        responses=len(responses.load(settings)),
    )


def take_over(settings: DataSettings) -> str:
    """Check every evidence file as it lies there, write the list of hashes, return the as-of date.

    The list is restored when a check fails, so a faulty edit never becomes the edition.
    """
    path = evidence.folder(settings) / evidence.EDITION
    before = path.read_bytes()
    as_of = str(json.loads(before)["as_of"])
    names = sorted(f"{name}.csv" for name in evidence.FILES)
    hashes = {name: evidence.sha256_of(evidence.folder(settings) / name) for name in names}
    text = json.dumps({"as_of": as_of, "files": hashes}, indent=2, ensure_ascii=False) + "\n"
    if text.encode() != before:
        replace_file(path, text.encode())
    try:
        check_all(settings)
    except Exception:
        replace_file(path, before)
        raise
    return as_of


def check_all(settings: DataSettings) -> None:
    """Read every evidence file anew, in both directions; raise DataProblem at the first fault."""
    for forget in (
        counties.load, counties.pcode_by_name, incidents.load, sources.cited, sources.further,
        sources.of_incidents, sources.load, sources.told_by_two, outcomes.load, redirects.load, helplines.load,
        claims.load,
        responses.load, national.series, national.programmes, national.county_facts, roles.statements,
    ):  # fmt: skip
        forget.cache_clear()
    counties.load(settings)
    sources.load(settings)
    responses.load(settings)
    national.series(settings)
    national.programmes(settings)
    national.county_facts(settings)
    roles.statements(settings)
    outcomes.load(settings)
    redirects.load(settings)
    helplines.load(settings)
    claims.load(settings)


def publish_record(settings: DataSettings, as_of: str) -> Release:
    """Publish the record's events and sources in its own store. as_of: the day on the release."""
    events = public_record.for_release(settings)
    ledger = sources.load(settings)
    about = About(
        dataset=PUBLIC,
        title="Public record: events reported by press, police and NGOs",
        sources=tuple(ledger["source_id"]),
        coverage={"as_of": as_of, "events": len(events), "withheld": int(events["is_withheld"].sum())},
    )
    files = {
        "incidents.csv": events.to_csv(index=False, lineterminator="\n").encode(),
        "sources.csv": ledger.to_csv(index=False, lineterminator="\n").encode(),
    }
    records = public_record.cell_records(settings)
    return publish_public(
        records, files, store=public_store(settings), about=about, published=date.fromisoformat(as_of)
    )
