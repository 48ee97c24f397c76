"""`/s/<hash>`: a frozen view. A post to `/s` freezes one; opening it computes its figures again and says the outcome.

Shown are the figures of the release it was made of, whatever was published since. One whose release was withdrawn is
not shown: the sentence says when and why. Nothing about the person who froze it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses.detected.sentences import timed_frames
from dashboard.lenses.picture import LensPicture, lens_picture
from dashboard.snapshots.freeze import freeze, frozen_world, state_of, verify, view_of
from dashboard.view.frame import ViewFrame
from dashboard.view.site import Site, bare_site, choices_of, common
from dashboard.view.state import FIRST_LENS, MAX_QUERY, ViewState, defaults, through_lens, to_query
from dashboard.view.svg import SvgMapSpec
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import address, reader_lang
from dashboard.web.rate_limit import AddressLimit, is_same_origin, sender
from dashboard.web.templates import render
from geodata.query.releases import open_release
from geodata.query.snapshots import Snapshot, keep, kept_corridors, snapshots_of
from geodata.query.world import World
from geodata.values import DataProblem
from layers.patterns import pattern_defs

A_MINUTE, A_DAY = 10, 100
SIZE, LARGER = (560, 530), 1.75
"""Pixels of the map, and how many times as large its names are on a phone."""
KEPT_QUESTIONS = (FIRST_LENS, "roles", "ways")
"""Questions whose answer a snapshot keeps."""


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("snapshots", __name__)
    limit = AddressLimit(A_MINUTE, A_DAY)

    @routes.post("/s")
    def freeze_view() -> tuple[str, int] | Answer:
        return _take(site, limit)

    @routes.get("/s")
    def how_to_freeze() -> str:
        return sentence_page(site, "snapshots.how", 200)[0]

    @routes.get("/s/<name>")
    def frozen_view(name: str) -> str | tuple[str, int]:
        return frozen_page(site, name)

    @routes.get("/s/<name>.json")
    def frozen_figures(name: str) -> Response:
        try:
            snapshot = snapshots_of(site.world.settings).get(name)
            for release_id in snapshot.content["releases"].values():
                open_release(site.world, release_id)
        except DataProblem as problem:
            return Response(json.dumps({"error": str(problem)}), 404, mimetype="application/json")
        body = {"name": snapshot.name, "sha256": snapshot.sha256, "made": snapshot.made, **snapshot.content}
        answer = Response(json.dumps(body, ensure_ascii=False, sort_keys=True), mimetype="application/json")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    return routes


def _take(site: Site, limit: AddressLimit) -> tuple[str, int] | Answer:
    """Freeze the view that was posted: the map's form, or one field `link`."""
    if not is_same_origin():
        return sentence_page(site, "snapshots.elsewhere", 403)
    request.max_content_length = 4 * MAX_QUERY
    try:
        form = request.form.to_dict(flat=False) if request.mimetype == "application/x-www-form-urlencoded" else {}
    except RequestEntityTooLarge:
        return sentence_page(site, "snapshots.elsewhere", 413)
    pairs = [(key, ",".join(values)) for key, values in form.items()]
    lang = next((v for k, v in pairs if k == "lang" and v in site.choices.languages), "")
    link = next((v for k, v in pairs if k == "link"), "")
    try:
        plain = urlencode([(key, value) for key, value in pairs if value])
        state, _ = view_of(link or f"/?{plain}", site.choices, lang or reader_lang(site.choices.languages))
    except DataProblem as problem:
        return sentence_page(site, "", 400, sentence=str(problem))
    try:
        snapshot = freeze(site.world, site.choices, state, datetime.now(UTC).date())
        kept = snapshots_of(site.world.settings)
        if not kept.has(snapshot.name):
            if wait := limit.take(sender()):
                page, status = sentence_page(site, "snapshots.later", 429, n=-(-wait // 60))
                return Response(page, status, {"Retry-After": str(wait)})
            keep(site.world, snapshot)
    except DataProblem as problem:
        return sentence_page(site, "", 503, sentence=str(problem))
    return redirect(address(f"/s/{snapshot.name}", state.lang), code=303)


def sentence_page(site: Site, key: str, status: int, sentence: str = "", **values: Any) -> tuple[str, int]:
    """Return a page with one sentence."""
    state = replace(defaults(site.choices), lang=reader_lang(site.choices.languages))
    words, english = sentence or catalogue(state.lang).t(key, **values), bool(sentence)
    return render("snapshot_answer.html", here="", sentence=words, english=english, **common(site, state)), status


def frozen_page(site: Site, name: str) -> str | tuple[str, int]:
    """Return a frozen view with its verdict, or the sentence that says why it is not shown."""
    world = site.world
    kept = snapshots_of(world.settings)
    if not kept.has(name[:24]):
        return sentence_page(site, "snapshots.unknown", 404)
    try:
        snapshot = kept.get(name)
        verdict = verify(world, snapshot.name)
        then = frozen_world(world, snapshot.name)
        state = replace(state_of(snapshot), lang=_lang(site, state_of(snapshot)))
    except DataProblem as problem:
        return sentence_page(site, "", 410, sentence=str(problem))
    tr, choices = catalogue(state.lang), choices_of(then)
    view_frame = ViewFrame(then, state, timed_frames(then, choices, state))
    tools = {**TemplateTools(then, choices, state).names(), "link": lambda **_: f"/s/{snapshot.name}"}
    newer = [
        {"was": was, "now": world.releases[dataset].id if dataset in world.releases else ""}
        for dataset, was in snapshot.content["releases"].items()
        if dataset not in world.releases or world.releases[dataset].id != was
    ]
    foot = common(site, state, (f"/s/{snapshot.name}", ""))
    foot["foot"] = {**foot["foot"], "release": then.releases[state.dataset].id[:12]}
    return render(
        "snapshot.html",
        here="",
        snapshot=snapshot,
        verdict=verdict,
        view_frame=view_frame,
        patterns=Markup(pattern_defs()),  # noqa: S704 - our own constant markup
        drawing=_picture(site, then, state),
        todays_ways=kept_corridors(world, snapshot.content["inputs"]) is None,
        place=world.names.get(state.county, ""),
        profile=_profile(tr, snapshot),
        newer=newer,
        boundaries_differ=snapshot.content["boundaries"] != world.edition.id,
        today=f"/?{to_query(replace(state, beside=''), site.choices)}",
        **{**tools, **foot},
    )


def _picture(site: Site, then: World, state: ViewState) -> LensPicture:
    """Return the map of that day: neighbours, corridors, roles; of a question that is not kept, the counts."""
    asked = state if state.lens in KEPT_QUESTIONS else through_lens(state, FIRST_LENS, site.choices)
    return lens_picture(bare_site(then, choices_of(then)), asked, SvgMapSpec(SIZE, "frozen", larger=LARGER))


def _lang(site: Site, state: ViewState) -> str:
    """Return the language asked for, else the one the view was frozen in."""
    asked = request.args.get("lang", "")
    return asked if asked in site.choices.languages else state.lang


def _profile(tr: Catalogue, snapshot: Snapshot) -> list[Mapping[str, str]]:
    """Return the frozen figures of the county, or of the country, in words."""
    rows = snapshot.content["figures"]["profile"]["figures"]
    protected = snapshot.content["view"]["dataset"] != "public"

    return [
        {
            "nature": nature,
            "events": "" if protected else tr.number(events),
            "persons": tr.number(persons),
            "rate": tr.rate(rate),
            "interval": "" if low is None else "–".join(tr.rate_ends(low, high)),
        }
        for nature, events, persons, _unstated, _counties, rate, low, high in rows
    ]
