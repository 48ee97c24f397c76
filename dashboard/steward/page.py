"""What every page of the desk carries: its words, its addresses, the form's secret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import abort, request
from werkzeug.wrappers import Response

from dashboard.i18n.catalogue import Catalogue, catalogue, languages
from dashboard.web.static import Assets
from dashboard.web.templates import render
from geodata.intake.privacy import LABELS as PRIVATE

if TYPE_CHECKING:
    from dashboard.steward.desk import Desk, DeskFile

SEE_OTHER = 303
Answer = str | Response | tuple[str, int]


class DeskPage:
    """Renders the templates under ``steward/``."""

    def __init__(self, desk: Desk, files: Assets) -> None:
        """Bind to one desk and the product's static files."""
        self.desk, self.files = desk, files

    @property
    def cat(self) -> Catalogue:
        """Return the words of the language in which the desk is shown."""
        return catalogue(self.desk.lang)

    def words(self, key: str, /, **values: object) -> str:
        """Return words of the desk."""
        return self.cat.t(f"steward.{key}", **values)

    def other_language(self) -> str:
        """Return the language one can change to."""
        known = languages()
        return known[(known.index(self.cat.lang) + 1) % len(known)]

    def table_name(self, dims: Iterable[str]) -> str:
        """Return the name of a table of a release: its dimensions in words."""
        return " × ".join(self.words(f"dim.{dim}") for dim in dims)

    def private_kind(self, label: str) -> str:
        """Return what a column holds that is never kept, given the intake's own (English) word for it."""
        return next((self.words(f"private.{kind}") for kind, known in PRIVATE.items() if known == label), label)

    def show(self, template: str, here: str, **values: Any) -> str:
        """Return a page inside the desk's frame; ``here`` is its place in the navigation."""
        return self._render(template, here=here, signed_in=True, **values)

    def plain(self, template: str, here: str = "", **values: Any) -> str:
        """Return a page outside the desk: no navigation, no secret."""
        return self._render(template, here=here, signed_in=False, **values)

    def refusal(self, why: str) -> str:
        """Return a page that says why the desk does not answer."""
        return self.plain("refusal.html", title=self.words(f"refusal.{why}_title"), text=self.words(f"refusal.{why}"))

    def say(self, sentence: str) -> str:
        """Return a page with one sentence and the way back."""
        frame = self.show if self.desk.gate.knows() else self.plain
        return frame("said.html", here="", sentence=sentence, back=own_path(request.referrer))

    def waiting(self, file: DeskFile) -> str | None:
        """Return what to show instead of a page of a file whose work goes on or was refused; None when it is ready."""
        if file.busy:
            return self.show("busy.html", "files", file=file, job=file.busy)
        if file.job and file.job.problem:
            return self.show("refused.html", "files", file=file, job=file.job)
        return None

    def _render(self, template: str, **values: Any) -> str:
        return render(
            f"steward/{template}", t=self.words, w=self.cat.t, first_up=first_up, table_name=self.table_name,
            private_kind=self.private_kind,
            number=self.cat.number, asset=self.files.url, font_url=self.files.font_url(), desk=self.desk,
            lang=self.cat.lang, other_lang=self.other_language(),
            secret=self.desk.gate.form_secret if values["signed_in"] else "", **values,
        )  # fmt: skip


def file_of(desk: Desk, name: str) -> DeskFile:
    """Return a file on the desk; 404 for a name that is not there."""
    return desk.files.get(name) or abort(404)


def first_up(text: str) -> str:
    """Return a text with a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def own_path(address: str | None) -> str:
    """Return the path of an address of ours, the first page for any other."""
    root = request.host_url
    if address and address.startswith(root):
        return "/" + address[len(root) :].split("?")[0]
    return "/"
