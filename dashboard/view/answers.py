"""Files as answers: stamped with release and boundary edition, synthetic data named so."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response

from dashboard.i18n.catalogue import catalogue
from dashboard.view.site import Site
from dashboard.view.state import ViewState
from geodata.values import escape_formula


def csv_answer(
    name: str, columns: Iterable[str], rows: Iterable[Mapping[str, Any]], site: Site, state: ViewState
) -> Response:
    """Return rows as a CSV download, no cell a formula, stamped with release and boundary edition."""
    synthetic = synthetic_note(site, state)
    head = [*columns, *(["note"] if synthetic else [])]
    rows = ({**row, "note": synthetic} for row in rows) if synthetic else rows
    answer = Response(csv_text(head, rows), mimetype="text/csv")
    called = f"synthetic-{name}" if synthetic else name
    answer.headers["Content-Disposition"] = f'attachment; filename="njia-{called}.csv"'
    stamp_release(answer, site, state)
    return answer


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as a CSV file with the mark by which spreadsheets know UTF-8; no cell is a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([escape_formula(row.get(column)) for column in columns] for row in rows)
    return "\ufeff" + stream.getvalue()


def synthetic_note(site: Site, state: ViewState) -> str:
    """Return the words that mark invented data, empty for real ones."""
    made_up = site.world.releases[state.dataset].manifest.synthetic
    return catalogue(state.lang).t("site.synthetic") if made_up else ""


def stamp_release(answer: Response, site: Site, state: ViewState) -> None:
    """Say in the headers which release and which boundary edition the answer was made from."""
    answer.headers["X-Njia-Release"] = site.world.releases[state.dataset].id
    answer.headers["X-Njia-Boundaries"] = site.world.edition.id
