"""Whatever a record holds, the messages of a county fit, and whom to call and where to read on stand in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.i18n.catalogue import catalogue
from dashboard.lite.text import LONGEST, TWO_MESSAGES, message, short_message
from geodata.query.county_card import Count, card
from geodata.query.world import World

KINDS = (
    "assessment", "border_post", "child_protection_unit", "coordination_committee", "hotline", "nrm_training",
    "one_stop_border_post", "other", "safe_house", "workshop",
)  # fmt: skip
numbers = st.integers(0, 10**9)
counts = st.builds(
    lambda incidents, persons, rate: (incidents, persons, rate),
    numbers,
    st.none() | numbers,
    st.floats(0, 10**6, allow_nan=False),
)
hosts = st.text("abcdefghijklmnopqrstuvwxyz0123456789-.", min_size=1, max_size=253)
names = st.text("abcdefghijklmnopqrstuvwxyz ’", min_size=1, max_size=400)


@pytest.mark.parametrize("lang", ["en", "sw"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.tuples(counts, counts), more=st.tuples(numbers, st.lists(st.sampled_from(KINDS))), host=hosts)
def test_no_county_with_any_additions_is_too_long(
    world: World,
    lang: str,
    told: tuple[tuple[int, int | None, float], ...],
    more: tuple[int, list[str]],
    host: str,
) -> None:
    tr = catalogue(lang)
    n_corridors, kinds = more
    for pcode in world.names:
        known = card(world, pcode)
        grown = replace(
            known,
            counts=tuple(
                Count(count.nature, incidents, persons, 0, rate, None, "" if incidents else "n")
                for count, (incidents, persons, rate) in zip(known.counts, told, strict=True)
            ),
            n_corridors=n_corridors,
            present=tuple(kinds),
            missing=tuple(kinds),
        )
        for text, limit in (
            (message(grown, tr), LONGEST),
            (short_message(grown, tr, f"https://{host}/"), TWO_MESSAGES),
        ):
            assert len(text) <= limit
            assert tr.t("help.sms") in text
            assert f"/lite/{pcode}" in text
        if len(host) <= 200:
            assert f"https://{host}/lite/{pcode}" in short_message(grown, tr, f"https://{host}/")


@pytest.mark.parametrize("lang", ["en", "sw"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names, host=hosts)
def test_no_name_and_no_address_is_too_long(world: World, lang: str, name: str, host: str) -> None:
    tr = catalogue(lang)
    known = card(world, "KE011")
    named = replace(known, county={**known.county, "name": name})
    assert len(message(named, tr)) <= LONGEST
    short = short_message(named, tr, f"https://{host}")
    assert len(short) <= TWO_MESSAGES
    assert tr.t("help.sms") in short
    assert "/lite/KE011" in short


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_shipped_record_loses_no_figure(world: World, lang: str) -> None:
    tr = catalogue(lang)
    for pcode in world.names:
        text = short_message(card(world, pcode), tr, "https://njia.example.org/")
        for count in card(world, pcode).counts:
            if count.persons is not None:
                assert f"{count.incidents}" in text
                assert f"{count.persons:,}" in text
