"""From the vault to a release: its cost, preparing, a second person who approves, and everything that can follow."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from dashboard.steward.desk import Desk
from dashboard.steward.page import SEE_OTHER, Answer, DeskPage
from dashboard.steward.publishing import NATURES, costs, draft_of, expected, preview, states, store, waiting, wish_of
from dashboard.steward.refusals import DeskRefusal
from geodata.build.locations import PUBLIC
from geodata.facts import counties
from geodata.intake.attached.card import ArchiveCard, cards
from geodata.release.audience import READERS, readers_of, set_readers
from geodata.release.publication import checked_title, title_of, today
from geodata.release.verify import verify_release
from geodata.values import DataProblem

LONGEST_REASON = 200


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of releases."""
    routes = Blueprint("releases", __name__)
    views = ReleasePages(desk, page)
    for rule, name, view, methods in (
        ("/releases", "listing", views.listing, ["GET"]),
        ("/prepare/<dataset>", "prepare", views.prepare, ["POST"]),
        ("/publish/<dataset>", "publish", views.publish, ["GET", "POST"]),
        ("/release/<release_id>", "release", views.release, ["GET"]),
        ("/release/<release_id>/verify", "verify", views.verify, ["POST"]),
        ("/release/<release_id>/rollback", "rollback", views.rollback, ["POST"]),
        ("/release/<release_id>/withdraw", "withdraw", views.withdraw, ["POST"]),
        ("/release/<release_id>/signed", "signed", views.signed, ["GET"]),
        ("/reader/<dataset>", "reader", views.reader, ["POST"]),
        ("/readers/<dataset>", "readers", views.readers, ["POST"]),
    ):
        routes.add_url_rule(rule, name, view, methods=methods)
    return routes


class ReleasePages:
    """The pages of releases, bound to a desk."""

    def __init__(self, desk: Desk, page: DeskPage) -> None:
        """Bind to a desk and its words."""
        self.desk, self.page = desk, page

    def _datasets(self) -> dict[str, int]:
        """Return every dataset in the vault with the number of cases it counts."""
        counted: dict[str, int] = {}
        for batch in self.desk.vault.batches():
            counted[batch.meta.dataset] = counted.get(batch.meta.dataset, 0) + batch.counted
        return counted

    def _archives(self) -> dict[str, ArchiveCard]:
        """Return what is attached, by name; one under the name of imported cases is not measured."""
        held = self._datasets()
        return {card.name: card for card in cards(self.desk.settings) if card.name not in held}

    def listing(self) -> Answer:
        """List datasets and their releases."""
        held, published, archives = self._datasets(), states(self.desk.settings), self._archives()
        names = sorted({*held, *published, *archives})
        measured, root = (*held, *archives), self.desk.settings.releases
        return self.page.show(
            "releases.html", "releases", names=names, held=held, published=published,
            titles={name: title_of(self.desk.settings, name) for name in measured},
            waiting={name: waiting(self.desk.settings, name) for name in measured},
            costs={name: costs(self.desk.settings, name) for name in measured},
            expected=expected() if measured else (), archives=archives,
            readers={name: readers_of(root, name) for name in names}, classes=READERS,
            done=request.args.get("done", ""), about=request.args.get("id", ""),
        )  # fmt: skip

    def prepare(self, dataset: str) -> Answer:
        """Start measuring and preparing."""
        if dataset not in {*self._datasets(), *self._archives()}:
            abort(404)
        if not self._busy(dataset):
            wish = wish_of(request.form)
            if not wish.by:
                raise DeskRefusal("no_preparer")
            self.desk.prepare(dataset, wish, checked_title(request.form.get("title", "")))
        return redirect(url_for(".publish", dataset=dataset), code=SEE_OTHER)

    def _busy(self, dataset: str) -> bool:
        job = self.desk.publishing.get(dataset)
        return bool(job and job.busy)

    def publish(self, dataset: str) -> Answer:
        """Show the prepared release; make it visible once a second person has read its sentences."""
        job, info = self.desk.publishing.get(dataset), waiting(self.desk.settings, dataset)
        if job and job.busy:
            return self.page.show("busy.html", "releases", file=None, job=job, dataset=dataset)
        if job and job.problem:
            return self.page.show("refused.html", "releases", file=None, job=job, dataset=dataset)
        if info is None:
            current = (
                store(self.desk.settings).ledger(dataset).current if self.desk.settings.releases.is_dir() else None
            )
            if current is None or job is None:
                return redirect(url_for(".listing"), code=SEE_OTHER)
            return redirect(url_for(".release", release_id=current, done=job.kind), code=SEE_OTHER)
        if request.method == "GET":
            draft = draft_of(self.desk.settings, info)
            return self.page.show("publish.html", "releases", draft=draft, dataset=dataset, today=today())
        if request.form.get("read") != "yes":
            raise DeskRefusal("not_read")
        if request.form.get("draft") != info.id:
            raise DeskRefusal("newer_draft")
        by, alone = request.form.get("by", "").strip(), request.form.get("alone") == "yes"
        if not by or (not alone and by.casefold() == info.by.strip().casefold()):
            raise DeskRefusal("same_person")
        self.desk.approve(info, by, alone=alone)
        return redirect(url_for(".publish", dataset=dataset), code=SEE_OTHER)

    def release(self, release_id: str) -> Answer:
        """Show what a reader will see of a release."""
        release = store(self.desk.settings).open(release_id)
        table = counties.load(self.desk.settings)
        names = dict(zip(table["pcode"], table["name"], strict=True))
        state = next(s for m, s in store(self.desk.settings).releases(release.manifest.dataset) if m.id == release.id)
        return self.page.show(
            "release.html", "releases", release=release, state=state, done=request.args.get("done", ""),
            seen=preview(release, names, request.args.get("nature"), request.args.get("by")), natures=NATURES,
        )  # fmt: skip

    def verify(self, release_id: str) -> Answer:
        """Read every byte of a release again."""
        verify_release(store(self.desk.settings), release_id)
        return redirect(url_for(".listing", done="verified", id=release_id[:12]), code=SEE_OTHER)

    def rollback(self, release_id: str) -> Answer:
        """Make an earlier release current."""
        store(self.desk.settings).rollback(release_id)
        return redirect(url_for(".listing", done="rolled_back", id=release_id[:12]), code=SEE_OTHER)

    def withdraw(self, release_id: str) -> Answer:
        """Take a release out of sight for good."""
        reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
        store(self.desk.settings).withdraw(release_id, on=today(), reason=reason)
        return redirect(url_for(".listing", done="withdrawn", id=release_id[:12]), code=SEE_OTHER)

    def signed(self, release_id: str) -> Answer:
        """Show the one-page report of a release."""
        content = store(self.desk.settings).open(release_id).attachment("report.html")
        answer = Response(content, mimetype="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return answer

    def reader(self, dataset: str) -> Answer:
        """Start the public site for this computer and go there."""
        address = self.desk.reader.start()
        return self.page.show("reader.html", "releases", address=f"{address}/?dataset={dataset}", dataset=dataset)

    def readers(self, dataset: str) -> Answer:
        """Say who may read a dataset; opening it further wants the word of the person that it may be."""
        if dataset not in {*self._datasets(), *self._archives(), *states(self.desk.settings)} or dataset == PUBLIC:
            abort(404)
        root, who = self.desk.settings.releases, request.form.get("who", "")
        if who not in READERS:
            raise DataProblem(self.page.words("readers.choose"))
        opened = READERS.index(who) < READERS.index(readers_of(root, dataset))
        if opened and request.form.get("sure") != "yes":
            raise DataProblem(self.page.words("readers.unsure"))
        set_readers(root, dataset, who)
        return redirect(url_for(".listing", done=f"readers_{who}", id=dataset), code=SEE_OTHER)
