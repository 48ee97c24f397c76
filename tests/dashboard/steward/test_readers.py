"""Who may read a dataset is said at the desk, by who signed in there, and holds on the sites."""

from __future__ import annotations

from typing import Any

import pytest

from geodata.query.releases import shown_releases
from geodata.query.world import open_world
from geodata.release.audience import EVERYBODY, INTERNAL, PARTNERS, READERS, readers_of
from geodata.release.store import Store
from geodata.settings import DataSettings
from tests.caseloads import publish_rows, skewed
from tests.dashboard.steward.conftest import ORIGIN
from tests.markup import flat

DATASET = "caseload"


def may_read(sitting: Any) -> str:
    return readers_of(sitting.desk.settings.releases, DATASET)


def shown_to(settings: DataSettings, *, partners: bool) -> bool:
    """Say whether a site opens the dataset, and whether any of its releases can be found there."""
    world = open_world(DataSettings(home=settings.home, vault="", partners=partners))
    listed = DATASET in {release.dataset for release in shown_releases(world)}
    assert listed == (DATASET in world.releases)
    return listed


@pytest.fixture
def released(sitting: Any) -> Any:
    publish_rows(sitting.desk.settings, skewed(900), dataset=DATASET)
    return sitting


def test_each_class_is_shown_to_those_it_names(released: Any) -> None:
    settings = released.desk.settings
    expected = {EVERYBODY: (True, True), PARTNERS: (False, True), INTERNAL: (False, False)}
    for who in READERS:
        answer = released.post(f"/readers/{DATASET}", {"who": who, "sure": "yes"}, follow_redirects=True)
        assert answer.status_code == 200
        assert may_read(released) == who
        assert tuple(shown_to(settings, partners=partners) for partners in (False, True)) == expected[who]
        assert Store(settings.releases).datasets() == (DATASET,), "the desk still shows it"
        assert released.get("/releases").text.count(f'id="d-{DATASET}"') == 1


def test_opening_further_wants_a_word_and_closing_does_not(released: Any) -> None:
    assert released.post(f"/readers/{DATASET}", {"who": INTERNAL}).status_code == 303
    for who in (PARTNERS, EVERYBODY):
        refused = released.post(f"/readers/{DATASET}", {"who": who})
        assert refused.status_code == 409
        assert "Tick the box" in refused.text
        assert may_read(released) == INTERNAL
    assert released.post(f"/readers/{DATASET}", {"who": EVERYBODY, "sure": "yes"}).status_code == 303
    assert may_read(released) == EVERYBODY


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Partners only", "no shared cache keeps it", "may be copied and cannot be called back", "not even to")),
        ("sw", ("Washirika tu", "hakuna akiba ya pamoja", "hakiwezi kurudishwa", "hata kwa washirika")),
    ],
)
def test_the_form_says_what_each_choice_means(released: Any, lang: str, words: tuple[str, ...]) -> None:
    released.desk.lang = lang
    page = flat(released.get("/releases").text)
    assert [word for word in words if word not in page] == []
    assert page.count('name="who"') == len(READERS)
    released.post(f"/readers/{DATASET}", {"who": INTERNAL})
    refused = released.post(f"/readers/{DATASET}", {"who": EVERYBODY}).text
    assert {"en": "More people", "sw": "Watu zaidi"}[lang] in refused


def test_nonsense_changes_nothing(released: Any) -> None:
    for form in ({}, {"who": "friends", "sure": "yes"}, {"who": ""}):
        assert released.post(f"/readers/{DATASET}", form).status_code == 409
    for name in ("public", "unknown", "..%2Fx", "a%0Ab"):
        assert released.post(f"/readers/{name}", {"who": PARTNERS}).status_code == 404
    assert released.get(f"/readers/{DATASET}").status_code == 404
    assert may_read(released) == EVERYBODY


def test_only_this_desk_may_say_it(released: Any, outside: Any) -> None:
    """Without the session, the form's secret, or from another origin: refused, and nothing changes."""
    stranger = released.server.test_client()
    form = {"who": PARTNERS, "sure": "yes"}
    own = {"desk": released.desk.gate.form_secret, **form}
    for client, data, headers in (
        (stranger, own, {"Origin": ORIGIN}),
        (released.client, form, {"Origin": ORIGIN}),
        (released.client, own, {"Origin": "https://evil.example"}),
        (released.client, own, {}),
    ):
        answer = client.post(f"/readers/{DATASET}", base_url=ORIGIN, data=data, headers=headers)
        assert answer.status_code == 403
    assert may_read(outside) == EVERYBODY
