"""A synthetic caseload for training, tests and benchmarks. Every number in it is invented.

`caseload(rows, seed)` yields Arrow tables with the vault's row schema: skewed and correlated as
real caseloads are (a few counties hold most cases; form, age, sex, nationality, corridor and
reporting organisation hang together), but with counties in a shuffled order, so that nobody
takes it for a finding. The same seed gives the same rows on every machine; chunks are drawn
independently, so 10⁸ rows need the memory of one chunk. Datasets made from it are marked
synthetic, and every page, map and export of their releases wears a banner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.intake.schema import nationality_group
from geodata.values import N_COUNTIES, Form, Nature, Role
from geodata.vault.batch import ROW_SCHEMA, UNKNOWN, UNKNOWN_MONTH, month_number

DATASET = "demo"
CHUNK_ROWS = 1_000_000
FIRST_YEAR, LAST_YEAR = 2016, 2025
ORGANISATIONS = tuple(f"Synthetic organisation {number}" for number in range(1, 25))

COUNTIES = tuple(f"KE{code:03d}" for code in range(1, N_COUNTIES + 1))
AGE_GROUPS = ("0-8", "9-17", "18-20", "21-23", "24-26", "27-29", "30-38", "39-47", "48+", UNKNOWN)
SEXES = ("female", "male", UNKNOWN)

Weights = dict[str, float]
Codes = NDArray[np.int32]

_CHILD = (0.3, 0.66, 0.02, 0, 0, 0, 0, 0, 0, 0.02)
_YOUNG = (0.03, 0.17, 0.26, 0.19, 0.13, 0.08, 0.07, 0.02, 0.01, 0.04)
_GIRLS = (0.04, 0.38, 0.22, 0.13, 0.09, 0.05, 0.05, 0.01, 0, 0.03)
_ADULT = (0, 0.03, 0.11, 0.19, 0.21, 0.17, 0.2, 0.05, 0.02, 0.02)
_ANY = (0.08, 0.16, 0.12, 0.12, 0.12, 0.1, 0.15, 0.07, 0.05, 0.03)

_AGES: dict[str, tuple[float, ...]] = {
    Form.SMUGGLING_TRANSIT: _YOUNG,
    Form.CHILD_TRAFFICKING: _CHILD,
    Form.RECRUITMENT_ABROAD: _ADULT,
    Form.SEXUAL_EXPLOITATION: _GIRLS,
    Form.FORCED_MARRIAGE: _GIRLS,
    Form.ONLINE_SCAM: _ADULT,
    Form.ORGAN_REMOVAL: _ADULT,
}


@dataclass(frozen=True, slots=True)
class _Stream:
    """One kind of case: how often it occurs and what goes with it."""

    share: float
    female: float
    forms: Weights
    nationalities: Weights
    roles: Weights
    corridors: Weights
    transport: Weights
    means: Weights
    recruiter: Weights
    zipf: float


_STREAMS = (
    _Stream(
        share=0.36,
        female=0.14,
        forms={Form.SMUGGLING_TRANSIT: 0.96, Form.UNSPECIFIED: 0.04},
        nationalities={"ETH": 0.74, "ERI": 0.14, "SOM": 0.07, "UGA": 0.02, UNKNOWN: 0.03},
        roles={Role.TRANSIT: 0.9, Role.DESTINATION: 0.06, UNKNOWN: 0.04},
        corridors={"C01": 0.55, "C02": 0.12, "C03": 0.1, "C06": 0.08, "C05": 0.05, UNKNOWN: 0.1},
        transport={"road": 0.9, "foot": 0.05, UNKNOWN: 0.05},
        means={UNKNOWN: 0.7, "debt_bondage": 0.2, "false_promises": 0.1},
        recruiter={UNKNOWN: 0.6, "other": 0.4},
        zipf=1.4,
    ),
    _Stream(
        share=0.2,
        female=0.76,
        forms={Form.RECRUITMENT_ABROAD: 0.9, Form.ONLINE_SCAM: 0.08, Form.ORGAN_REMOVAL: 0.02},
        nationalities={"KEN": 0.88, "UGA": 0.08, "RWA": 0.02, UNKNOWN: 0.02},
        roles={Role.SOURCE: 0.86, Role.TRANSIT: 0.11, UNKNOWN: 0.03},
        corridors={"C19": 0.62, "C20": 0.14, "C21": 0.12, UNKNOWN: 0.12},
        transport={"air": 0.93, UNKNOWN: 0.07},
        means={"false_promises": 0.5, "false_promises;withholds_documents": 0.25, "debt_bondage": 0.15, UNKNOWN: 0.1},
        recruiter={"other": 0.6, "friend": 0.2, "family": 0.08, UNKNOWN: 0.12},
        zipf=1.1,
    ),
    _Stream(
        share=0.2,
        female=0.62,
        forms={Form.DOMESTIC_SERVITUDE: 0.4, Form.CHILD_TRAFFICKING: 0.45, Form.FORCED_MARRIAGE: 0.15},
        nationalities={"KEN": 0.82, "UGA": 0.1, "TZA": 0.04, "SOM": 0.02, UNKNOWN: 0.02},
        roles={Role.DESTINATION: 0.5, Role.SOURCE: 0.42, UNKNOWN: 0.08},
        corridors={UNKNOWN: 0.8, "C14": 0.12, "C24": 0.08},
        transport={"road": 0.6, UNKNOWN: 0.4},
        means={UNKNOWN: 0.4, "threats": 0.3, "threats;restricts_movement": 0.3},
        recruiter={"family": 0.45, "friend": 0.2, "other": 0.1, UNKNOWN: 0.25},
        zipf=0.9,
    ),
    _Stream(
        share=0.12,
        female=0.93,
        forms={Form.SEXUAL_EXPLOITATION: 0.97, Form.UNSPECIFIED: 0.03},
        nationalities={"KEN": 0.74, "UGA": 0.1, "BDI": 0.03, "NPL": 0.05, "TZA": 0.04, UNKNOWN: 0.04},
        roles={Role.DESTINATION: 0.66, Role.SOURCE: 0.26, UNKNOWN: 0.08},
        corridors={UNKNOWN: 0.85, "C22": 0.07, "C15": 0.08},
        transport={UNKNOWN: 0.6, "road": 0.3, "air": 0.1},
        means={"threats": 0.3, "threats;psychoactive_substances": 0.1, "debt_bondage": 0.2, UNKNOWN: 0.4},
        recruiter={"friend": 0.3, "intimate_partner": 0.2, "other": 0.2, UNKNOWN: 0.3},
        zipf=1.2,
    ),
    _Stream(
        share=0.12,
        female=0.36,
        forms={Form.FORCED_LABOUR: 0.62, Form.FORCED_BEGGING: 0.24, Form.DEBT_BONDAGE: 0.1, Form.SLAVERY: 0.04},
        nationalities={"KEN": 0.66, "TZA": 0.2, "UGA": 0.08, "ETH": 0.03, UNKNOWN: 0.03},
        roles={Role.DESTINATION: 0.6, Role.SOURCE: 0.34, UNKNOWN: 0.06},
        corridors={UNKNOWN: 0.8, "C23": 0.2},
        transport={"road": 0.55, UNKNOWN: 0.45},
        means={"takes_earnings": 0.4, "takes_earnings;excessive_working_hours": 0.3, UNKNOWN: 0.3},
        recruiter={"other": 0.3, "family": 0.2, "friend": 0.2, UNKNOWN: 0.3},
        zipf=1.0,
    ),
)

_NATURES = {Form.SMUGGLING_TRANSIT: Nature.SMUGGLING, Form.UNSPECIFIED: Nature.UNCLEAR}
_GROWTH = 1.09
"""Detected cases of one invented year over those of the year before."""


def caseload(rows: int, seed: int = 1) -> Iterator[pa.Table]:
    """Yield ``rows`` synthetic cases in tables of at most `CHUNK_ROWS`, row numbers running on from 2."""
    for number, start in enumerate(range(0, rows, CHUNK_ROWS)):
        yield _chunk(number, start, min(CHUNK_ROWS, rows - start), seed)


def _chunk(number: int, start: int, size: int, seed: int) -> pa.Table:
    rng = np.random.default_rng([seed, number])
    stream = _pick(rng, size, [stream.share for stream in _STREAMS])
    drawn = _by_stream(rng, stream)
    form, forms = drawn["form"], _names("forms")
    county = _counties(rng, stream, seed)
    month, precision = _dates(rng, size)
    roles = _names("roles")
    role = drawn["role"]
    transit = role == roles.index(Role.TRANSIT)
    unknown_county = np.int32(N_COUNTIES)
    places = (*COUNTIES, UNKNOWN)
    abroad = drawn["nationality"] != _names("nationalities").index("KEN")
    origin = np.where(abroad | (rng.random(size) < 0.2), unknown_county, county)
    natures = tuple(dict.fromkeys(_NATURES.get(Form(name), Nature.TRAFFICKING) for name in forms))
    nature_codes = np.array([natures.index(_NATURES.get(Form(name), Nature.TRAFFICKING)) for name in forms])
    columns = {
        "case_id": _case_ids(start, size, seed),
        "county_exploitation": _words(np.where(transit, unknown_county, county), places),
        "county_identification": _words(county, places),
        "county_origin": _words(origin, places),
        "county": _words(county, places),
        "month": pa.array(month, pa.int32()),
        "date_precision": _words(precision, ("day", "month", "year", "unknown")),
        "role": _words(role, roles),
        "nationality": _words(drawn["nationality"], _names("nationalities")),
        "nationality_group": _words(
            drawn["nationality"], [nationality_group(name) for name in _names("nationalities")]
        ),
        "sex": _words(_sexes(rng, stream), SEXES),
        "age_group": _words(_ages(rng, form), AGE_GROUPS),
        "forms": _words(form, forms),
        "form": _words(form, forms),
        "nature": _words(nature_codes[form], natures),
        "means": _words(drawn["means"], _names("means")),
        "recruiter_relation": _words(drawn["recruiter"], _names("recruiter")),
        "transport": _words(drawn["transport"], _names("transport")),
        "corridor": _words(drawn["corridor"], _names("corridors")),
        "reporting_source": _words(_organisations(rng, county, seed), ORGANISATIONS),
        "row_number": pa.array(np.arange(start + 2, start + 2 + size, dtype=np.int32)),
    }
    return pa.table({name: columns[name] for name in ROW_SCHEMA.names})


def _names(what: str) -> tuple[str, ...]:
    """Every value some stream uses for one attribute, in order of first use."""
    return tuple(dict.fromkeys(str(name) for stream in _STREAMS for name in getattr(stream, what)))


def _by_stream(rng: np.random.Generator, stream: Codes) -> dict[str, Codes]:
    """Draw the attributes that depend on the stream alone."""
    attributes = {
        "form": "forms",
        "nationality": "nationalities",
        "role": "roles",
        "corridor": "corridors",
        "transport": "transport",
        "means": "means",
        "recruiter": "recruiter",
    }
    drawn = {name: np.empty(stream.size, dtype=np.int32) for name in attributes}
    for number, told in enumerate(_STREAMS):
        here = np.flatnonzero(stream == number)
        for name, what in attributes.items():
            weights: Weights = getattr(told, what)
            places = np.array([_names(what).index(str(value)) for value in weights], dtype=np.int32)
            drawn[name][here] = places[_pick(rng, here.size, list(weights.values()))]
    return drawn


def _counties(rng: np.random.Generator, stream: Codes, seed: int) -> Codes:
    """Draw counties by Zipf's law, in an order shuffled by the seed and shifted between streams."""
    shuffled = np.random.default_rng([seed, 7]).permutation(N_COUNTIES).astype(np.int32)
    county = np.empty(stream.size, dtype=np.int32)
    for number, told in enumerate(_STREAMS):
        here = np.flatnonzero(stream == number)
        weights = 1.0 / np.arange(1, N_COUNTIES + 1) ** told.zipf
        county[here] = np.roll(shuffled, 5 * number)[_pick(rng, here.size, list(weights))]
    return county


def _dates(rng: np.random.Generator, size: int) -> tuple[Codes, Codes]:
    years = LAST_YEAR - FIRST_YEAR + 1
    year = FIRST_YEAR + _pick(rng, size, [_GROWTH**number for number in range(years)])
    season = [1.0 + 0.3 * np.sin(2 * np.pi * month / 12) for month in range(12)]
    month = year * 12 + _pick(rng, size, season)
    precision = _pick(rng, size, [0.78, 0.16, 0.05, 0.01])
    month = np.where(precision == 2, month_number(0, 1) + year * 12, month)
    return np.where(precision == 3, UNKNOWN_MONTH, month).astype(np.int32), precision


def _sexes(rng: np.random.Generator, stream: Codes) -> Codes:
    female = np.array([told.female for told in _STREAMS])[stream]
    sex = np.where(rng.random(stream.size) < female, 0, 1)
    return np.where(rng.random(stream.size) < 0.02, 2, sex).astype(np.int32)


def _ages(rng: np.random.Generator, form: Codes) -> Codes:
    age = np.empty(form.size, dtype=np.int32)
    for number, name in enumerate(_names("forms")):
        here = np.flatnonzero(form == number)
        age[here] = _pick(rng, here.size, list(_AGES.get(name, _ANY)))
    return age


def _organisations(rng: np.random.Generator, county: Codes, seed: int) -> Codes:
    """Draw who reports: two or three organisations have most cases of a county."""
    home = np.random.default_rng([seed, 11]).integers(0, len(ORGANISATIONS), N_COUNTIES)
    further = rng.geometric(0.6, county.size) - 1
    return ((home[county] + further) % len(ORGANISATIONS)).astype(np.int32)


def _pick(rng: np.random.Generator, size: int, weights: list[float]) -> Codes:
    edges = np.cumsum(weights)
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").astype(np.int32)


def _words(codes: NDArray[np.integer], values: Sequence[str]) -> pa.DictionaryArray:
    """Dictionary-encode; ``values`` may name a word twice, the dictionary does not."""
    different = list(dict.fromkeys(map(str, values)))
    places = np.array([different.index(str(value)) for value in values], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(places[codes]), pa.array(different))


def _case_ids(start: int, size: int, seed: int) -> pa.Array:
    """Sixteen hexadecimal digits per case, all different: splitmix64, a bijection, of a running number."""
    mixed = np.arange(start, start + size, dtype=np.uint64) + np.uint64(seed) * np.uint64(2**40)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    pairs = np.array([f"{byte:02x}".encode() for byte in range(256)])
    digits = np.ascontiguousarray(pairs[mixed.astype(">u8").view(np.uint8)])
    offsets = np.arange(0, 16 * size + 1, 16, dtype=np.int32)
    return pa.StringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(digits))
