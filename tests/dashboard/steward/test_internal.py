"""The desk shows exact figures, marked on screen and file; nobody else does."""

from __future__ import annotations

from typing import Any

from geodata.vault.batch import BatchMeta
from tests.caseloads import skewed


def test_exact_figures_are_marked_on_screen_and_file(sitting: Any) -> None:
    assert sitting.post("/internal/shelters").status_code == 404
    sitting.desk.vault.store_batch(BatchMeta("shelters", "a", "a.csv"), skewed(300))
    assert sitting.get("/internal/shelters").status_code == 404
    page = sitting.post("/internal/shelters", follow_redirects=True).text
    assert page.count("Internal, not for sharing") == 2
    assert "Mombasa" in page
    file = sitting.get("/internal/shelters?table=county-sex-nature&file=csv")
    assert "INTERNAL-NOT-FOR-SHARING-county-sex-nature.csv" in file.headers["Content-Disposition"]
    assert file.text.startswith('"INTERNAL, NOT FOR SHARING",shelters')
    assert sum(int(line.rsplit(",", 1)[1]) for line in file.text.splitlines()[2:]) == 300
    assert sitting.get("/internal/..%2Fx").status_code == 404


def test_a_stranger_sees_nothing(outside: Any) -> None:
    outside.desk.vault.store_batch(BatchMeta("shelters", "a", "a.csv"), skewed(30))
    assert outside.get("/internal/shelters").status_code == 403
