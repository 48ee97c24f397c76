"""Every key and value that a link of November 2026's first release could hold is still read, and as the same thing.

The words are written out here as they stood in that release, and taken from no code of today.
"""

from __future__ import annotations

import pytest

from dashboard.server.app import Njia
from dashboard.view.state import from_query

FORMS = (
    "smuggling_transit", "child_trafficking", "recruitment_abroad", "sexual_exploitation", "forced_marriage",
    "domestic_servitude", "forced_begging", "online_scam", "forced_labour", "organ_removal", "unspecified",
)  # fmt: skip
"""The forms that the events of that release had; a form without an event was no choice."""
SINGLE = {
    "lang": ("en", "sw"),
    "dataset": ("public",),
    "nature": ("trafficking", "smuggling", "unclear"),
    "measure": ("incidents", "persons", "rate"),
    "t": ("all", *(str(year) for year in range(2007, 2027))),
    "from": tuple(str(year) for year in range(2007, 2027)),
    "to": tuple(str(year) for year in range(2007, 2027)),
    "rule": ("standard", "strict", "loose"),
    "grade": ("A", "B", "C"),
    "extent": ("kenya", "corridor", "gulf", "libya"),
    "county": tuple(f"KE{number:03}" for number in range(1, 48)),
    "corridor": ("all", *(f"C{number:02}" for number in range(1, 26))),
}
SEVERAL = {
    "form": FORMS,
    "nationality": ("ETH", "ERI", "SOM", "KEN", "UGA"),
    "confidence": ("high", "medium", "low"),
    "role": ("source", "transit", "destination"),
    "layers": ("corridors", "roles", "places", "labels"),
}
FIELD = {"from": "first", "to": "last"}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in SINGLE.items() for value in values])
def test_a_value_of_november_means_what_it_meant(app: Njia, key: str, value: str) -> None:
    view, notices = from_query(f"{key}={value}", app.site.choices)
    assert notices == ()
    assert str(getattr(view, FIELD.get(key, key))) == value


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in SEVERAL.items() for value in values])
def test_several_values_of_november_may_still_stand_together(app: Njia, key: str, value: str) -> None:
    others = [other for other in SEVERAL[key] if other != value][:1]
    together = from_query(f"{key}={','.join([value, *others])}", app.site.choices)
    assert together == from_query("&".join(f"{key}={each}" for each in (*others, value)), app.site.choices)
    assert together[1] == ()
    assert set(getattr(together[0], key)) == {value, *others}


def test_no_layers_is_said_as_it_was(app: Njia) -> None:
    view, notices = from_query("layers=none", app.site.choices)
    assert (view.layers, notices) == ((), ())


def test_both_natures_at_once_were_refused_then_and_are_now(app: Njia) -> None:
    view, notices = from_query("nature=both", app.site.choices)
    assert [(notice.key, notice.given, notice.used) for notice in notices] == [("nature", "both", "trafficking")]
    assert view.nature == "trafficking", "as in November: natures are never added up on one map"
