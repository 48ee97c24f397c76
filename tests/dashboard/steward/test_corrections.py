"""The steward decides on what readers sent; a stranger's words stay text."""

from __future__ import annotations

from geodata.corrections import Queue, approved, folder_of
from tests.dashboard.steward.conftest import Sitting
from tests.geodata.corrections.conftest import made


def waiting(sitting: Sitting, n: int = 2) -> list[str]:
    queue = Queue(folder_of(sitting.desk.settings))
    for number in range(n):
        queue.put(made(number))
    return [one.name for one in queue.list()]


def test_nothing_waits(sitting: Sitting) -> None:
    assert "Nothing is waiting" in sitting.get("/corrections").get_data(as_text=True)


def test_approve_reject_and_take_back(sitting: Sitting) -> None:
    home = folder_of(sitting.desk.settings)
    first, second = waiting(sitting)
    page = sitting.get("/corrections").get_data(as_text=True)
    assert "Marsabit" in page
    assert "<code>https://www.example.go.ke/report.pdf?page=2</code>" in page
    assert 'href="https://www.example.go.ke' not in page
    answer = sitting.post(f"/corrections/{first}/approve", {"because": "document_confirms"}, follow_redirects=True)
    assert "Approved" in answer.get_data(as_text=True)
    sitting.post(f"/corrections/{second}/reject", {"because": "spam"})
    (row,) = approved(home)
    assert row.source_id == f"correction-{first[:12]}"
    assert Queue(home).list() == []
    sitting.post(f"/corrections/{row.source_id}/take-back")
    assert approved(home) == ()


def test_a_reason_is_needed_and_a_stranger_cannot_decide(sitting: Sitting) -> None:
    (first,) = waiting(sitting, 1)
    assert sitting.post(f"/corrections/{first}/approve", {"because": ""}).status_code == 409
    foreign = sitting.client.post(f"/corrections/{first}/approve", data={"because": "own_check"})
    assert foreign.status_code == 403
    assert approved(folder_of(sitting.desk.settings)) == ()
