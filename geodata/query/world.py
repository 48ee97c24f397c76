"""Everything the web process knows, opened once at start: releases and facts, never the vault.

Damaged or missing files stop the start with one sentence. Frames are shared and must not be changed.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import pandas as pd

from geodata.boundaries import Edition, load_edition
from geodata.build.locations import PUBLIC, corridor_folder, public_store
from geodata.corrections import APPROVED, Approved, approved, folder_of
from geodata.corrections.ledger import with_corrections
from geodata.corridors import Prepared, load_prepared
from geodata.facts import counties, evidence, national, responses, roles
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import DataProblem, Pcode, Period


@dataclass(frozen=True, eq=False)
class World:
    """Facts and releases. `key` changes with any of them: it may key caches.

    events, sources: attachments of the public-record release (withheld rule applied).
    answers: rule preset → one role answer per county and role. corridors: prepared for `edition`.
    corrections: approved ones; those with a public document are rows of `sources` too. watched: first year somebody
    was looking, by P-code, where it is frozen (a snapshot); None where it follows from the responses.
    """

    settings: DataSettings
    key: str
    as_of: str
    counties: pd.DataFrame
    edition: Edition
    releases: dict[str, Release]
    events: pd.DataFrame
    sources: pd.DataFrame
    responses: pd.DataFrame
    series: pd.DataFrame
    programmes: pd.DataFrame
    county_facts: pd.DataFrame
    answers: dict[str, tuple[roles.Answer, ...]]
    corridors: Prepared
    population: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    corrections: tuple[Approved, ...] = ()
    watched: dict[str, int] | None = None

    @cached_property
    def shapes(self) -> dict[str, Any]:
        """P-code → GeoJSON geometry at full precision, lon/lat (RFC 7946 winding)."""
        text = (self.edition.folder / "counties.geojson").read_text(encoding="utf-8")
        return {feature["properties"]["pcode"]: feature["geometry"] for feature in json.loads(text)["features"]}

    @cached_property
    def source_rows(self) -> dict[str, dict[str, Any]]:
        """Source id → its row in the ledger."""
        rows = cast("list[dict[str, Any]]", self.sources.to_dict("records"))
        return {str(row["source_id"]): row for row in rows}

    @cached_property
    def coverage(self) -> Period:
        """First and last year of the public record."""
        first, last = self.releases[PUBLIC].manifest.period or (0, 0)
        return Period(first, last)


def open_world(settings: DataSettings) -> World:
    """Open releases and facts; raise DataProblem, in one sentence, at the first thing that is not in order."""
    table = counties.load(settings)
    edition = load_edition(settings)
    public = public_store(settings).open_current(PUBLIC)
    _ = public.cells  # read and checked now, not at the first question
    events, ledger = attached(public)
    corrected = approved(folder_of(settings))
    return World(
        settings=settings,
        key=f"{public.id}/{edition.id}/{stamp(settings)}",
        as_of=str(evidence.edition(settings)["as_of"]),
        counties=table,
        edition=edition,
        releases={PUBLIC: public, **_caseloads(settings)},
        events=events,
        sources=with_corrections(ledger, corrected),
        responses=responses.load(settings),
        series=national.series(settings),
        programmes=national.programmes(settings),
        county_facts=national.county_facts(settings),
        answers=_answers(settings, [Pcode(pcode) for pcode in table["pcode"]]),
        corridors=load_prepared(corridor_folder(settings, edition)),
        population=dict(zip(table["pcode"], (int(n) for n in table["population_2019"]), strict=True)),
        names=dict(zip(table["pcode"], table["name"], strict=True)),
        corrections=corrected,
    )


def attached(public: Release) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return events and sources as a public-record release carries them; raise DataProblem when damaged."""
    try:
        events = pd.read_csv(io.BytesIO(public.attachment("incidents.csv")), dtype=str, keep_default_na=False)
        ledger = pd.read_csv(io.BytesIO(public.attachment("sources.csv")), dtype=str, keep_default_na=False)
    except (ValueError, KeyError) as error:
        raise DataProblem("The public-record release is damaged; restore it, or run `python app.py build`.") from error
    events["year"] = events["year"].astype("int64")
    events["persons"] = pd.to_numeric(events["persons"]).astype("Int64")
    for column in ("is_withheld",):
        events[column] = events[column] == "True"
    for column in ("background", "withheld"):
        ledger[column] = ledger[column] == "True"
    return events, ledger


def _caseloads(settings: DataSettings) -> dict[str, Release]:
    """Return the current release of every dataset this user published."""
    store = Store(settings.releases)
    return {
        name: store.open_current(name)
        for name in (store.datasets() if settings.releases.is_dir() else ())
        if name != PUBLIC and store.ledger(name).current is not None
    }


def stamp(settings: DataSettings) -> tuple[tuple[str, int], ...]:
    """Return what changes when a release is published or withdrawn, boundaries installed, a correction approved."""
    pointers = [
        *settings.releases.glob("*/CURRENT"),
        settings.boundaries / "CURRENT",
        settings.shipped / "releases",
        *(settings.shipped / "releases").glob("*/CURRENT"),
        folder_of(settings) / APPROVED,
    ]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in pointers if path.exists()))


def _answers(settings: DataSettings, pcodes: list[Pcode]) -> dict[str, tuple[roles.Answer, ...]]:
    known, presets = roles.statements(settings), roles.presets(settings)
    everything = tuple(presets.values())
    return {name: roles.decide(known, rule, everything, pcodes) for name, rule in presets.items()}
