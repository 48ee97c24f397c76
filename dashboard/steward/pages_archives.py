"""Archives elsewhere on the desk: what is attached, what of it can be measured, and taking one off again.

Attaching needs a profile and stays with the command line (`vault attach`): the page says which command.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from dashboard.jobs import DeskJob
from dashboard.steward.desk import Desk
from dashboard.steward.page import SEE_OTHER, Answer, DeskPage
from geodata.intake.attached.archive import open_attached
from geodata.intake.attached.card import cards, forget
from geodata.intake.attached.mapping import Mapped, headings_in_words, wanted_of

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class ArchiveLook:
    """What was seen in an archive. Sensitive: true counts, on the steward's own screen only.

    parts, rows: files or states of a table, and their rows. headings: columns that are read. mapped: what became of
    the cases. has_numbers: whether a column is mapped to the case number, so that a case written twice counts once.
    """

    parts: int
    rows: int
    headings: tuple[str, ...]
    mapped: Mapped
    has_numbers: bool

    @property
    def cases(self) -> int:
        """How many cases there are, whatever became of them."""
        return sum(self.mapped.standing.values())

    def standing(self, word: str) -> int:
        """Return how many cases stand so (`geodata.intake.outcome.Status`)."""
        return self.mapped.standing.get(word, 0)


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of archives elsewhere."""
    routes = Blueprint("archives", __name__)
    jobs: dict[str, DeskJob] = {}
    seen: dict[str, ArchiveLook] = {}

    def known(name: str) -> str:
        return name if name in {card.name for card in cards(desk.settings)} else abort(404)

    @routes.post("/archive/<name>/look")
    def look(name: str) -> Response:
        known(name)
        job = jobs.get(name)
        if not (job and job.busy):
            jobs[name] = desk.jobs.start("archive", url_for(".archive", name=name), lambda _: seen.update(_seen(name)))
        return redirect(url_for(".archive", name=name), code=SEE_OTHER)

    def _seen(name: str) -> dict[str, ArchiveLook]:
        return {name: look_at_archive(desk, name)}

    @routes.get("/archive/<name>")
    def archive(name: str) -> Answer:
        job = jobs.get(known(name))
        if job and job.busy:
            return page.show("busy.html", "vault", file=None, job=job, dataset=name)
        if job and job.problem:
            return page.show("refused.html", "vault", file=None, job=job, dataset=name)
        card = next(card for card in cards(desk.settings) if card.name == name)
        return page.show("archive.html", "vault", card=card, look=seen.get(name), most=MOST_LINES)

    @routes.post("/archive/<name>/detach")
    def detach(name: str) -> Response:
        forget(desk.settings, known(name))
        for kept in (jobs, seen):
            kept.pop(name, None)
        return redirect(url_for("vault.batches", detached=name), code=SEE_OTHER)

    return routes


def look_at_archive(desk: Desk, name: str) -> ArchiveLook:
    """Read all of an archive and say what its cases are mapped to; raises DataProblem when it cannot be read."""
    archive = open_attached(desk.settings, name)
    parts = archive.source.parts()
    wanted = wanted_of(archive.profile, archive.card.address)
    headings = tuple(headings_in_words(wanted))
    return ArchiveLook(len(parts), archive.source.rows(parts), headings, archive.look(parts), bool(wanted.case))
