"""Deciding about one file: what its columns are, what its words and figures mean, which county a spelling is."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for

from dashboard.steward.columns import KNOWN, PRIVATE, UNSURE, UNUSED, decide, field_choices
from dashboard.steward.desk import Desk, DeskFile
from dashboard.steward.page import SEE_OTHER, Answer, DeskPage, file_of
from dashboard.steward.refusals import DeskRefusal
from geodata.facts.countries import fold
from geodata.intake.event_dates import LEAVE_OUT, NO_DATE, is_date_decision
from geodata.intake.outcome import Outcome, WordDoubt
from geodata.intake.phrases import ANSWERS
from geodata.intake.profile import NO_COUNTY
from geodata.intake.questions import SHEETS, UNDATED
from geodata.intake.sheets import ALL
from geodata.matching.counties import county_matcher
from geodata.values import Pcode


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of decisions."""
    routes = Blueprint("review", __name__)
    views = ReviewPages(desk, page)
    for name, view in (("columns", views.columns), ("questions", views.questions), ("counties", views.counties)):
        routes.add_url_rule(f"/file/<name>/{name}", name, view, methods=["GET", "POST"])
    return routes


class ReviewPages:
    """The pages of decisions, bound to a desk."""

    def __init__(self, desk: Desk, page: DeskPage) -> None:
        """Bind to a desk and its words."""
        self.desk, self.page = desk, page

    def columns(self, name: str) -> Answer:
        """Show what the columns are, and take decisions."""
        file = file_of(self.desk, name)
        if file.look is None or file.busy:
            return self.page.waiting(file) or abort(404)
        if request.method == "POST":
            return self._decide(file)
        groups = {state: file.look.of(state) for state in (UNSURE, KNOWN, PRIVATE, UNUSED)}
        return self.page.show("columns.html", "files", file=file, look=file.look, groups=groups, fields=field_choices())

    def _decide(self, file: DeskFile) -> Answer:
        if file.look is None:
            abort(404)
        answers = {column.place: request.form.get(f"column-{column.place}", "") for column in file.look.columns}
        decide(file.look, self.desk.profile, answers)
        if (sheet := request.form.get("sheet", "")) in (*file.look.sheets, ALL):
            self.desk.profile.answers[SHEETS] = sheet
        self._save()
        if request.form.get("then") == "again":
            self.desk.look(file)
            return redirect(url_for("review.columns", name=file.name), code=SEE_OTHER)
        self.desk.check(file)
        return redirect(url_for("report.rows", name=file.name), code=SEE_OTHER)

    def _save(self) -> None:
        if name := request.form.get("save", "").strip():
            self.desk.save_profile(name)

    def questions(self, name: str) -> Answer:
        """Ask what the file is a list of and whatever else is open, and take the answers."""
        file = file_of(self.desk, name)
        if waiting := self.page.waiting(file):
            return waiting
        if file.outcome is None:
            return redirect(url_for("review.columns", name=name), code=SEE_OTHER)
        outcome = file.outcome
        words = sorted(outcome.words, key=lambda doubt: (not doubt.waiting, -doubt.n_rows, doubt.word))
        if request.method == "GET":
            return self.page.show(
                "questions.html", "files", file=file, outcome=outcome, words=words, meanings=ANSWERS,
                left=(NO_DATE, LEAVE_OUT), answered=self._answered(),
            )  # fmt: skip
        if request.form.get("version") != str(file.version):
            raise DeskRefusal("questions_changed")
        self._take_answers(outcome, words)
        self._save()
        self.desk.check(file)
        return redirect(url_for("report.rows", name=name), code=SEE_OTHER)

    def _answered(self) -> dict[str, tuple[str, str]]:
        """Return the answers given so far, in words; those of a profile as far as they are known."""
        answers = self.desk.profile.answers
        return {key: self.desk.answered.get(key, (key, code)) for key, code in answers.items()}

    def _take_answers(self, outcome: Outcome, words: list[WordDoubt]) -> None:
        """Keep the answers of the form in the decisions of this sitting."""
        profile = self.desk.profile
        for place, dated in enumerate(outcome.dates):
            decision = request.form.get(f"right-{place}", "").strip() or request.form.get(f"date-{place}", "")
            if is_date_decision(decision):
                profile.dates[dated.text.strip()] = decision
            elif decision:
                raise DeskRefusal("no_date", text=decision)
        for question in outcome.questions:
            answer = request.form.get(f"answer-{question.key}", "").strip()
            year = request.form.get("year", "").strip() if question.key == UNDATED else ""
            if year.isdigit() and len(year) == len("2024"):
                profile.answers[question.key] = year
                self.desk.answered[question.key] = (question.text, year)
            elif answer in question.codes():
                profile.answers[question.key] = answer
                self.desk.answered[question.key] = (question.text, question.label_of(answer))
        for place, doubt in enumerate(words):
            if (meaning := request.form.get(f"word-{place}", "")) in ANSWERS:
                profile.words[fold(doubt.word)] = meaning
        for key in request.form.getlist("again"):
            profile.answers.pop(key, None)

    def counties(self, name: str) -> Answer:
        """Ask about every doubtful spelling once, and take the answers."""
        file = file_of(self.desk, name)
        if waiting := self.page.waiting(file):
            return waiting
        doubts = file.doubts()
        known = county_matcher(self.desk.settings).names
        if request.method == "GET":
            return self.page.show(
                "counties.html", "files", file=file, doubts=doubts, known=known, left=(NO_COUNTY, LEAVE_OUT)
            )
        if request.form.get("version") != str(file.version):
            raise DeskRefusal("counties_changed")
        for place, doubt in enumerate(doubts):
            answer = request.form.get(f"spelling-{place}", "")
            if answer in known:
                self.desk.profile.counties[doubt.spelling] = Pcode(answer)
            elif answer in (NO_COUNTY, LEAVE_OUT):
                self.desk.profile.no_county[doubt.spelling.strip()] = answer
        self._save()
        self.desk.check(file)
        return redirect(url_for("report.rows", name=name), code=SEE_OTHER)
