"""The 47 counties: codes, names, former province, 2019 census, land area.

Source: KNBS Census 2019 Vol. I (population, land area), IEBC and ISO 3166-2:KE (codes).
IEBC and ISO numbers differ, so both are kept and only the P-code joins tables. Refuses any list
that is not exactly the 47, or whose residents do not add up to the census total.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from geodata.facts import evidence
from geodata.settings import DataSettings
from geodata.values import CENSUS_2019_TOTAL, N_COUNTIES, NATIONAL, DataProblem, Pcode

NUMBERS = ("code", "population_2019", "male_2019", "female_2019", "intersex_2019", "households_2019")


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> pd.DataFrame:
    """Return 47 rows in P-code order.

    Columns: pcode, code (IEBC 1–47), iso, name, capital, former_province, population_2019 (persons),
    area_km2 (land), and the census's other counts. Do not change the frame: it is shared.
    """
    table = evidence.read(settings, "counties")
    for column in NUMBERS:
        table[column] = table[column].astype("int64")
    table["area_km2"] = table["area_km2"].astype(float)
    table["density"] = table["population_2019"] / table["area_km2"]
    _check(table)
    return table.sort_values("pcode", ignore_index=True)


def _check(table: pd.DataFrame) -> None:
    expected = [f"KE{number:03d}" for number in range(1, N_COUNTIES + 1)]
    if sorted(table["pcode"]) != expected:
        raise DataProblem(f"counties.csv must list each of KE001–KE047 once; it lists {len(table)} rows.")
    wrong = table.loc[table["pcode"].str[2:].astype(int) != table["code"], "name"].tolist()
    if wrong:
        raise DataProblem(f"counties.csv: P-code and IEBC number disagree for {', '.join(wrong)}.")
    if table["iso"].nunique() != N_COUNTIES or table["name"].nunique() != N_COUNTIES:
        raise DataProblem("counties.csv: a name or an ISO code appears twice.")
    total = int(table["population_2019"].sum())
    if total != CENSUS_2019_TOTAL:
        raise DataProblem(
            f"counties.csv: residents add up to {total:,}; the 2019 census counted {CENSUS_2019_TOTAL:,}."
        )


@lru_cache(maxsize=4)
def pcode_by_name(settings: DataSettings) -> dict[str, Pcode]:
    """Return the exact evidence spelling → P-code, with ``National`` → `NATIONAL`."""
    table = load(settings)
    names = {name: Pcode(pcode) for name, pcode in zip(table["name"], table["pcode"], strict=True)}
    names["National"] = NATIONAL
    return names


def pcodes(settings: DataSettings, name: str, table: pd.DataFrame) -> pd.Series:
    """Return the P-code of each row's `county`; a spelling outside the list raises with its row."""
    known = pcode_by_name(settings)
    codes = table["county"].map(known)
    bad = table.loc[codes.isna()]
    if len(bad):
        first = bad.iloc[0]
        raise evidence.complain(
            name,
            int(first["row"]),
            f"“{first['county']}” is not one of the 47 counties as counties.csv spells them.",
        )
    return codes.astype(str)
