"""The ledger of links: what the last visit to each source's address found, one row per source.

Kept as ``NJIA_HOME/sources/links.csv``, replaced whole, so that a reader sees the rows before or after a visit. The
copies beside it are private: they are for checking, never served. Refuses a file with other columns or values.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from geodata import files as disk
from geodata.settings import DataSettings
from geodata.values import DataProblem

LINKS = "links.csv"
COPIES = "copies"
PATIENCE = timedelta(days=14)
"""A page that does not answer counts as dead only when it failed for so long; one that says it is gone, at once."""


class LinkState(StrEnum):
    """What the last visit found."""

    ALIVE = "alive"
    MOVED = "moved"  # answers, and sends the reader to another host
    REFUSED = "refused"  # the host does not let programs in: says nothing about the page
    GONE = "gone"  # 404 or 410
    FAILING = "failing"  # the host answers with an error of its own
    UNREACHABLE = "unreachable"  # no such host, no answer in time, no valid certificate
    NOT_A_PAGE = "not_a_page"  # no http(s) address of a public host: never visited


_ANSWERS = frozenset({LinkState.ALIVE, LinkState.MOVED, LinkState.REFUSED})


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One row of the ledger.

    source_id, url: as the ledger of citations has them. state: see `LinkState`. status: HTTP status, None without an
    answer. last_checked: day of the last visit. last_alive: day it last answered with the page, empty if never.
    failing_since: first day of an unbroken run of failures, empty when the last visit did not fail. sha256, size
    (bytes), media_type: of the page as last received, empty or 0 if never. final_url: where redirects led, empty when
    nowhere else. archive_url: address of an archived copy, empty if none is known. copy: name of the private copy in
    the folder ``copies``, empty if none.
    """

    source_id: str
    url: str
    state: LinkState
    status: int | None
    last_checked: date
    last_alive: date | None = None
    failing_since: date | None = None
    sha256: str = ""
    size: int = 0
    media_type: str = ""
    final_url: str = ""
    archive_url: str = ""
    copy: str = ""

    @property
    def dead(self) -> bool:
        """Whether a reader should be told that the page is not there any more."""
        if self.state is LinkState.GONE:
            return True
        return self.failing_since is not None and self.last_checked - self.failing_since >= PATIENCE

    @property
    def failed(self) -> bool:
        """Whether the last visit brought no page and no refusal."""
        return self.state not in _ANSWERS


COLUMNS = tuple(field.name for field in fields(LinkRow))


def folder(settings: DataSettings) -> Path:
    """Return the folder of the ledger and of the private copies."""
    return settings.home / "sources"


def read(settings: DataSettings) -> dict[str, LinkRow]:
    """Return source id → its row; empty when nothing was ever checked. Raises DataProblem when damaged."""
    path = folder(settings) / LINKS
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise _damaged(path, 1) from problem
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise _damaged(path, 1)
    links = {}
    for line, row in enumerate(reader, start=2):
        try:
            link = _link(row)
        except (ValueError, TypeError, AttributeError) as problem:
            raise _damaged(path, line) from problem
        links[link.source_id] = link
    return links


def write(settings: DataSettings, links: Mapping[str, LinkRow]) -> None:
    """Put the ledger in place, whole; the rows in the order of their ids."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for key in sorted(links):
        values = {name: getattr(links[key], name) for name in COLUMNS}
        writer.writerow({name: "" if value is None else str(value) for name, value in values.items()})
    disk.replace_file(folder(settings) / LINKS, stream.getvalue().encode("utf-8"))


def _link(row: Mapping[str, str]) -> LinkRow:
    def day(name: str) -> date | None:
        return date.fromisoformat(row[name]) if row[name] else None

    return LinkRow(
        source_id=row["source_id"],
        url=row["url"],
        state=LinkState(row["state"]),
        status=int(row["status"]) if row["status"] else None,
        last_checked=date.fromisoformat(row["last_checked"]),
        last_alive=day("last_alive"),
        failing_since=day("failing_since"),
        sha256=row["sha256"],
        size=int(row["size"]),
        media_type=row["media_type"],
        final_url=row["final_url"],
        archive_url=row["archive_url"],
        copy=row["copy"],
    )


def _damaged(path: Path, line: int) -> DataProblem:
    return DataProblem(
        f"{path}, row {line}: this is not a row of the ledger of links; expected the columns {', '.join(COLUMNS)}; "
        "remove the file, then run `python app.py sources check` again."
    )
