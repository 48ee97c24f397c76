"""One fact, one word, one number: every surface says of every county what the open API says, in both languages.

Each surface is read as its reader gets it (HTML, message, brief, sheet) and taken back to the same few facts; a
difference names county, language, the two surfaces and the two values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from dashboard.i18n.catalogue import catalogue
from dashboard.lite.text import message, short_message
from dashboard.server.app import Njia
from dashboard.view.state import from_query
from dashboard.workspace.panel import panel_html
from geodata.query.county_card import card
from geodata.query.world import World
from tests.dashboard.reading import NATURES, Facts, text_of
from tests.dashboard.surfaces import Surfaces

LANGUAGES = ("en", "sw")


# ---- the test -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def surfaces(app: Njia) -> Surfaces:
    return Surfaces(app.site, app.server.test_client())


@pytest.fixture(scope="module")
def told(surfaces: Surfaces) -> Callable[[str, str], dict[str, Facts]]:
    return cache(lambda surface, lang: getattr(surfaces, surface)(lang))


OTHERS = (
    "geojson",
    "map",
    "table",
    "roles",
    "panel",
    "profile",
    "card",
    "lead",
    "sms",
    "text",
    "slide",
    "xlsx",
    "responds",
)


def alike(name: str, mine: object, theirs: object) -> bool:
    """Say whether two surfaces say the same; a rate is rounded to what it can bear."""
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return abs(mine - theirs) <= (0.0501 if name.endswith("rate") and theirs >= 10 else 1e-9)
    return mine == theirs


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("surface", OTHERS)
def test_every_surface_says_of_every_county_what_the_api_says(
    told: Callable[[str, str], dict[str, Facts]], surface: str, lang: str, world: World
):
    wanted, found = told("api", lang), told(surface, lang)
    assert list(found) == list(world.names)
    different = [
        f"{world.names[pcode]} ({pcode}, {lang}), {name}: {surface} says {shown!r}, the API {wanted[pcode][name]!r}"
        for pcode, facts in found.items()
        for name, shown in facts.items()
        if name != "order of natures" and not alike(name, shown, wanted[pcode][name])
    ]
    assert different == [], f"{len(different)} differences:\n" + "\n".join(different[:40])
    assert min(len(facts) for facts in found.values()) >= 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_natures_stand_in_one_order(told: Callable[[str, str], dict[str, Facts]], lang: str):
    wrong = [
        f"{surface}, {lang}, {pcode}: {facts['order of natures']}"
        for surface in ("panel", "profile", "card", "sms", "text", "slide")
        for pcode, facts in told(surface, lang).items()
        if facts["order of natures"] != NATURES
    ]
    assert wrong == [], f"{len(wrong)}: {wrong[:10]}"


SINGULAR = {
    "en": r"(?<![\d.,–-])\b1 "
    r"(persons|people|events|reports|counties|roles|legs|statements|corridors|sources|voices)\b",
    "sw": r"\b(watu|matukio|vyanzo|vipande|wachapishaji) 1\b(?![.,]\d|\u202f| mtu)",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_is_one(surfaces: Surfaces, lang: str):
    wrong = []
    for pcode, name in surfaces.world.names.items():
        view = from_query(f"county={pcode}&lang={lang}", surfaces.choices)[0]
        brief = surfaces.brief(pcode, lang)
        texts = {
            "panel": text_of(panel_html(surfaces.world, surfaces.choices, view)),
            "card": text_of(surfaces.client.get(f"/lite/{pcode}?lang={lang}").get_data(as_text=True)),
            "profile": text_of(surfaces.client.get(f"/county/{pcode}?lang={lang}").get_data(as_text=True)),
            "sms": short_message(card(surfaces.world, pcode), catalogue(lang)),
            "text": message(card(surfaces.world, pcode), catalogue(lang)),
            "slide": " ".join([brief.headline, *brief.sentences, *brief.notes]),
            "lead": surfaces.lens("detected", f"county={pcode}&lang={lang}").sentence,
        }
        wrong += [f"{name}, {lang}, {at}: {hit[0]}" for at, text in texts.items()
                  for hit in re.finditer(SINGULAR[lang], text)]  # fmt: skip
    assert wrong == [], f"{len(wrong)}: " + "\n".join(wrong[:40])


KINDS = {
    "training": ("kind.workshop", "lite.sms.kind.workshop", "response.kind.training", "response.besides_kind.workshop",
                 "response.besides_kind.nrm_training", "detection.kind.training", "change.watcher.training"),
    "safe house": ("kind.shelter", "kind.safe_house", "lite.sms.kind.shelter", "lite.sms.kind.safe_house",
                   "response.besides_kind.shelter", "response.besides_kind.safe_house"),
    "assessment": ("kind.assessment", "lite.sms.kind.assessment", "response.besides_kind.assessment",
                   "detection.kind.study"),
    "hotline": ("kind.hotline", "lite.sms.kind.hotline", "response.besides_kind.hotline", "detection.kind.hotline"),
    "child-protection unit": ("kind.child_protection_unit", "response.kind.unit", "detection.kind.unit",
                              "response.besides_kind.child_protection_unit"),
    "other": ("kind.other", "lite.sms.kind.other", "response.besides_kind.other"),
}  # fmt: skip
"""A kind of response → the keys under which the surfaces name it."""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_response_has_one_word(kind: str, lang: str):
    tr = catalogue(lang)
    words = {key: tr.t(key).lower() for key in KINDS[kind]}
    assert len(set(words.values())) == 1, words
    assert lang != "en" or set(words.values()) == {kind}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_column_sorts_no_report_below_a_zero_and_a_zero_below_a_count(surfaces: Surfaces, lang: str):
    seen = set()
    for nature in NATURES:
        for measure in ("incidents", "persons", "rate"):
            fills = surfaces.lens("detected", f"nature={nature}&measure={measure}&lang={lang}").fills
            ranks = {kind: {fill.sort for fill in fills if fill.empty == kind} for kind in {f.empty for f in fills}}
            seen |= set(ranks)
            assert max(ranks["no_report"]) < min(ranks["zero"]) == 0 < min(ranks[None]), (nature, measure)
            assert all(len(at) == 1 for kind, at in ranks.items() if kind)
    assert {"zero", "no_report", "unstated", None} <= seen


@pytest.mark.parametrize("lang", LANGUAGES)
def test_thousands_have_a_thin_space_on_every_surface(surfaces: Surfaces, lang: str):
    """Nairobi's residents have seven digits: each surface that names them writes them alike."""
    wanted = catalogue(lang).number(surfaces.world.population["KE047"])
    view = from_query(f"county=KE047&lang={lang}", surfaces.choices)[0]
    brief = surfaces.brief("KE047", lang)
    counties = brief.table("counties")
    assert counties
    texts = {
        "panel": panel_html(surfaces.world, surfaces.choices, view),
        "table": str(surfaces.lens("detected", f"lang={lang}").table),
        "card": surfaces.client.get(f"/lite/KE047?lang={lang}").get_data(as_text=True),
        "profile": surfaces.client.get(f"/county/KE047?lang={lang}").get_data(as_text=True),
        "slide": " ".join(cell.text for row in counties.rows for cell in row.cells),
    }
    assert "\u202f" in wanted
    assert [at for at, text in texts.items() if wanted not in text] == []
