"""`/corrections/KE010`: say what is wrong or missing about a county, by choices only.

Complete without JavaScript: a form that is posted, an answer that can be reloaded. assets/js/corrections.js keeps what
was sent on the device until this page has answered, so that a closed network loses nothing. What arrives waits in a
queue that no page reads. Without cookies, all there is to forge is the sender: a post from another site is refused.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.i18n.corrections import corrected, item_label
from dashboard.settings import ASSETS
from dashboard.view.site import Site, common
from dashboard.view.state import defaults
from dashboard.web.links import address, reader_lang
from dashboard.web.rate_limit import AddressLimit, is_same_origin, sender
from dashboard.web.static import service_worker
from dashboard.web.templates import render
from geodata.query.corrections import (
    CORRECTION_LIMITS,
    Correction,
    CorrectionRefused,
    QueueFull,
    correctable,
    correction_queue,
    read_correction,
)
from geodata.query.find import Standing, find_county
from geodata.values import DataProblem

A_MINUTE, A_DAY = 5, 30
MOST_BYTES = 8_192
GROUPS = ("missing", "role", "corridor", "event", "response", "other")
WHEN = {
    "to_county": "county",
    "year": "year missing:event missing:response",
    "number": "number missing:event missing:response",
    "nature": "nature missing:event missing:corridor missing:role",
    "role": "missing:role",
}
"""Field → what must be wrong (or, of a missing thing, which) for the browser to show it."""


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("corrections", __name__)
    limit = AddressLimit(A_MINUTE, A_DAY)

    @routes.get("/corrections")
    def corrections() -> str:
        return choose_page(site)

    @routes.get("/corrections/sw.js", endpoint="corrections_worker")
    def worker() -> Response:
        names = ("css/njia.css", "css/corrections.css", "js/corrections.js", "njia.svg")
        files = [*(site.asset(name) for name in names), *([site.font_url] if site.font_url else [])]
        script = service_worker(ASSETS, "corrections-worker", {"release": site.world.key, "root": "..", "files": files})
        answer = Response(script, mimetype="text/javascript")
        answer.headers["Cache-Control"] = "no-cache"
        answer.headers["Service-Worker-Allowed"] = f"{request.script_root}/corrections"
        return answer

    @routes.get("/corrections/<place>")
    def correct(place: str) -> tuple[str, int] | Answer:
        pcode = _pcode(site, place)
        if pcode is None:
            return choose_page(site), 404
        if pcode != place:
            lang = reader_lang(site.choices.languages)
            return redirect(address(f"/corrections/{pcode}", lang, item=request.args.get("item", "")[:60]), code=302)
        # Each form has an id of its own, so that sent twice it counts once: no page equals the one before.
        return Response(form_page(site, pcode), headers={"Cache-Control": "private, no-cache"})

    @routes.post("/corrections/<place>")
    def take(place: str) -> tuple[str, int] | Answer:
        pcode = _pcode(site, place)
        return CorrectionRequest(site, limit, pcode).answer() if pcode else (choose_page(site), 404)

    return routes


def _pcode(site: Site, place: str) -> str | None:
    if place in site.world.names:
        return place
    match = find_county(site.world, place)
    return str(match.pcode) if match.standing is Standing.SURE and match.pcode in site.world.names else None


class CorrectionRequest:
    """One correction on its way in."""

    def __init__(self, site: Site, limit: AddressLimit, pcode: str) -> None:
        """Bind to the request at hand."""
        self.site, self.limit, self.pcode = site, limit, pcode
        self.tr = catalogue(reader_lang(site.choices.languages))
        self.given: dict[str, str] = {}

    def answer(self) -> tuple[str, int] | Answer:
        """Take it, or say why not; the cheap checks first, the count of the address last."""
        barred = self._barred()
        if barred is not None:
            return barred
        today = datetime.now(UTC).date().isoformat()
        try:
            correction = read_correction(self.site.world, self.pcode, self.given, today)
        except CorrectionRefused as refused:
            return self._refused(refused.problems)
        return self._keep(correction)

    def _barred(self) -> tuple[str, int] | Answer | None:
        """Refuse what no form of ours sends; otherwise read the form."""
        if not is_same_origin():
            return self._no(403, "elsewhere")
        if request.mimetype != "application/x-www-form-urlencoded":
            return self._no(415, "form_only")
        request.max_content_length = MOST_BYTES
        try:
            self.given = dict(request.form.items())
        except RequestEntityTooLarge:
            return self._no(413, "too_long")
        return None

    def _keep(self, correction: Correction) -> tuple[str, int] | Answer:
        queue = correction_queue(self.site.world)
        if queue.has(correction.name):
            return self._thanks(correction.name, "known")
        if wait := self.limit.take(sender()):
            return self._later(wait)
        try:
            new = queue.put(correction)
        except QueueFull:
            return self._no(503, "full")
        except DataProblem:
            return self._no(503, "disk")
        return self._thanks(correction.name, "thanks" if new else "known")

    @property
    def plain(self) -> bool:
        """Say whether the page's script asks, not a reader's browser."""
        return request.accept_mimetypes.best == "application/json"

    def _json(self, code: int, /, **body: object) -> Response:
        answer = Response(json.dumps(body, ensure_ascii=False), code, mimetype="application/json")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _thanks(self, name: str, how: str) -> Answer:
        sentence = self.tr.t(f"corrections.{how}", number=name[:6])
        if self.plain:
            return self._json(201 if how == "thanks" else 200, status=how, said=sentence)
        there = address(f"/corrections/{self.pcode}", self.tr.lang, sent=name[:6], how=how)
        return redirect(there, code=303)

    def _no(self, status: int, key: str) -> tuple[str, int] | Answer:
        sentence = self.tr.t(f"corrections.{key}")
        if self.plain:
            return self._json(status, status="refused" if status < 500 else "later", said=sentence)
        return form_page(self.site, self.pcode, self.given, (sentence,)), status

    def _later(self, seconds: int) -> tuple[str, int] | Answer:
        sentence = self.tr.t("corrections.later", n=-(-seconds // 60))
        if self.plain:
            answer: Answer = self._json(429, status="later", said=sentence)
        else:
            answer = Response(form_page(self.site, self.pcode, self.given, (sentence,)), 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    def _refused(self, problems: dict[str, str]) -> tuple[str, int] | Answer:
        sentences = tuple(self.tr.t(f"corrections.problem.{name}", **_numbers(self.site, name)) for name in problems)
        if self.plain:
            return self._json(400, status="refused", said=" ".join(sentences), fields=sorted(problems))
        return form_page(self.site, self.pcode, self.given, sentences, tuple(problems)), 400


def _numbers(site: Site, field: str = "") -> dict[str, str]:
    """Return the limits as text: years and lengths are written without thin spaces."""
    limits = CORRECTION_LIMITS
    last = max(int(site.world.as_of[:4]), datetime.now(UTC).year)
    most = limits["url"] if field == "source" else limits["persons"]
    return {"first": str(limits["first_year"]), "last": str(last), "most": str(most)}


def choose_page(site: Site) -> str:
    """Return the page on which a county is chosen."""
    state = replace(defaults(site.choices), lang=reader_lang(site.choices.languages))
    counties = [(name, address(f"/corrections/{pcode}", state.lang)) for pcode, name in site.world.names.items()]
    return render("corrections.html", here="", pcode="", counties=sorted(counties), **common(site, state))


def form_page(
    site: Site,
    pcode: str,
    given: dict[str, str] | None = None,
    problems: tuple[str, ...] = (),
    marked: tuple[str, ...] = (),
) -> str:
    """Return the form of a county, with what was given before and what was wrong with it."""
    state = replace(defaults(site.choices), lang=reader_lang(site.choices.languages))
    tr = catalogue(state.lang)
    if given is None:
        given = {"item": request.args.get("item", "")[:60]} if request.method == "GET" else {}
    return render(
        "corrections.html",
        here="",
        pcode=pcode,
        county=site.world.names[pcode],
        back=address("/", state.lang, county=pcode),
        action=address(f"/corrections/{pcode}", state.lang),
        fresh=secrets.token_hex(16),
        given=given,
        problems=problems,
        marked=marked,
        thanks=_thanks_words(tr) if request.method == "GET" else "",
        fields=_fields(site, tr, pcode),
        most=str(CORRECTION_LIMITS["url"]),
        offline={name: tr.t(f"corrections.offline.{name}") for name in ("sending", "sent", "none", "now", "drop")},
        kept_words=tr.words["corrections.offline.kept"],
        refused=tr.words["corrections.offline.refused"],
        too_many=tr.t("corrections.offline.many", most=20),
        shown=corrected(site.world, tr, pcode),
        source_of=site.world.source_rows.get,
        **common(site, state, (f"/corrections/{pcode}", "")),
    )


def _thanks_words(tr: Catalogue) -> str:
    number, how = request.args.get("sent", ""), request.args.get("how", "")
    if not re.fullmatch(r"[0-9a-f]{6}", number) or how not in ("thanks", "known"):
        return ""
    return tr.t(f"corrections.{how}", number=number)


def _fields(site: Site, tr: Catalogue, pcode: str) -> dict[str, Any]:
    """Return the choices of every field, in words."""
    limits: dict[str, Any] = CORRECTION_LIMITS
    groups: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
    for item in correctable(site.world, pcode):
        group = item.kind if item.kind in groups else "other"
        groups[group].append((item.name, item_label(tr, item)))
    fits: dict[str, list[str]] = {}
    for kind, codes in limits["wrong_of"].items():
        for code in codes:
            fits.setdefault(code, []).append(kind)
    return {
        "groups": [(tr.t(f"corrections.group.{group}"), rows) for group, rows in groups.items() if rows],
        "wrong": [(code, tr.t(f"corrections.wrong.{code}"), " ".join(kinds)) for code, kinds in fits.items()],
        "counties": sorted(site.world.names.items(), key=lambda item: item[1]),
        "natures": [(code, tr.t(f"nature.{code}")) for code in limits["natures"]],
        "roles": [(code, tr.t(f"role.{code}")) for code in limits["roles"]],
        "reporters": [(code, tr.t(f"corrections.reporter.{code}")) for code in limits["reporters"]],
        "when": WHEN,
        "first_year": limits["first_year"],
        "last_year": _numbers(site)["last"],
        "persons": limits["persons"],
    }
