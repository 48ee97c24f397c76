"""The synthetic caseload as the files people really have: a KoboToolbox export with its disorder.

Group prefixes, several spellings of a county, several ways to write a date, ages in years, blanks
for unknown, columns that must never be stored (a name, a telephone number: made up, and plainly
so). Importing such a file exercises the whole front door; the rows behind it are
`geodata.demo.cases.caseload`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from geodata.vault.batch import UNKNOWN

COUNTRY_WORDS = {
    "KEN": ("Kenyan", "Kenya", "KENYAN", "KEN"),
    "ETH": ("Ethiopian", "Ethiopia", "ETHIOPIAN", "ETH"),
    "ERI": ("Eritrean", "Eritrea", "ERI"),
    "SOM": ("Somali", "Somalia", "SOM"),
    "UGA": ("Ugandan", "Uganda", "UGA"),
    "TZA": ("Tanzanian", "Tanzania", "TZA"),
    "RWA": ("Rwandan", "Rwanda"),
    "BDI": ("Burundian", "Burundi"),
    "NPL": ("Nepalese", "Nepal"),
    UNKNOWN: ("", "unknown"),
}
SEX_WORDS = {"female": ("Female", "F", "female"), "male": ("Male", "M", "male"), UNKNOWN: ("", "unknown")}
AGE_SPANS = {"0-8": (2, 8), "9-17": (9, 17), "18-20": (18, 20), "21-23": (21, 23), "24-26": (24, 26)} | {
    "27-29": (27, 29),
    "30-38": (30, 38),
    "39-47": (39, 47),
    "48+": (48, 63),
}
_WITH_SLASHES = 0.7
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Words = NDArray[np.object_]


def messy(rows: pa.Table, counties: Mapping[str, str], seed: int = 1) -> pl.DataFrame:
    """Return rows of `geodata.demo.cases.caseload` as a KoboToolbox export, every cell text.

    counties: P-code → name. The same seed gives the same disorder.
    """
    rng = np.random.default_rng([seed, 99])
    text = {
        name: np.array(rows[name].to_pylist(), dtype=object)
        for name in rows.column_names
        if name not in ("month", "row_number")
    }
    number = rows["row_number"].to_numpy()
    registered = _dates(rng, rows["month"].to_numpy(), text["date_precision"])
    spelled = _spellings(counties)
    columns = {
        "_id": number.astype(str),
        "case/case_number": "SYN-" + text["case_id"].astype(str).astype(object),
        "case/date_registered": registered,
        "victim/full_name": np.array([f"Synthetic Person {row}" for row in number], dtype=object),
        "victim/phone": np.array([f"+254 700 {row % 1_000_000:06d}" for row in number], dtype=object),
        "victim/sex": _one_of(rng, text["sex"], SEX_WORDS),
        "victim/age": _years(rng, text["age_group"]),
        "victim/nationality": _one_of(rng, text["nationality"], COUNTRY_WORDS),
        "place/county": _one_of(rng, text["county"], spelled),
        "place/county_of_origin": _one_of(rng, text["county_origin"], spelled),
        "place/role": _plain(text["role"]),
        "exploitation/type_of_exploitation": _plain(text["forms"]),
        "exploitation/means_of_control": _plain(text["means"]),
        "exploitation/recruiter_relation": _plain(text["recruiter_relation"]),
        "journey/transport": _plain(text["transport"]),
        "journey/corridor": _plain(text["corridor"]),
        "reporting_organisation": text["reporting_source"],
    }
    return pl.DataFrame({name: pl.Series(name, list(values), dtype=pl.String) for name, values in columns.items()})


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a table as spreadsheet programs do: UTF-8 with a byte-order mark, semicolons."""
    frame.write_csv(path, separator=";", include_bom=True)


def _one_of(rng: np.random.Generator, codes: Words, words: Mapping[str, Sequence[str]]) -> Words:
    """Replace each code by one of its words, the first ones oftener."""
    told = np.empty(codes.size, dtype=object)
    for code in dict.fromkeys(codes.tolist()):
        here = np.flatnonzero(codes == code)
        choices = words[code]
        shares = np.array([0.5**place for place in range(len(choices))])
        told[here] = np.array(choices, dtype=object)[rng.choice(len(choices), here.size, p=shares / shares.sum())]
    return told


def _spellings(counties: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the ways each county is written, best first."""
    ways = {
        pcode: (name, f"{name} County", name.upper(), name.lower(), f" {name} ", f"{name} county", pcode)
        for pcode, name in counties.items()
    }
    return {**ways, UNKNOWN: ("", "unknown")}


def _dates(rng: np.random.Generator, month: NDArray[np.int32], precision: Words) -> Words:
    year, place = month // 12, month % 12
    day = rng.integers(13, 29, month.size)  # a day of 12 or less would be ambiguous, and that is not the lesson
    way = rng.random(month.size)
    lines = zip(
        year.tolist(), (place + 1).tolist(), day.tolist(), (way < _WITH_SLASHES).tolist(), precision, strict=True
    )
    return np.array([_date(*line) for line in lines], dtype=object)


def _date(year: int, month: int, day: int, slashes: bool, precision: str) -> str:
    match precision:
        case "day" if slashes:
            return f"{day:02d}/{month:02d}/{year}"
        case "day":
            return f"{year}-{month:02d}-{day:02d}"
        case "month":
            return f"{_SHORT_MONTHS[month - 1]} {year}"
        case "year":
            return str(year)
        case _:
            return ""


def _years(rng: np.random.Generator, groups: Words) -> Words:
    told = np.full(groups.size, "", dtype=object)
    for group, (first, last) in AGE_SPANS.items():
        here = np.flatnonzero(groups == group)
        told[here] = rng.integers(first, last + 1, here.size).astype(str)
    return told


def _plain(codes: Words) -> Words:
    """Codes as a form shows them; multiple choice as Kobo joins it, by blanks; nothing for unknown."""
    words = {code: "" if code == UNKNOWN else str(code).replace(";", " ") for code in dict.fromkeys(codes.tolist())}
    return np.array([words[code] for code in codes.tolist()], dtype=object)
