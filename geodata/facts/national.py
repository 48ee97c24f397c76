"""Kenya as a whole: yearly figures with their units and breaks, and the regional programmes.

Figures of different units or sources are never joined into one line; `series_break` marks a year
that must not be compared with the one before.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from geodata.facts import counties, evidence
from geodata.settings import DataSettings


@lru_cache(maxsize=4)
def series(settings: DataSettings) -> pd.DataFrame:
    """Return year (int), indicator, value (float, missing when not a number), value_text, unit, source_id, note."""
    table = evidence.read(settings, "national_series")
    bad = table.loc[~table["year"].str.fullmatch(r"\d{4}")]
    if len(bad):
        raise evidence.complain("national_series", int(bad.iloc[0]["row"]), f"the year is “{bad.iloc[0]['year']}”.")
    table["year"] = table["year"].astype("int64")
    table["value_text"] = table["value"]
    table["value"] = pd.to_numeric(table["value"], errors="coerce")
    return table.drop(columns="row").sort_values(["indicator", "year"], ignore_index=True)


@lru_cache(maxsize=4)
def programmes(settings: DataSettings) -> pd.DataFrame:
    """Return the regional programmes: name, donors, partners, countries, period, source_id."""
    return evidence.read(settings, "regional_programme").drop(columns="row")


@lru_cache(maxsize=4)
def county_facts(settings: DataSettings) -> pd.DataFrame:
    """Return cited facts about one county that are neither event, role nor response; county is a P-code."""
    table = evidence.read(settings, "county_facts")
    table["county"] = counties.pcodes(settings, "county_facts", table)
    return table.drop(columns="row")
