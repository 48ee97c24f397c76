"""Everything the web process knows, opened once at start: releases and facts, never the vault.

Damaged or missing files stop the start with one sentence. Frames are shared and must not be changed.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.boundaries import Edition, load_edition
from geodata.build.locations import PUBLIC, corridor_folder, public_store
from geodata.corrections import APPROVED, Approved, approved, folder_of
from geodata.corrections.ledger import with_corrections
from geodata.corridors import Prepared, load_prepared
from geodata.facts import counties, evidence, national, responses, roles, sources
from geodata.facts.responses import ResponseRow
from geodata.facts.rows import CountyFact, CountyRow, EventRow, ProgrammeRow, SeriesValue
from geodata.facts.sources import LedgerSource
from geodata.links.ledger import LINKS, LinkRow
from geodata.links.ledger import folder as links_folder
from geodata.links.ledger import read as read_links
from geodata.release.audience import FILE as READERS_FILE
from geodata.release.audience import seen_on_site
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import DataProblem, Pcode, Period

__all__ = ["LedgerSource", "ResponseRow", "World", "attached", "open_world", "stamp"]


@dataclass(frozen=True, eq=False)
class World:
    """Facts and releases, opened once. Two worlds with one `key` answer every question alike."""

    settings: DataSettings
    key: str
    """Changes with any release, boundary edition or approved correction: it may key caches."""
    as_of: str
    """Day the evidence was carried in, YYYY-MM-DD."""
    counties: pd.DataFrame
    """47 rows in P-code order: codes, names, former province, census of 2019 (`facts.counties.load`)."""
    edition: Edition
    """Boundaries in use; longitude/latitude in WGS 84 (EPSG:4326)."""
    releases: dict[str, Release]
    """Dataset → its current release; ``public`` is always there."""
    events: pd.DataFrame
    """Events as the public release carries them, the withheld rule applied; `persons` missing = not stated."""
    sources: pd.DataFrame
    """The ledger of citations as the public release carries it, and approved corrections with a document."""
    responses: pd.DataFrame
    """Who does what where (`facts.responses.load`); `quantity` missing = no number."""
    series: pd.DataFrame
    """Kenya's published yearly figures, each with its own unit (`facts.national.series`)."""
    programmes: pd.DataFrame
    """Regional programmes (`facts.national.programmes`)."""
    county_facts: pd.DataFrame
    """Cited facts about one county that are neither event, role nor response."""
    role_decisions: dict[str, tuple[roles.RoleDecision, ...]]
    """Rule preset → one decision per county and role, by P-code and role."""
    corridors: Prepared
    """Corridors, legs and places, prepared for `edition`; lengths in kilometres."""
    population: dict[str, int] = field(default_factory=dict)
    """P-code → residents, census of 2019."""
    names: dict[str, str] = field(default_factory=dict)
    """P-code → the county's name, in P-code order."""
    corrections: tuple[Approved, ...] = ()
    """Approved corrections; those with a public document are rows of `sources` too."""
    links: dict[str, LinkRow] = field(default_factory=dict)
    """Source id → what the last visit to its address found; empty before the first. `LinkRow.dead` is the mark."""
    watched: dict[str, int] | None = None
    """P-code → first year somebody was looking, where a snapshot froze it; None: it follows from the responses."""

    @cached_property
    def shapes(self) -> dict[str, Any]:
        """P-code → GeoJSON geometry at full precision, lon/lat (RFC 7946 winding)."""
        text = (self.edition.folder / "counties.geojson").read_text(encoding="utf-8")
        return {feature["properties"]["pcode"]: feature["geometry"] for feature in json.loads(text)["features"]}

    @cached_property
    def source_rows(self) -> dict[str, LedgerSource]:
        """Source id → its row in the ledger."""
        return sources.by_id(self.sources)

    @cached_property
    def county_rows(self) -> tuple[CountyRow, ...]:
        """The 47 counties in P-code order."""
        return _rows(self.counties)

    @cached_property
    def event_rows(self) -> tuple[EventRow, ...]:
        """The events as a reader may see them, in the order of the release."""
        return _rows(self.events)

    @cached_property
    def fact_rows(self) -> tuple[CountyFact, ...]:
        """Cited facts of the counties."""
        return _rows(self.county_facts)

    @cached_property
    def programme_rows(self) -> tuple[ProgrammeRow, ...]:
        """Regional programmes."""
        return _rows(self.programmes)

    @cached_property
    def series_rows(self) -> tuple[SeriesValue, ...]:
        """Published yearly figures of the whole country."""
        return _rows(self.series)

    @cached_property
    def response_rows(self) -> tuple[ResponseRow, ...]:
        """The responses row by row, in the order of the evidence."""
        return responses.rows(self.responses)

    @cached_property
    def coverage(self) -> Period:
        """First and last year of the public record."""
        first, last = self.releases[PUBLIC].manifest.period or (0, 0)
        return Period(first, last)


def _rows(table: pd.DataFrame) -> tuple[Any, ...]:
    """Return a checked table as plain rows, None where nothing is stated."""
    return tuple(table.astype(object).where(table.notna(), None).to_dict("records"))


def open_world(settings: DataSettings) -> World:
    """Open releases and facts; raise DataProblem, in one sentence, at the first thing that is not in order."""
    settings = settings.in_use()
    table = counties.load(settings)
    edition = load_edition(settings)
    public = public_store(settings).open_current(PUBLIC)
    _ = public.cells  # read and checked now, not at the first question
    events, ledger = attached(public)
    corrected = approved(folder_of(settings))
    return World(
        settings=settings,
        key=_key_of(public.id, edition.id, settings),
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
        role_decisions=_role_decisions(settings, [Pcode(pcode) for pcode in table["pcode"]]),
        corridors=load_prepared(corridor_folder(settings, edition)),
        population=dict(zip(table["pcode"], (int(n) for n in table["population_2019"]), strict=True)),
        names=dict(zip(table["pcode"], table["name"], strict=True)),
        corrections=corrected,
        links=read_links(settings),
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
    store = Store(settings.releases, seen_on_site(partners=settings.partners))
    return {
        name: store.open_current(name)
        for name in (store.datasets() if settings.releases.is_dir() else ())
        if name != PUBLIC and store.ledger(name).current is not None
    }


def stamp(settings: DataSettings) -> tuple[tuple[str, int], ...]:
    """Return what changes when what is shown does.

    A release published or withdrawn, boundaries installed, a correction approved, links checked.
    """
    places = [*_pointers(settings), settings.shipped / "releases"]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in places if path.exists()))


def _pointers(settings: DataSettings) -> list[Path]:
    """Return the small files that say what is shown."""
    store = Store(settings.releases, seen_on_site(partners=settings.partners))
    shown = store.datasets() if settings.releases.is_dir() else ()
    return [
        *(settings.releases / name / file for name in shown for file in ("CURRENT", READERS_FILE)),
        settings.boundaries / "CURRENT",
        settings.editions / "CURRENT",
        *(settings.shipped / "releases").glob("*/CURRENT"),
        folder_of(settings) / APPROVED,
        links_folder(settings) / LINKS,
    ]


def _key_of(public_id: str, edition_id: str, settings: DataSettings) -> str:
    """Return the key of a world: from what its pointers say, so that two servers with the same releases share it."""
    told = sha256(f"{public_id}/{edition_id}".encode())
    for path in sorted(_pointers(settings)):
        if path.is_file():
            told.update(f"/{path.parent.name}/".encode() + sha256(path.read_bytes()).digest())
    return told.hexdigest()[:24]


def _role_decisions(settings: DataSettings, pcodes: list[Pcode]) -> dict[str, tuple[roles.RoleDecision, ...]]:
    known, presets = roles.statements(settings), roles.presets(settings)
    everything = tuple(presets.values())
    return {name: roles.decide(known, rule, everything, pcodes) for name, rule in presets.items()}
