"""A home for additions, and additions that a test can change one word of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geodata.additions.take import AdditionTaker
from geodata.intake.rights import Rights, read_rights
from geodata.settings import DataSettings

DAY = date(2026, 11, 28)
FIRST, SECOND = "First Placeholder", "Second Placeholder"
EVENT: dict[str, Any] = {
    "date": "14 March 2026", "county": "Isiolo County", "place": "Isiolo", "persons": "12", "form": "smuggling",
    "nationality": "Ethiopian", "confidence": "high", "source_publisher": "The Placeholder",
    "source_title": "Twelve held",
    "summary": "Police stopped twelve Ethiopians in Isiolo on their way to Nairobi.",
    "source_url": "https://example.org/twelve", "outcome_people": "charged or arrested",
}  # fmt: skip
STATEMENT = {
    "county": "Marsabit", "role": "transit", "forms": "smuggling transit", "year": "2025", "grade": "B",
    "statement": "People are moved through Marsabit at night.", "source_id": "iom-isiolo-2019",
}  # fmt: skip
RESPONSE = {
    "county": "Isiolo", "kind": "workshop", "name": "Training of border officers", "organisations": "IOM",
    "statement": "Officers were trained.", "start_date": "2026-05", "source_id": "iom-isiolo-2019",
}  # fmt: skip
CORRIDOR: dict[str, Any] = {
    "name": "Addis Ababa to Nairobi through Isiolo", "origin": "Ethiopia", "destination": "Kenya", "mode": "road",
    "nature": "smuggling", "description": "By lorry.", "grade": "C", "source_id": "iom-isiolo-2019",
    "stops": [
        {"place": "Addis Ababa", "country": "ETH", "stop_kind": "origin"},
        {"place": "Moyale", "country": "Kenya", "stop_kind": "border crossing"},
        {"place": "Placeholder market", "country": "Kenya", "stop_kind": "hub", "county": "Isiolo"},
        {"place": "Nairobi", "country": "KEN", "stop_kind": "destination"},
    ],
}  # fmt: skip
SOURCE = {
    "title": "A placeholder report", "publisher": "Placeholder house", "url": "https://example.org/report",
    "type": "report", "date": "2026",
}  # fmt: skip
GIVEN = {"event": EVENT, "statement": STATEMENT, "response": RESPONSE, "corridor": CORRIDOR, "source": SOURCE}


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    return DataSettings(home=tmp_path / "home", vault="duckdb:///none")


@pytest.fixture
def taker(settings: DataSettings) -> AdditionTaker:
    return AdditionTaker(settings, DAY)


@pytest.fixture
def rights() -> Rights:
    return read_rights({"legal_basis": "published", "purpose": "public_record", "keep_until": "2036"})
