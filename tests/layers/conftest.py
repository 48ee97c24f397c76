"""The words and frames the layer tests share; invented geometry, no files."""

from __future__ import annotations

import pytest

from layers.specs import WORDS, Labels


@pytest.fixture
def labels() -> Labels:
    """Words that show their key, numbers with thin spaces."""

    def number(value: float) -> str:
        return f"{value:,.10g}".replace(",", "\u2009")

    return Labels({key: key.rpartition(".")[2] for key in WORDS}, number)
