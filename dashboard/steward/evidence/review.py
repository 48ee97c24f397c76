"""The evidence desk's overview: what waits, a second person's decision, the release that shows what was approved."""

from __future__ import annotations

from flask import abort, redirect, request, url_for

from dashboard.i18n.corrections import item_label, right_words
from dashboard.steward.desk import Desk
from dashboard.steward.evidence import forms
from dashboard.steward.evidence.words import template_words
from dashboard.steward.page import SEE_OTHER, Answer, DeskPage
from dashboard.steward.refusals import DeskRefusal
from geodata.additions.drafts import APPROVED, DECLINE_BECAUSE, DECLINED, WAITING, WITHDRAWN, Addition, Decision
from geodata.additions.models import KINDS
from geodata.additions.take import AdditionTaker
from geodata.build.locations import PUBLIC
from geodata.build.merged import has_own_record
from geodata.corrections import CorrectionDesk, folder_of
from geodata.intake.rights import KEPT_FOR_YEARS, LEGAL_BASES, PURPOSES
from geodata.query.corrections import correctable
from geodata.query.world import open_world
from geodata.release.publication import today

DONE = ("kept", "approved", "declined", "taken_back", "built")


class EvidenceReview:
    """The pages of the second person, bound to a desk."""

    def __init__(self, desk: Desk, page: DeskPage) -> None:
        """Bind to a desk and its words."""
        self.desk, self.page = desk, page

    @property
    def taker(self) -> AdditionTaker:
        """Return what takes additions, as of today."""
        return AdditionTaker(self.desk.settings, today())

    def overview(self) -> Answer:
        """List what waits, what readers say, what is approved."""
        desk = self.taker.desk
        done = request.args.get("done", "")
        return self.page.show(
            "evidence/overview.html", "evidence", waiting=desk.additions(WAITING), accepted=desk.additions(APPROVED),
            readers=self._readers(), kinds=KINDS, title=title_of, own=has_own_record(self.desk.settings),
            done=done if done in DONE else "", bases=LEGAL_BASES, purposes=PURPOSES, told={},
            until=str(today().year + KEPT_FOR_YEARS),
        )  # fmt: skip

    def _readers(self) -> list[dict[str, str]]:
        """Return what readers say is wrong, in words, with the form each opens."""
        waiting = CorrectionDesk(folder_of(self.desk.settings)).queue.list()
        if not waiting:
            return []
        world, cat = open_world(self.desk.settings), self.page.cat
        lines = []
        for correction in waiting:
            known = {item.name: item for item in correctable(world, correction.county)}
            item = known.get(correction.item)
            lead = forms.from_reader(correction, world)
            lines.append(
                {
                    "name": correction.name, "county": world.names.get(correction.county, correction.county),
                    "item": item_label(cat, item) if item else correction.item,
                    "wrong": cat.t(f"corrections.wrong.{correction.wrong}"),
                    "right": right_words(world, cat, correction), "kind": lead.kind if lead else "",
                }
            )  # fmt: skip
        return lines

    def item(self, name: str) -> Answer:
        """Show one addition as it would stand in the record."""
        batch, addition = self.taker.desk.find(name)
        done = request.args.get("done", "")
        return self.page.show(
            "evidence/item.html", "evidence", batch=batch, addition=addition, title=title_of(addition),
            reasons=DECLINE_BECAUSE, done=done if done in DONE else "", **template_words(self.page.cat),
        )  # fmt: skip

    def decide(self, name: str, action: str) -> Answer:
        """Approve, decline or take back."""
        form, taker = request.form, self.taker
        decision = Decision(form.get("by", ""), today(), form.get("because", ""), form.get("version", ""))
        if action == "approve":
            if form.get("read") != "yes":
                raise DeskRefusal("source_unread")
            taker.check_approval(name)
            _, addition = taker.desk.decide(name, APPROVED, decision)
            self._close_reader(addition)
        elif action == "decline":
            taker.desk.decide(name, DECLINED, decision)
        elif action == "take_back":
            taker.desk.take_back(name, Decision(decision.by, decision.on, WITHDRAWN))
        else:
            abort(404)
        done = {"approve": "approved", "decline": "declined", "take_back": "taken_back"}[action]
        return redirect(url_for("evidence.overview", done=done), code=SEE_OTHER)

    def _close_reader(self, addition: Addition) -> None:
        """Close the reader's correction that the record holds now."""
        corrections = CorrectionDesk(folder_of(self.desk.settings))
        if addition.from_reader and any(each.name == addition.from_reader for each in corrections.queue.list()):
            corrections.carry_over(addition.from_reader, on=today())

    def build(self) -> Answer:
        """Start making the release that shows what was approved, and say how far it is."""
        job = self.desk.publishing.get(PUBLIC)
        if request.method == "POST":
            if job is None or not job.busy:
                self.desk.build_record()
            return redirect(url_for("evidence.build"), code=SEE_OTHER)
        if job is None:
            return redirect(url_for("evidence.overview"), code=SEE_OTHER)
        if job.busy or job.problem:
            template = "busy.html" if job.busy else "refused.html"
            return self.page.show(template, "evidence", file=None, job=job, dataset="")
        return redirect(url_for("evidence.overview", done="built"), code=SEE_OTHER)


def title_of(addition: Addition) -> str:
    """Return what an addition says, short."""
    told = addition.told
    names = ("summary", "statement", "name", "title")
    text = next((str(told[name]) for name in names if name in told), "")
    place = " ".join(str(told[name]) for name in ("date", "county") if name in told)
    return " · ".join(part for part in (place, text[:140]) if part)
