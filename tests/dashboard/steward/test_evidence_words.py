"""The evidence desk in both languages: every field, choice and note has its words; several choices can be ticked."""

from __future__ import annotations

import pytest

from dashboard.i18n.catalogue import catalogue, languages
from dashboard.steward.evidence import words
from geodata.additions import choices
from geodata.additions.door import CUT_DOWN, NO_LINK
from geodata.additions.drafts import AdditionDesk, folder
from geodata.additions.models import KINDS, LABELS
from tests.dashboard.steward.conftest import ORIGIN, Sitting
from tests.dashboard.steward.test_evidence import EVENT, keep


@pytest.mark.parametrize("lang", languages())
def test_every_field_choice_and_note_has_words(lang: str) -> None:
    tr = catalogue(lang)
    named = {name: words.field_name(tr, name) for name in LABELS}
    for name, codes in choices.LISTS.items():
        assert all(words.choice(tr, name, code) for code in codes), name
    told = words.notes(tr, (CUT_DOWN, NO_LINK, "something else"))
    assert told[2] == "something else"
    if lang == "en":
        assert named == dict(LABELS), "the workbook and the sentences of refusals call a field the same"
        assert told[:2] == [CUT_DOWN, NO_LINK]
    else:
        assert not set(named.values()) & (set(LABELS.values()) - {"unit"})


@pytest.mark.parametrize("lang", languages())
def test_a_reader_has_a_word_for_every_means_of_travel(lang: str) -> None:
    assert all(catalogue(lang).has(f"mode.{mode}") for mode in choices.MODES)


def test_the_desk_changes_its_language_and_stays_where_it_was(sitting: Sitting) -> None:
    answer = sitting.client.post(
        "/language", base_url=ORIGIN, data={"desk": sitting.desk.gate.form_secret, "lang": "sw"},
        headers={"Origin": ORIGIN, "Referer": f"{ORIGIN}/evidence/new/event"},
    )  # fmt: skip
    assert answer.headers["Location"] == "/evidence/new/event"
    for kind in KINDS:
        page = sitting.get(f"/evidence/new/{kind}").text
        assert '<html lang="sw">' in page
        assert "chanzo" in page.casefold()
    assert sitting.post("/language", {"lang": "xx"}).status_code == 303
    assert '<html lang="sw">' in sitting.get("/evidence").text
    back = sitting.client.post(
        "/language", base_url=ORIGIN, data={"desk": sitting.desk.gate.form_secret, "lang": "en"},
        headers={"Origin": ORIGIN, "Referer": f"{ORIGIN}/evidence/bring"},
    )  # fmt: skip
    assert back.headers["Location"] == "/", "a page that only a form opens is not gone back to"
    assert '<html lang="en">' in sitting.get("/evidence").text


def test_the_rule_is_told_in_the_language_of_the_desk(sitting: Sitting) -> None:
    sitting.post("/language", {"lang": "sw"})
    told = sitting.post("/evidence/live/event", {**EVENT, "persons": "3", "children": "3"}).text
    assert "Watoto chini ya watano" in told
    assert CUT_DOWN not in told


def test_several_choices_are_ticked_and_shown_again(sitting: Sitting) -> None:
    ticked = {**EVENT, "outcome_people": ["repatriated", "referred_to_care"]}
    page = sitting.post("/evidence/new/event", {**ticked, "action": "check"}).text
    assert page.count(" checked") == 2
    assert keep(sitting, "event", ticked).status_code == 303
    ((_, addition),) = AdditionDesk(folder(sitting.desk.settings)).additions("waiting")
    assert addition.told["outcome_people"] == "repatriated;referred_to_care"
    assert "brought home, taken into care" in sitting.get(f"/evidence/item/{addition.name}").text
