"""Putting files down, deciding about columns and counties, reading the report, storing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, abort, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from dashboard.steward.columns import KNOWN, PRIVATE, UNSURE, UNUSED, decide, fields
from dashboard.steward.desk import Desk, DeskFile
from dashboard.steward.page import Page
from dashboard.steward.uploads import MOST_BYTES
from geodata.facts.countries import fold
from geodata.intake.outcome import Outcome, Status, WordDoubt
from geodata.intake.phrases import ANSWERS
from geodata.intake.privacy import LABELS
from geodata.intake.questions import SHEETS, UNDATED
from geodata.intake.readers import KINDS
from geodata.intake.report import csv_report, html_report
from geodata.intake.sheets import ALL
from geodata.matching.counties import county_matcher
from geodata.values import DataProblem, Pcode

SEE_OTHER = 303
Answer = str | Response | tuple[str, int]


def serve(server: Flask, desk: Desk, page: Page) -> None:
    """Add the pages of files."""
    views = FilePages(desk, page)
    server.add_url_rule("/", "files", views.files, methods=["GET"])
    server.add_url_rule("/dataset", "dataset", views.dataset, methods=["POST"])
    server.add_url_rule("/profile", "profile", views.profile, methods=["POST"])
    server.add_url_rule("/upload", "upload", views.upload, methods=["POST"])
    server.add_url_rule("/job/<name>", "job", views.job, methods=["GET"])
    for name, view, methods in (
        ("columns", views.columns, ["GET", "POST"]),
        ("report", views.report, ["GET"]),
        ("questions", views.questions, ["GET", "POST"]),
        ("counties", views.counties, ["GET", "POST"]),
        ("store", views.store, ["POST"]),
        ("check", views.check, ["POST"]),
        ("remove", views.remove, ["POST"]),
        ("download", views.download, ["GET"]),
    ):
        server.add_url_rule(f"/file/<name>/{name}", name, view, methods=methods)


def _n_open(outcome: Outcome) -> int:
    """Return how many questions wait on the page of questions."""
    return len(outcome.questions) + sum(doubt.waiting for doubt in outcome.words)


def _answered(answers: dict[str, str]) -> dict[str, str]:
    """Return the answers given so far, to be shown and taken back."""
    return dict(answers)


class FilePages:
    """The pages of files, bound to a desk."""

    def __init__(self, desk: Desk, page: Page) -> None:
        """Bind to a desk and its words."""
        self.desk, self.page = desk, page

    def files(self) -> Answer:
        """Show the first page: what to do, and the files on the desk."""
        return self.page.show(
            "files.html", "files", files=list(self.desk.files.values()), profiles=self.desk.profiles(),
            limit=MOST_BYTES >> 30, kinds=",".join(KINDS),
        )  # fmt: skip

    def dataset(self) -> Answer:
        """Name the dataset the files go to."""
        self.desk.name_dataset(request.form.get("dataset", ""))
        self.desk.synthetic = request.form.get("synthetic") == "yes"
        return redirect(url_for("files"), code=SEE_OTHER)

    def profile(self) -> Answer:
        """Start from saved decisions."""
        self.desk.use_profile(request.form.get("profile", ""))
        return redirect(url_for("files"), code=SEE_OTHER)

    def upload(self) -> Answer:
        """Take uploads; they were streamed into the private folder while this request was read."""
        if not self.desk.shelf.room_for(request.content_length or 0):
            raise DataProblem("There is not enough room on the disk for this file; free some and try again.")
        taken = [self._take(upload) for upload in request.files.getlist("files") if upload.filename]
        if not taken:
            raise DataProblem("No file came with the form; choose one or more files, then press the button.")
        if len(taken) == 1:
            return redirect(url_for("columns", name=taken[0].name), code=SEE_OTHER)
        return redirect(url_for("files"), code=SEE_OTHER)

    def _take(self, upload: FileStorage) -> DeskFile:
        upload.stream.flush()
        draft = Path(upload.stream.name)
        size = draft.stat().st_size
        upload.close()
        return self.desk.take(self.desk.shelf.put(draft, upload.filename or ""), size)

    def job(self, name: str) -> Any:
        """Tell how far a piece of work is."""
        found = self.desk.jobs.find(name)
        if found is None:
            abort(404)
        return found.told()

    def _file(self, name: str) -> DeskFile:
        return self.desk.files.get(name) or abort(404)

    def _waiting(self, file: DeskFile) -> Answer | None:
        """Return what to show instead of a page whose work goes on or was refused."""
        if file.busy:
            return self.page.show("busy.html", "files", file=file, job=file.busy)
        if file.job and file.job.problem:
            return self.page.show("refused.html", "files", file=file, job=file.job)
        return None

    def columns(self, name: str) -> Answer:
        """Show what the columns are, and take decisions."""
        file = self._file(name)
        if file.look is None or file.busy:
            return self._waiting(file) or abort(404)
        if request.method == "POST":
            return self._decide(file)
        groups = {state: file.look.of(state) for state in (UNSURE, KNOWN, PRIVATE, UNUSED)}
        return self.page.show("columns.html", "files", file=file, look=file.look, groups=groups, fields=fields())

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
            return redirect(url_for("columns", name=file.name), code=SEE_OTHER)
        self.desk.check(file)
        return redirect(url_for("report", name=file.name), code=SEE_OTHER)

    def _save(self) -> None:
        if name := request.form.get("save", "").strip():
            self.desk.save_profile(name)

    def check(self, name: str) -> Answer:
        """Judge a file again."""
        file = self._file(name)
        if not file.busy:
            self.desk.check(file)
        return redirect(url_for("report", name=name), code=SEE_OTHER)

    def report(self, name: str) -> Answer:
        """Show what became of the rows."""
        file = self._file(name)
        if waiting := self._waiting(file):
            return waiting
        outcome = file.outcome
        if outcome is None or file.lines is None:
            return redirect(url_for("columns", name=name), code=SEE_OTHER)
        standing = request.args.get("standing", "")
        chosen = Status[standing.upper()] if standing.upper() in Status.__members__ else None
        leaf = file.lines.page(request.args.get("page", 1, type=int), chosen)
        kept_out = [
            (LABELS.get(kind, ""), cells, columns)
            for kind, (cells, columns) in sorted(outcome.dropped.items(), reverse=True)
            if cells or columns
        ]
        return self.page.show(
            "report.html", "files", file=file, outcome=outcome, counts=outcome.counts(), leaf=leaf,
            standing=chosen.word if chosen else "", kept_out=kept_out, doubts=self._doubts(file),
            imported=file.imported, known=county_matcher(self.desk.settings).names, n_open=_n_open(outcome),
        )  # fmt: skip

    def questions(self, name: str) -> Answer:
        """Ask what the file is a list of and whatever else is open, and take the answers."""
        file = self._file(name)
        if waiting := self._waiting(file):
            return waiting
        if file.outcome is None:
            return redirect(url_for("columns", name=name), code=SEE_OTHER)
        outcome, profile = file.outcome, self.desk.profile
        words = sorted(outcome.words, key=lambda doubt: (not doubt.waiting, -doubt.n_rows, doubt.word))
        if request.method == "GET":
            return self.page.show(
                "questions.html", "files", file=file, outcome=outcome, words=words, meanings=ANSWERS,
                answered=_answered(profile.answers),
            )  # fmt: skip
        if request.form.get("version") != str(file.version):
            raise DataProblem("The file was read again in the meantime; look at the questions once more, then answer.")
        self._take_answers(outcome, words)
        self._save()
        self.desk.check(file)
        return redirect(url_for("report", name=name), code=SEE_OTHER)

    @staticmethod
    def _doubts(file: DeskFile) -> list[dict[str, Any]]:
        """Return every doubtful spelling once, the most frequent first."""
        merged: dict[str, dict[str, Any]] = {}
        for doubt in file.outcome.doubts if file.outcome else ():
            known = merged.setdefault(
                doubt.spelling,
                {
                    "spelling": doubt.spelling,
                    "pcode": doubt.pcode,
                    "county": doubt.county,
                    "n": 0,
                    "candidates": doubt.candidates,
                    "reason": doubt.reason,
                },
            )
            known["n"] += doubt.n_rows
        return sorted(merged.values(), key=lambda doubt: (-doubt["n"], doubt["spelling"]))

    def counties(self, name: str) -> Answer:
        """Ask about every doubtful spelling once, and take the answers."""
        file = self._file(name)
        if waiting := self._waiting(file):
            return waiting
        doubts = self._doubts(file)
        known = county_matcher(self.desk.settings).names
        if request.method == "GET":
            return self.page.show("counties.html", "files", file=file, doubts=doubts, known=known)
        if request.form.get("version") != str(file.version):
            raise DataProblem("The file was read again in the meantime; look at the list once more, then answer.")
        for place, doubt in enumerate(doubts):
            answer = request.form.get(f"spelling-{place}", "")
            if answer in known:
                self.desk.profile.counties[doubt["spelling"]] = Pcode(answer)
        self._save()
        self.desk.check(file)
        return redirect(url_for("report", name=name), code=SEE_OTHER)

    def _take_answers(self, outcome: Outcome, words: list[WordDoubt]) -> None:
        """Keep the answers of the form in the decisions of this sitting."""
        profile = self.desk.profile
        for question in outcome.questions:
            answer = request.form.get(f"answer-{question.key}", "").strip()
            year = request.form.get("year", "").strip() if question.key == UNDATED else ""
            if year.isdigit() and len(year) == len("2024"):
                profile.answers[question.key] = year
            elif answer in question.codes():
                profile.answers[question.key] = answer
        for place, doubt in enumerate(words):
            if (meaning := request.form.get(f"word-{place}", "")) in ANSWERS:
                profile.words[fold(doubt.word)] = meaning
        for key in request.form.getlist("again"):
            profile.answers.pop(key, None)

    def store(self, name: str) -> Answer:
        """Store what can be stored."""
        file = self._file(name)
        if not file.busy:
            self.desk.store(file)
        return redirect(url_for("report", name=name), code=SEE_OTHER)

    def remove(self, name: str) -> Answer:
        """Take a file off the desk."""
        file = self._file(name)
        if file.busy:
            raise DataProblem("Njia is reading this file; wait until it has finished, then take it off.")
        self.desk.remove(file)
        return redirect(url_for("files"), code=SEE_OTHER)

    def download(self, name: str) -> Answer:
        """Hand out the report as a table or a page."""
        file = self._file(name)
        if file.outcome is None:
            abort(404)
        table = f"import-{file.name}.csv"
        if request.args.get("as") == "csv":
            answer = Response(csv_report(file.outcome), mimetype="text/csv; charset=utf-8")
            answer.headers["Content-Disposition"] = f'attachment; filename="{table}"'
            return answer
        header = [("Dataset", self.desk.dataset), ("Sheet", file.outcome.sheet or "—")]
        answer = Response(html_report(file.outcome, header, table), mimetype="text/html; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="import-{file.name}.html"'
        answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return answer
