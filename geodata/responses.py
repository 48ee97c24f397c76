"""Who is doing what, where: training, posts, units, assessments, plans — without shelter locations.

A number given for several counties together is *one* total: rows that share it share a `total_id`,
and `totals` counts it once (105 officials over Turkana, Kakamega, Uasin Gishu and Bomet).
Refuses a shelter with coordinates.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from geodata import counties, evidence
from geodata.settings import DataSettings

SHARED_TOTAL = "do not sum"
NEVER_LOCATED = ("shelter", "safe_house")


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> pd.DataFrame:
    """Return one row per response: response_id, county (P-code or KE), kind, name, start_date,
    end_date, quantity (float, missing = none), unit, organisations (``;``-joined), statement,
    source_id, total_id (empty unless the quantity is shared with other rows).
    """  # noqa: D205 - one sentence over three lines reads better than a stub title
    table = evidence.read(settings, "responses")
    table["county"] = counties.pcodes(settings, "responses", table)
    located = table.loc[table["kind"].isin(NEVER_LOCATED) & (table["lat"] != "")]
    if len(located):
        raise evidence.complain(
            "responses",
            int(located.iloc[0]["row"]),
            "a shelter carries coordinates; shelters are never located.",
        )
    table["quantity"] = pd.to_numeric(table["quantity"])
    shared = table["unit"].str.contains(SHARED_TOTAL)
    table["total_id"] = (table["source_id"] + "|" + table["quantity"].astype(str) + "|" + table["unit"]).where(
        shared, ""
    )
    table["unit"] = table["unit"].str.replace(r"\s*\(do not sum\)", "", regex=True)
    table["response_id"] = [f"RSP-{row - 1:03d}" for row in table["row"]]
    columns = [
        "response_id",
        "county",
        "kind",
        "name",
        "start_date",
        "end_date",
        "quantity",
        "unit",
        "organisations",
        "statement",
        "source_id",
        "total_id",
    ]
    return table[columns]


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """Return kind, unit, quantity with every shared total counted once."""
    once = table.loc[table["quantity"].notna()]
    once = once.loc[(once["total_id"] == "") | ~once["total_id"].duplicated()]
    return once.groupby(["kind", "unit"], as_index=False)[["quantity"]].sum()
