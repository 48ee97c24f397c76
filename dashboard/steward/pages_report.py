"""What became of the rows of one file: the report, storing, the report as a file."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from dashboard.steward.desk import Desk
from dashboard.steward.page import SEE_OTHER, Answer, DeskPage, file_of
from geodata.intake.outcome import Status
from geodata.intake.privacy import LABELS
from geodata.intake.report import csv_report, html_report
from geodata.intake.rights import CASE_PURPOSES, KEPT_FOR_YEARS, LEGAL_BASES, Rights, read_rights
from geodata.matching.counties import county_matcher
from geodata.release.publication import today
from geodata.values import DataProblem

NOT_IN_ORDER = 422


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of the report."""
    routes = Blueprint("report", __name__)
    views = ReportPages(desk, page)
    for rule, name, view, methods in (
        ("report", "rows", views.rows, ["GET"]),
        ("store", "store", views.store, ["POST"]),
        ("check", "check", views.check, ["POST"]),
        ("download", "download", views.download, ["GET"]),
    ):
        routes.add_url_rule(f"/file/<name>/{rule}", name, view, methods=methods)
    return routes


class ReportPages:
    """The pages of the report, bound to a desk."""

    def __init__(self, desk: Desk, page: DeskPage) -> None:
        """Bind to a desk and its words."""
        self.desk, self.page = desk, page

    def rows(self, name: str) -> Answer:
        """Show what became of the rows."""
        rights = self.desk.rights
        told = {} if rights is None else {field: str(value) for field, value in rights.model_dump().items()}
        return self._rows(name, told)

    def _rows(self, name: str, told: Mapping[str, str], problem: str = "") -> Answer:
        """Show the rows, and the form of terms with what is told there so far and what is wrong with it."""
        file = file_of(self.desk, name)
        if waiting := self.page.waiting(file):
            return waiting
        outcome = file.outcome
        if outcome is None or file.lines is None:
            return redirect(url_for("review.columns", name=name), code=SEE_OTHER)
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
            standing=chosen.word if chosen else "", kept_out=kept_out, doubts=file.doubts(),
            imported=file.imported, known=county_matcher(self.desk.settings).names, n_open=file.n_open,
            told=told, problem=problem, bases=LEGAL_BASES, purposes=CASE_PURPOSES,
            until=told.get("keep_until", str(today().year + KEPT_FOR_YEARS)),
        )  # fmt: skip

    def check(self, name: str) -> Answer:
        """Judge a file again."""
        file = file_of(self.desk, name)
        if not file.busy:
            self.desk.check(file)
        return redirect(url_for("report.rows", name=name), code=SEE_OTHER)

    def store(self, name: str) -> Answer:
        """Store what can be stored, on the terms that the form states."""
        file = file_of(self.desk, name)
        told = {field: request.form.get(field, "") for field in Rights.model_fields}
        try:
            rights = read_rights(told)
        except DataProblem as problem:
            shown = self._rows(name, told, str(problem))
            return (shown, NOT_IN_ORDER) if isinstance(shown, str) else shown
        if not file.busy:
            self.desk.rights = rights
            self.desk.store(file)
        return redirect(url_for("report.rows", name=name), code=SEE_OTHER)

    def download(self, name: str) -> Answer:
        """Hand out the report as a table or a page."""
        file = file_of(self.desk, name)
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
