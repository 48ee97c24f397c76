"""The evidence desk: forms, the live rule, the workbook, a second person, readers' corrections, the release."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from geodata.additions.drafts import AdditionDesk, folder
from geodata.additions.models import KINDS, LABELS
from geodata.query.world import open_world
from tests.dashboard.steward.conftest import ORIGIN, Sitting

TERMS = {"by": "First Placeholder", "legal_basis": "published", "purpose": "public_record", "keep_until": "2036"}
EVENT = {
    "date": "2026-03-14", "county": "Isiolo", "place": "Isiolo", "persons": "12", "form": "smuggling_transit",
    "nationality": "Ethiopia", "confidence": "high", "source_publisher": "The Placeholder",
    "summary": "Police stopped twelve Ethiopians in Isiolo on their way to Nairobi.",
    "source_url": "https://example.org/twelve",
}  # fmt: skip


@pytest.fixture
def kept(sitting: Sitting) -> AdditionDesk:
    return AdditionDesk(folder(sitting.desk.settings))


def keep(sitting: Sitting, kind: str, given: dict[str, str]) -> Any:
    return sitting.post(f"/evidence/new/{kind}", {**given, **TERMS, "action": "keep"})


def approve(sitting: Sitting, name: str, by: str = "Second Placeholder", **more: str) -> Any:
    return sitting.post(f"/evidence/item/{name}/approve", {"by": by, "read": "yes", **more})


def make_release(sitting: Sitting) -> None:
    assert sitting.post("/evidence/build").headers["Location"] == "/evidence/build"
    sitting.wait()
    assert sitting.get("/evidence/build").headers["Location"] == "/evidence?done=built"


@pytest.mark.parametrize("kind", KINDS)
def test_each_form_opens(sitting: Sitting, kind: str) -> None:
    page = sitting.get(f"/evidence/new/{kind}")
    assert page.status_code == 200
    assert 'name="legal_basis"' in page.text


def test_a_form_is_looked_at_then_kept_then_approved_then_built(sitting: Sitting, kept: AdditionDesk) -> None:
    looked = sitting.post("/evidence/new/event", {**EVENT, "action": "check"})
    assert "Everything is in order" in looked.text
    assert kept.all() == ()
    assert keep(sitting, "event", EVENT).status_code == 303
    ((batch, addition),) = kept.additions("waiting")
    assert batch.rights.legal_basis == "published"
    assert "Police stopped twelve" in sitting.get("/evidence").text
    assert "Another person" in approve(sitting, addition.name, "first placeholder").text
    assert approve(sitting, addition.name, version=addition.version).status_code == 303
    make_release(sitting)
    assert addition.row_id in set(open_world(sitting.desk.settings).events["id"])


def test_the_same_form_sent_twice_is_kept_once(sitting: Sitting, kept: AdditionDesk) -> None:
    for _ in range(2):
        keep(sitting, "event", {**EVENT, "key": "a" * 32})
    assert len(kept.all()) == 1


def test_the_rule_stands_beside_the_form_while_it_is_filled_in(sitting: Sitting) -> None:
    live = sitting.post("/evidence/live/event", {**EVENT, "children": "3"})
    assert "only county, year and nature will be kept" in live.text
    assert "<html" not in live.text
    named = sitting.post("/evidence/live/event", {"summary": "Police freed Mary Wanjiku."})
    assert "a person’s name" in named.text
    assert "is missing" not in named.text, "what is not filled in yet is no fault"


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(sitting: Sitting, kept: AdditionDesk) -> None:
    page = keep(
        sitting, "event", {**EVENT, "source_url": "javascript:alert(1)", "summary": "<script>alert(1)</script>"}
    )
    assert page.status_code == 422
    assert "address of a public page" in page.text
    assert "<script>alert" not in page.text
    assert kept.all() == ()


def test_a_corridor_of_four_stops_with_a_new_source(sitting: Sitting, kept: AdditionDesk) -> None:
    stops = [("Addis Ababa", "Ethiopia", "origin", ""), ("Moyale", "Kenya", "border_crossing", ""),
             ("Placeholder market", "Kenya", "hub", "Isiolo"), ("Nairobi", "Kenya", "destination", "")]  # fmt: skip
    given = {
        "name": "Addis Ababa to Nairobi through a placeholder", "origin": "Ethiopia", "destination": "Kenya",
        "mode": "road", "nature": "smuggling", "description": "By lorry.", "grade": "C",
        "new_title": "A placeholder report", "new_publisher": "Placeholder house", "new_type": "report",
        "new_url": "https://example.org/report", "new_date": "2026",
    }  # fmt: skip
    names = ("place", "country", "stop_kind", "county")
    for number, stop in enumerate(stops):
        given |= {f"stops-{number}-{name}": text for name, text in zip(names, stop, strict=True)}
    without = {**given, "stops-2-county": ""}
    assert "say in which county Placeholder market lies" in keep(sitting, "corridor", without).text
    assert keep(sitting, "corridor", given).status_code == 303
    pairs = {addition.kind: addition.name for _, addition in kept.additions("waiting")}
    assert "approve the source first" in approve(sitting, pairs["corridor"]).text
    for kind in ("source", "corridor"):
        assert approve(sitting, pairs[kind]).status_code == 303


def test_a_correction_opens_filled_in(sitting: Sitting) -> None:
    events = open_world(sitting.desk.settings).events
    event = events.loc[~events["is_withheld"]].iloc[0]
    page = sitting.get(f"/evidence/new/event?corrects={event['id']}")
    assert f"This corrects {event['id']}" in page.text
    assert event["summary"][:30] in page.text.replace("&#39;", "'")


def test_a_workbook_goes_out_and_comes_back(sitting: Sitting, kept: AdditionDesk) -> None:
    book = load_workbook(io.BytesIO(sitting.get("/evidence/template.xlsx").data))
    sheet = book["events"]
    headings = {str(cell.value).rstrip(" *"): cell.column for cell in sheet[1]}
    for row in range(2, 12):
        told = {**EVENT, "source_url": f"https://example.org/{row}"}
        told |= {"summary": "Police freed Mary Wanjiku."} if row == 7 else {}
        for name, text in told.items():
            sheet.cell(row, headings[LABELS[name]], text)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    page = sitting.client.post(
        f"/evidence/bring?desk={sitting.desk.gate.form_secret}", base_url=ORIGIN, headers={"Origin": ORIGIN},
        data={**TERMS, "file": (content, "filled.xlsx")}, content_type="multipart/form-data",
    )  # fmt: skip
    assert "9 of 10 rows" in page.text
    assert "row 7:" in page.text
    assert "Wanjiku" not in page.text
    assert len(kept.additions("waiting")) == 9


def test_declined_and_taken_back(sitting: Sitting, kept: AdditionDesk) -> None:
    keep(sitting, "event", EVENT)
    keep(sitting, "event", {**EVENT, "source_url": "https://example.org/other", "county": "Meru"})
    (_, first), (_, second) = kept.additions("waiting")
    sitting.post(f"/evidence/item/{first.name}/decline", {"by": "Second Placeholder", "because": "already_known"})
    approve(sitting, second.name)
    sitting.post(f"/evidence/item/{second.name}/take_back", {"by": "Second Placeholder"})
    assert len(kept.additions("declined")) == 2
    assert "Declined by" in sitting.get(f"/evidence/item/{first.name}").text
