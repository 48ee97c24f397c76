"""A search without a result says what to do, in the language of the page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from dashboard.i18n.catalogue import catalogue


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_a_name_that_no_county_has(client: FlaskClient, lang: str):
    answer = client.get(f"/api/v1/find?q=Atlantis&lang={lang}").get_json()
    assert answer == {"pcode": "", "said": catalogue(lang).t("filters.not_found", text="Atlantis"), "offers": []}


@pytest.mark.parametrize(("lang", "word"), [("en", "Did you mean"), ("sw", "ulimaanisha")])
def test_a_name_that_may_be_a_county(client: FlaskClient, lang: str, word: str):
    said = [client.get(f"/api/v1/find?q={text}&lang={lang}").get_json() for text in ("isoloo", "mombsaa", "kiriny")]
    assert any(word in one["said"] for one in said if not one["pcode"])


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/?nature=trafficking&nationality=ERI&from=2007&to=2008", "sentence.nothing"),
        ("/?county=KE013&from=2007&to=2007", "panel.incidents_none"),
        ("/sources?q=zzzz", "sources.none"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "sw"])
def test_an_empty_answer_says_what_to_do(client: FlaskClient, path: str, key: str, lang: str):
    page = client.get(f"{path}&lang={lang}").get_data(as_text=True)
    advice = str(catalogue(lang).words[key]).rsplit(". ", 1)[-1].split("{")[0]
    assert len(advice) > 15
    assert advice[:60] in page
