"""The evidence desk's forms: add or correct by form, with the live rule beside it; the workbook out and in."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for

from dashboard.steward.desk import Desk
from dashboard.steward.evidence import forms
from dashboard.steward.evidence.review import EvidenceReview
from dashboard.steward.evidence.words import template_words
from dashboard.steward.page import SEE_OTHER, Answer, DeskPage
from dashboard.steward.refusals import DeskRefusal
from geodata.additions.door import AdditionRefused
from geodata.additions.models import KINDS
from geodata.additions.take import AdditionTaker, Taken
from geodata.additions.targets import Target
from geodata.additions.workbook import template
from geodata.corrections import Queue, folder_of
from geodata.facts import counties, decisions, sources
from geodata.intake.rights import KEPT_FOR_YEARS, LEGAL_BASES, PURPOSES, read_rights
from geodata.query.world import open_world
from geodata.release.publication import today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UPLOAD = 20 << 20


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of the evidence desk."""
    routes = Blueprint("evidence", __name__)
    views, review = EvidenceForms(desk, page), EvidenceReview(desk, page)
    for rule, name, view, methods in (
        ("/evidence", "overview", review.overview, ["GET"]),
        ("/evidence/new/<kind>", "form", views.form, ["GET", "POST"]),
        ("/evidence/live/<kind>", "live", views.live, ["POST"]),
        ("/evidence/template.xlsx", "template", views.template, ["GET"]),
        ("/evidence/bring", "bring", views.bring, ["POST"]),
        ("/evidence/item/<name>", "item", review.item, ["GET"]),
        ("/evidence/item/<name>/<action>", "decide", review.decide, ["POST"]),
        ("/evidence/build", "build", review.build, ["GET", "POST"]),
    ):
        routes.add_url_rule(rule, name, view, methods=methods)
    return routes


class EvidenceForms:
    """The forms of the evidence desk, bound to a desk."""

    def __init__(self, desk: Desk, page: DeskPage) -> None:
        """Bind to a desk and its words."""
        self.desk, self.page = desk, page

    @property
    def taker(self) -> AdditionTaker:
        """Return what takes additions, as of today."""
        return AdditionTaker(self.desk.settings, today())

    def form(self, kind: str) -> Answer:
        """Show a form; when it comes back, show what would be kept, or keep it."""
        if kind not in KINDS:
            abort(404)
        if request.method == "GET":
            return self._opened(kind)
        target, told = self._target(kind, request.form.get("corrects", "")), forms.typed(request.form)
        try:
            taken = self._read(kind, told, target)
        except AdditionRefused as refusal:
            return self._show(kind, told, problems=refusal.problems, target=target), 422
        if request.form.get("action") != "keep":
            return self._show(kind, told, taken=taken, target=target)
        rights = read_rights(rights_of(request.form))
        batch = self.taker.keep(taken, by=request.form.get("by", ""), rights=rights, key=request.form.get("key", ""))
        return redirect(url_for("evidence.item", name=batch.additions[-1].name, done="kept"), code=SEE_OTHER)

    def live(self, kind: str) -> Answer:
        """Return what is to be said about a form while it is being filled in, as a piece of a page."""
        if kind not in KINDS:
            abort(404)
        try:
            taken = self._read(kind, forms.typed(request.form), self._target(kind, request.form.get("corrects", "")))
        except AdditionRefused as refusal:
            typed = {name: text for name, text in refusal.problems.items() if request.form.get(name, "").strip()}
            return self.page.plain("evidence/notes.html", taken=None, problems=typed, **template_words(self.page.cat))
        return self.page.plain("evidence/notes.html", taken=taken, problems={}, **template_words(self.page.cat))

    def _opened(self, kind: str) -> str:
        """Show an empty form, the row to correct, or what a reader said."""
        key, told = request.args.get("corrects", ""), dict[str, str]()
        reader = request.args.get("reader", "")
        if reader:
            correction = Queue(folder_of(self.desk.settings)).get(reader)
            lead = forms.from_reader(correction, open_world(self.desk.settings))
            if lead is None or lead.kind != kind:
                abort(404)
            key, told = lead.key, lead.told
        target = self._target(kind, key)
        shown = {**(forms.form_values(target.told) if target else {}), **told}
        return self._show(kind, {**shown, "reader": reader}, target=target)

    def _target(self, kind: str, key: str) -> Target | None:
        return self.taker.target(kind, key) if key else None

    def _read(self, kind: str, form: Mapping[str, str], target: Target | None) -> Taken:
        given, source = forms.given_of(kind, form)
        taken = self.taker.read(kind, given, source=source or None, target=target)
        if reader := form.get("reader", ""):
            last = replace(taken.new[-1], from_reader=reader)
            taken = replace(taken, new=(*taken.new[:-1], last))
        self.taker.check(taken)
        return taken

    def _show(
        self,
        kind: str,
        told: dict[str, Any],
        *,
        taken: Taken | None = None,
        problems: Mapping[str, str] | None = None,
        target: Target | None = None,
    ) -> str:
        settings = self.desk.settings.in_use()
        names = [*counties.load(settings)["name"], "National"]
        wrong = dict(problems or {})
        ledger = sources.cited(settings)
        known = dict(zip(ledger["source_id"], ledger["title"], strict=True)) | self.taker.sources()
        answers = forms.Answers(told, wrong, names, self.page.cat)
        return self.page.show(
            "evidence/form.html", "evidence", kind=kind, told=told, taken=taken, problems=wrong,
            fields=forms.fields(kind, answers), sources=known,
            stops=forms.stop_fields(answers) if kind == "corridor" else [], open_stops=forms.OPEN_STOPS,
            source_fields=forms.source_fields(answers) if kind in ("statement", "response", "corridor") else [],
            countries=sorted(decisions.countries(settings).values()),
            corrects=request.values.get("corrects", "") or (target.row_id if target else ""),
            key=told.get("key") or secrets.token_hex(16), **terms(told), **template_words(self.page.cat),
        )  # fmt: skip

    def template(self) -> Response:
        """Send the workbook to fill in."""
        answer = Response(template(self.desk.settings.in_use()), mimetype=XLSX)
        answer.headers["Content-Disposition"] = "attachment; filename=njia-additions.xlsx"
        return answer

    def bring(self) -> Answer:
        """Read a filled-in workbook, keep the rows that are in order, and say what is wrong with the others."""
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise DeskRefusal("no_workbook")
        rights = read_rights(rights_of(request.form))
        with tempfile.TemporaryDirectory(prefix="njia-workbook-", dir=self.desk.shelf.folder) as place:
            path = Path(place) / "workbook.xlsx"
            upload.save(path)
            if path.stat().st_size > MOST_UPLOAD:
                raise DeskRefusal("large_workbook")
            book = self.taker.workbook(path)
        if book.taken.new:
            self.taker.keep(book.taken, by=request.form.get("by", ""), rights=rights)
        return self.page.show("evidence/brought.html", "evidence", book=book, name=upload.filename[:80])


def rights_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return the terms a form states."""
    return {name: form.get(name, "") for name in ("legal_basis", "agreement", "purpose", "keep_until")}


def terms(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page needs to ask for the terms."""
    until = str(told.get("keep_until") or today().year + KEPT_FOR_YEARS)
    return {"bases": LEGAL_BASES, "purposes": PURPOSES, "until": until}
