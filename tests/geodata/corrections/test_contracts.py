"""A correction holds choices, numbers and a public address; whatever else is typed is refused, field by field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.corrections import CorrectionRefused, read
from geodata.corrections.contracts import FIELDS, KINDS, REPORTERS, WRONG_OF, is_public_address
from tests.geodata.corrections.conftest import DAY, FORM, LEGAL, made

HOSTILE = [
    "<script>alert(1)</script>", "javascript:alert(1)", "=cmd|' /C calc'!A0", "../../etc/passwd", "a\x00b", "'; DROP",
    "{{7*7}}", "https://x.test/<svg onload=alert(1)>", "𝕊𝕔𝕣𝕚𝕡𝕥", "\u202egnp.exe", "x" * 5000,
]  # fmt: skip


def test_what_the_form_says_is_what_is_kept() -> None:
    one = made(1)
    assert (one.county, one.kind, one.wrong, one.number, one.year) == ("KE010", "event", "number", 7, None)
    assert one.received == DAY
    assert one.has_address


def test_the_name_follows_from_id_and_content() -> None:
    assert made(1).name == made(1).name
    assert len({made(1).name, made(2).name, made(1, number="8").name}) == 3


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_text_pasted_into_any_field_is_refused_or_unread(field: str, text: str) -> None:
    if field == "county":  # never read from the form: the address says it
        assert read({**FORM, field: text}, LEGAL, DAY).county == "KE010"
        return
    with pytest.raises(CorrectionRefused) as refused:
        read({**FORM, field: text}, LEGAL, DAY)
    assert field in refused.value.problems


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, st.text(max_size=400))))
def test_whatever_is_sent_only_listed_values_pass(sent: dict[str, str]) -> None:
    try:
        one = read(sent, LEGAL, DAY)
    except CorrectionRefused:
        return
    assert one.item in LEGAL.items
    assert one.reporter in REPORTERS
    assert one.wrong in WRONG_OF[one.kind]


@given(st.text(alphabet=st.characters(max_codepoint=0x2FF), max_size=60))
def test_an_address_never_carries_markup_or_people(tail: str) -> None:
    text = f"https://www.example.go.ke/{tail}"
    if is_public_address(text):
        assert not set(text) & set("<>\"'@ \n\\`{}|^")
        assert text.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.org/x", "https://user:pw@example.org/", "https://localhost/x", "https://127.0.0.1/x",
        "https://example.org:8080/x", "https://example.org/%3Cscript%3E", "https://example.org/#names", "//example.org",
        "https://example.org/?mail=a%40b.ke", "https://wa.me/?phone=254700000000", "https://example.org/?t=%2B254700",
        "https://exa mple.org/", "http://[::1]/", "https://x", "mailto:a@b.ke", "https://пример.рф/x",
    ],
)  # fmt: skip
def test_no_address_of_a_public_document(text: str) -> None:
    assert not is_public_address(text)
    with pytest.raises(CorrectionRefused) as refused:
        made(1, source=text)
    assert refused.value.problems == {"source": "source"}


@pytest.mark.parametrize("text", ["", "iom-2018", "https://kenyalaw.org/act?no=8;page=2", "http://example.co.ke/a_(b)"])
def test_sources_that_can_be_checked(text: str) -> None:
    assert made(1, source=text).source == text


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(CorrectionRefused) as refused:
        read({"id": "x", "year": "1066", "number": "-1", "source": "x" * 301}, LEGAL, DAY)
    assert set(refused.value.problems) == {"id", "item", "wrong", "reporter", "year", "number", "source"}


def test_what_can_be_wrong_fits_the_thing() -> None:
    for kind in KINDS:
        assert WRONG_OF[kind]
    with pytest.raises(CorrectionRefused):
        made(1, item="role:transit", wrong="number")


def test_nothing_about_the_sender_can_be_stored() -> None:
    plain = json.dumps(made(1, name="Asha", phone="0700000000", email="a@b.ke", lang="sw").plain())
    assert not any(word in plain for word in ("Asha", "0700000000", "a@b.ke"))
