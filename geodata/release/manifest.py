"""What a release says about itself: one frozen object, one JSON file.

The manifest is public. Every figure in it is
a function of the measurements, never of true counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from geodata.release.released_cells import ReleasedCells, Value, canonical_json
from geodata.values import DataProblem

SCHEMA_VERSION = 2

PUBLIC_RECORD = "public-record"
PROTECTED = "protected"

_OUTSIDE_CORE = frozenset({"id", "published", "predecessor", "audit", "files", "approval"})
"""Not part of the content hash: when it was published, after what, and how it was checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDescription:
    """What the caller of a release says of it, and its manifest repeats."""

    title: str = ""
    """Words for people."""
    boundary_edition: str = ""
    """Id of the counties' edition."""
    sources: tuple[str, ...] = ()
    """Ids of the sources cited."""
    coverage: Mapping[str, Any] = field(default_factory=dict)
    """Facts on what the data covers, JSON-able."""
    notes: tuple[str, ...] = ()
    synthetic: bool = False
    """Invented data, for training only."""


@dataclass(frozen=True, slots=True)
class About(ReleaseDescription):
    """What only the caller knows of a release."""

    dataset: str
    """Short name, also the folder's name: lower-case letters, digits, hyphens."""


@dataclass(frozen=True, slots=True)
class Manifest(ReleaseDescription):
    """One release's card; `core()` is the part its id is computed over.

    tables: dimensions of each published cross. period: first and last year covered. protection: how a protected
    release was measured (`geodata.release.build`), empty where counts are exact. files: name → bytes, sha256.
    approval: whether a second person approved it; names stay with the steward.
    """

    dataset: str
    policy: str
    dims: tuple[str, ...]
    measures: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    domains: Mapping[str, tuple[Value, ...]]
    period: tuple[int, int] | None
    protection: Mapping[str, Any] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION
    id: str = ""
    published: str = ""
    predecessor: str | None = None
    audit: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    approval: Mapping[str, Any] = field(default_factory=dict)

    def core(self) -> dict[str, Any]:
        """Return the hashed part, as plain JSON values."""
        plain = json.loads(canonical_json(asdict(self)))
        return {name: value for name, value in plain.items() if name not in _OUTSIDE_CORE}

    def sealed(self, *, release_id: str, published: date, predecessor: str | None) -> Manifest:
        """Return the manifest with its id, date and predecessor."""
        return replace(self, id=release_id, published=published.isoformat(), predecessor=predecessor)

    def to_json(self) -> bytes:
        """Readable JSON, keys sorted, ending with a line break."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False)
        return text.encode("utf-8") + b"\n"


def manifest_of(cells: ReleasedCells, about: About, *, policy: str, period: tuple[int, int] | None) -> Manifest:
    """Return the card of these cells as the caller describes them; their maker adds how they were checked or measured.

    period: first and last year covered, None where nobody says.
    """
    return Manifest(
        dataset=about.dataset,
        policy=policy,
        dims=tuple(cells.domains),
        measures=cells.measures,
        tables=tuple(table.dims for table in cells.tables),
        domains=cells.domains,
        period=period,
        title=about.title,
        boundary_edition=about.boundary_edition,
        sources=tuple(sorted(about.sources)),
        coverage=about.coverage,
        notes=about.notes,
        synthetic=about.synthetic,
    )


def from_json(content: bytes, where: str) -> Manifest:
    """Read a manifest; raises DataProblem when it is damaged or of another schema."""
    try:
        plain = json.loads(content)
        version = plain["schema_version"]
        if version == SCHEMA_VERSION:
            return _from_plain(plain)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DataProblem(
            f"The manifest of release {where} is damaged and cannot be read; expected the JSON written when it "
            "was published; copy the release again, or roll back to another one."
        ) from problem
    raise DataProblem(
        f"Release {where} has schema version {version}, this program reads {SCHEMA_VERSION}; "
        "use the program version that published it, or publish again."
    )


def _from_plain(plain: dict[str, Any]) -> Manifest:
    """Turn JSON lists back into tuples; an unknown or absent key is a damaged manifest."""
    known = {item.name for item in fields(Manifest)}
    if set(plain) != known:
        raise KeyError(sorted(set(plain) ^ known))
    for name in ("dims", "measures", "sources", "notes"):
        plain[name] = tuple(plain[name])
    plain["tables"] = tuple(tuple(dims) for dims in plain["tables"])
    plain["domains"] = {dim: tuple(values) for dim, values in plain["domains"].items()}
    if plain["period"] is not None:
        first, last = plain["period"]
        plain["period"] = (int(first), int(last))
    return Manifest(**plain)
