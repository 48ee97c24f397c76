"""The words and frames the layer tests share; invented geometry, no files."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.specs import WORDS, Labels


@pytest.fixture
def labels() -> Labels:
    """Words that show their key, numbers with thin spaces."""

    def number(value: float) -> str:
        return f"{value:,.10g}".replace(",", "\u2009")

    return Labels({key: key.rpartition(".")[2] for key in WORDS}, number)


@pytest.fixture
def legs() -> pd.DataFrame:
    """Five legs: a wide one, an inferred one, an old one, an alternative, a mixed one going south."""
    return pd.DataFrame(
        [
            ("L1", "C1", [(36.0, 0.0), (36.0, 2.0)], "smuggling", "A", 9, False, False, 2024),
            ("L2", "C1", [(36.0, 2.0), (38.0, 2.0)], "trafficking", "B", 1, True, False, 2023),
            ("L3", "C2", [(38.0, 2.0), (36.0, 0.0)], "unclear", "C", 2, False, False, 2009),
            ("L4", "C2", [(36.0, 0.0), (36.5, 1.0), (37.0, 1.5)], "smuggling", "B", 9, False, True, None),
            ("L5", "C3", [(36.0, 0.0), (36.0, -9.0)], "mixed", "A", 3, False, False, 2020),
        ],
        columns=[
            "leg_id",
            "corridor_id",
            "geometry",
            "nature",
            "grade",
            "n_sources",
            "inferred",
            "is_alternative",
            "last_confirmed",
        ],
    ).assign(drawn="road")


@pytest.fixture
def roles() -> pd.DataFrame:
    """KE011 wears all three, KE001 one inferred role, KE002 one of smuggling only."""
    return pd.DataFrame(
        [
            ("KE011", "source", "A", False, 37.6, 0.4),
            ("KE011", "destination", "C", False, 37.6, 0.4),
            ("KE011", "transit", "B", False, 37.6, 0.4),
            ("KE001", "source", "C", False, 39.7, -4.0),
            ("KE002", "transit", "A", True, 39.2, -4.2),
        ],
        columns=["pcode", "role", "grade", "smuggling_only", "lon", "lat"],
    )


@pytest.fixture
def places() -> pd.DataFrame:
    """Return a hub, a crossing at the end of the southward leg, a town."""
    return pd.DataFrame(
        [
            ("hub", "Hub", 36.0, 0.0, "hub"),
            ("x", "Cross", 36.0, -9.0, "border_crossing"),
            ("t", "Town", 38.0, 2.0, "town"),
        ],
        columns=["place_id", "name", "lon", "lat", "kind"],
    )
