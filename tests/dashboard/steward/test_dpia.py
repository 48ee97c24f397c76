"""The sheet on data protection: datasets with their terms, what is missing said, no count of cases."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geodata.intake.rights import read_rights
from geodata.intake.run import Options, import_file
from geodata.vault import open_vault
from tests.dashboard.steward.conftest import Sitting

CASES = "county,date,nature\n" + "Kitui,2024-04-01,trafficking\n" * 17


def bring(sitting: Sitting, folder: Path, name: str, keep_until: int | None) -> None:
    path = folder / name
    path.write_text(CASES, encoding="utf-8")
    terms = {"legal_basis": "agreement", "agreement": "Memo 3", "purpose": "policy", "keep_until": keep_until}
    options = Options(yes=True, answers=(("list", "cases"),), rights=read_rights(terms) if keep_until else None)
    imported = import_file(path, sitting.desk.settings, open_vault(sitting.desk.settings), options)
    assert imported.stored is not None


@pytest.mark.parametrize(
    ("lang", "held", "missing"),
    [("en", "agreement between organisations", "not stated"), ("sw", "makubaliano kati ya mashirika", "hayakusemwa")],
)
def test_the_sheet_tells_terms_and_what_is_missing(
    sitting: Sitting, tmp_path: Path, lang: str, held: str, missing: str
) -> None:
    sitting.post("/language", {"lang": lang})
    empty = sitting.get("/dpia").text
    assert missing not in empty
    bring(sitting, tmp_path, "a.csv", datetime.now(UTC).year + 4)
    sheet = sitting.get("/dpia").text
    assert held in sheet.casefold()
    assert "Memo 3" in sheet
    assert missing not in sheet
    bring(sitting, tmp_path, "b.csv", None)
    assert missing in sitting.get("/dpia").text
    assert "/dpia" in sitting.get("/vault").text


def test_no_count_of_cases_and_what_is_overdue(sitting: Sitting, tmp_path: Path) -> None:
    bring(sitting, tmp_path, "a.csv", datetime.now(UTC).year - 1)
    sheet = re.sub(r"<[^>]+>", " ", sitting.get("/dpia").text)
    assert "kept longer than it may be" in sheet
    assert not re.search(r"\b17\b", sheet)
