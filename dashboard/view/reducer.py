"""The one reducer: a view and a choice → the next view, for links on the server and for the workspace in the browser.

What a choice takes along with it stands here once, as tables (`RESETS`, `YEARS`, `PARTS`). `reduce` follows them for
every link the server writes; `rules` gives them to the browser, where assets/js/workspace.js follows the same tables,
so that a click costs no request. A test sends both through the same choices.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from dashboard.view.state import (
    CROSSED,
    FIRST_LENS,
    KEYS,
    POOLED,
    Choices,
    ViewState,
    defaults,
    several_values,
    through_lens,
)

RESETS: dict[str, tuple[str, ...]] = {
    "county": ("corridor",), "corridor": ("county",), "from": ("t",), "to": ("t",), "lens": ("fold",),
}  # fmt: skip
"""Key → keys that go back to their default when it is given a value."""
YEARS = ("from", "to")
"""Keys of the period: one pulls the other along, so that the first year is never after the last."""
ALONE = ("lang", "dataset")
"""Keys whose change is another page, written by the server."""
_COUNTED = (
    "lang", "dataset", "from", "to", "form", "nationality", "confidence", "outcome",
    "suspects", "sex", "age", "role", "rule",
)  # fmt: skip
PARTS: dict[str, tuple[str, ...]] = {
    "frames": (*_COUNTED, "county"),
    "lines": ("lang", "dataset", "county", "corridor", "grade", "rule"),
    "panel": (*_COUNTED, "county", "corridor", "grade", "beside", "lens"),
    "strip": (*_COUNTED, "county"),
    "question": (*_COUNTED, "nature", "measure", "t", "county", "corridor", "grade", "lens", "fold"),
}
"""Part of the page → keys of the link it depends on: nothing else asks the server for it. `question` is what a lens
writes (sentence, legend, table, fills); it depends on the lens's own keys too, as do the lines of a lens that draws
its own."""
FRAMED = {FIRST_LENS: ("lang", "dataset", "rule", "lens", "fold")}
"""Lens whose figures are in the frames → what the rest of its `question` depends on."""

FIELDS = {KEYS.get(field.name, field.name): field.name for field in fields(ViewState) if field.name != "own"}
"""Key of the link → field of `ViewState`; the lenses' own keys stand beside them."""


def reduce(state: ViewState, choices: Choices, **chosen: object) -> ViewState:
    """Return the view after a choice; chosen: key of the link → its value, a tuple where several are allowed."""
    start = defaults(choices.of(state.dataset))
    for key, value in chosen.items():
        state = _one_choice(state, start, choices, key, value)
    return state


def _one_choice(state: ViewState, start: ViewState, choices: Choices, key: str, value: object) -> ViewState:
    if key == "lens":
        return through_lens(state, str(value), choices)
    reset = {name: getattr(start, name) for name in RESETS.get(key, ())} if value else {}
    after = replace(state, **{FIELDS[key]: value, **reset})
    if key in YEARS and after.first > after.last:
        after = replace(after, first=getattr(after, FIELDS[key]), last=getattr(after, FIELDS[key]))
    if not choices.of(state.dataset).protected:
        return after
    if key in CROSSED and value:
        others = [name for name in CROSSED if name != key]
        after = replace(after, **{name: getattr(start, name) for name in others})
        return replace(after, first=start.first, last=start.last, t=POOLED)
    if key in YEARS and (after.first, after.last) != (start.first, start.last):
        return replace(after, **{name: getattr(start, name) for name in CROSSED})
    return after


def rules(choices: Choices, state: ViewState) -> dict[str, Any]:
    """Return the same for the browser: defaults and tables of one page, as texts of the link."""
    legal = choices.of(state.dataset)
    start = replace(defaults(legal), lang=state.lang)
    own = {lens: list(keys) for lens, keys in choices.lenses}
    return {
        "defaults": {
            **{key: text_of(getattr(start, name)) for key, name in FIELDS.items()},
            **dict.fromkeys((key for keys in own.values() for key in keys), ""),
        },
        "own": own,
        "several": list(several_values(legal)),
        "resets": {key: list(others) for key, others in RESETS.items()},
        "years": list(YEARS),
        "crossed": list(CROSSED) if legal.protected else [],
        "alone": list(ALONE),
        "parts": {name: list(keys) for name, keys in PARTS.items()},
        "framed": {lens: list(keys) for lens, keys in FRAMED.items()},
    }


def text_of(value: object) -> str:
    """Return a value as it stands in the link."""
    return ",".join(value) if isinstance(value, tuple) else str(value)
