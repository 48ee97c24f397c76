"""The sentence above what was detected: both crimes in one breath, then which of them fills the map, and why.

With a county chosen the sentence is about that county. What a reader may skip (events without a number of people,
events of no county) stands in what the sentence leaves out. A caseload has the sentences of `view.figure.frames`.
"""

from __future__ import annotations

from typing import Any

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses.joined import joined
from dashboard.lenses.tools import PUBLIC
from dashboard.view.figure import filter_words, filters_of, frames, sentence, state_filters
from dashboard.view.state import NATURES, Choices, ViewState
from geodata.query.cube import Cube
from geodata.query.detection import APART
from geodata.query.indicators import cube
from geodata.query.world import World
from geodata.values import NATIONAL


def timed_frames(world: World, choices: Choices, state: ViewState) -> dict[str, Any]:
    """Return the frames of a view with their sentences and what these leave out, by nature and frame."""
    built = frames(world, state_filters(state, choices))
    at = range(len(built["frames"]))
    if state.dataset != PUBLIC:
        told = {nature: [sentence(world, state, nature, frame) for frame in at] for nature in NATURES}
        return {**built, "sentences": told, "left_out": {nature: [""] * len(at) for nature in NATURES}}
    tr, counted = catalogue(state.lang), cube(world, PUBLIC, filters_of(world, state))
    filtered = filter_words(tr, state)
    if state.county:
        own = [joined(world, tr, state, state.county, frame) + filtered for frame in at]
        leads = dict.fromkeys(NATURES, own)
    else:
        both = [_both(tr, counted, frame) for frame in at]
        leads = {
            nature: [f"{both[frame]} {_shown(tr, counted, nature, frame)}{filtered}" for frame in at]
            for nature in NATURES
        }
    left_out = {nature: [_left_out(tr, counted, nature, frame) for frame in at] for nature in NATURES}
    return {**built, "sentences": leads, "left_out": left_out}


def _both(tr: Catalogue, counted: Cube, frame: int) -> str:
    """Return both crimes with their counties, and whose word it is."""
    years = str(counted.years[frame - 1]) if frame else tr.years(counted.period.first, counted.period.last)
    parts = [
        tr.t(
            "lens.detected.part",
            n=totals.incidents if totals else 0,
            nature=tr.t(f"nature.{own}").lower(),
            counties=totals.counties if totals else 0,
        )
        for own in APART
        for totals in (counted.totals(own, frame),)
    ]
    total = len(counted.areas) - 1
    text = tr.t("lens.detected.both", first=parts[0], second=parts[1], total=total, years=years)
    return text[:1].upper() + text[1:]


def _shown(tr: Catalogue, counted: Cube, nature: str, frame: int) -> str:
    """Return what the map shows of both."""
    shown, name = counted.totals(nature, frame), tr.t(f"nature.{nature}").lower()
    if shown is None:
        return tr.t("lens.detected.map_empty", nature=name)
    other = next((counted.totals(own, frame) for own in APART if own != nature), None)
    leads = nature in APART and shown.counties > (other.counties if other else 0)
    key = "map_leads" if leads else "map_shows"
    text = tr.t(f"lens.detected.{key}", nature=name)
    if shown.incidents > shown.unstated:
        text += tr.t("lens.detected.people", n=shown.persons)
    return text + "."


def _left_out(tr: Catalogue, counted: Cube, nature: str, frame: int) -> str:
    kenya, abroad = counted.totals(nature, frame), counted.totals(nature, frame, of=NATIONAL)
    text = tr.t("sentence.unstated", n=kenya.unstated) if kenya and kenya.unstated else ""
    if abroad:
        text += tr.t("sentence.national", n=abroad.incidents)
    return f"{text} {tr.t('lens.detected.leaves_out')}".strip()
