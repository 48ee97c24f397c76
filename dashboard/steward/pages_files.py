"""Putting files down on the desk, naming the dataset they go to, and taking them off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.datastructures import FileStorage

from dashboard.steward.desk import Desk, DeskFile
from dashboard.steward.page import SEE_OTHER, Answer, DeskPage, file_of
from dashboard.steward.refusals import DeskRefusal
from dashboard.steward.uploads import MOST_BYTES
from geodata.intake.readers import KINDS


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of the first page."""
    routes = Blueprint("files", __name__)
    views = FilePages(desk, page)
    for rule, name, view, methods in (
        ("/", "shelf", views.shelf, ["GET"]),
        ("/dataset", "dataset", views.dataset, ["POST"]),
        ("/profile", "profile", views.profile, ["POST"]),
        ("/upload", "upload", views.upload, ["POST"]),
        ("/job/<name>", "job", views.job, ["GET"]),
        ("/file/<name>/remove", "remove", views.remove, ["POST"]),
    ):
        routes.add_url_rule(rule, name, view, methods=methods)
    return routes


class FilePages:
    """The pages of files, bound to a desk."""

    def __init__(self, desk: Desk, page: DeskPage) -> None:
        """Bind to a desk and its words."""
        self.desk, self.page = desk, page

    def shelf(self) -> Answer:
        """Show the first page: what to do, and the files on the desk."""
        return self.page.show(
            "files.html", "files", files=list(self.desk.files.values()), profiles=self.desk.profiles(),
            limit=MOST_BYTES >> 30, kinds=",".join(KINDS),
        )  # fmt: skip

    def dataset(self) -> Answer:
        """Name the dataset the files go to."""
        self.desk.name_dataset(request.form.get("dataset", ""))
        self.desk.synthetic = request.form.get("synthetic") == "yes"
        return redirect(url_for("files.shelf"), code=SEE_OTHER)

    def profile(self) -> Answer:
        """Start from saved decisions."""
        self.desk.use_profile(request.form.get("profile", ""))
        return redirect(url_for("files.shelf"), code=SEE_OTHER)

    def upload(self) -> Answer:
        """Take uploads; they were streamed into the private folder while this request was read."""
        if not self.desk.shelf.room_for(request.content_length or 0):
            raise DeskRefusal("no_room")
        taken = [self._take(upload) for upload in request.files.getlist("files") if upload.filename]
        if not taken:
            raise DeskRefusal("no_file")
        if len(taken) == 1:
            return redirect(url_for("review.columns", name=taken[0].name), code=SEE_OTHER)
        return redirect(url_for("files.shelf"), code=SEE_OTHER)

    def _take(self, upload: FileStorage) -> DeskFile:
        upload.stream.flush()
        draft = Path(upload.stream.name)
        size = draft.stat().st_size
        upload.close()
        return self.desk.take(self.desk.shelf.put(draft, upload.filename or ""), size)

    def job(self, name: str) -> Any:
        """Tell how far a piece of work is."""
        job = self.desk.jobs.find(name)
        if job is None:
            abort(404)
        return {**job.told(), "text": self.page.words(f"busy.step.{job.step}") if job.step else ""}

    def remove(self, name: str) -> Answer:
        """Take a file off the desk."""
        file = file_of(self.desk, name)
        if file.busy:
            raise DeskRefusal("being_read")
        self.desk.remove(file)
        return redirect(url_for("files.shelf"), code=SEE_OTHER)
