"""Check the links of all sources in turn, and keep what was found: the ledger, a private copy, an archived address.

Hosts take turns, so that no one of them is asked twice in a row while others wait. The ledger is written as the work
goes on: whoever stops it loses at most a few visits.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from urllib.parse import quote, urlsplit

from geodata import files as disk
from geodata.links import ledger
from geodata.links.ledger import LinkRow, LinkState
from geodata.links.visit import Visit, Visitor
from geodata.settings import DataSettings

ARCHIVE = "https://archive.org/wayback/available?url="
"""Where an archived copy of an address is asked for; the address is put behind it."""
SAVE_EVERY = 5
"""Visits between two writings of the ledger."""


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """How to check. on: the day. keep_copies: whether pages are kept. archive: where archived copies are asked for,
    empty to ask nobody. older_than: leave out what was visited in so many days before `on`; None: visit all.
    """  # noqa: D205 - one field after another reads better than a stub title

    on: date
    keep_copies: bool = True
    archive: str = ""
    older_than: int | None = None


def check(
    settings: DataSettings,
    sources: Iterable[tuple[str, str]],
    plan: CheckPlan,
    visitor: Visitor,
    tick: Callable[[int, int, LinkRow], None],
) -> dict[str, LinkRow]:
    """Visit sources and return the whole ledger.

    sources: (source id, address). tick: called after each visit with how many are done, how many there are, the row.
    Raises DataProblem for a damaged ledger, OSError when the disk refuses.
    """
    with disk.writer_lock(ledger.folder(settings)):
        disk.collect(ledger.folder(settings))
        links = ledger.read(settings)
        wanted = [pair for pair in sources if pair[1] and _due(links.get(pair[0]), pair[1], plan)]
        for number, (source_id, url) in enumerate(_in_turns(wanted), start=1):
            links[source_id] = _check_one(settings, (source_id, url), links.get(source_id), plan, visitor)
            tick(number, len(wanted), links[source_id])
            if number % SAVE_EVERY == 0:
                ledger.write(settings, links)
        ledger.write(settings, links)
    return links


def _due(link: LinkRow | None, url: str, plan: CheckPlan) -> bool:
    if link is None or link.url != url or plan.older_than is None:
        return True
    return plan.on - link.last_checked >= timedelta(days=plan.older_than)


def _in_turns(sources: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the sources so that hosts take turns."""
    by_host: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in sources:
        by_host[_host_of(pair[1])].append(pair)
    for row in zip_longest(*by_host.values()):
        yield from (pair for pair in row if pair is not None)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _check_one(
    settings: DataSettings, source: tuple[str, str], before: LinkRow | None, plan: CheckPlan, visitor: Visitor
) -> LinkRow:
    """Return the new row of one source; the page is kept before the row that names it is written."""
    source_id, url = source
    visit = visitor.visit(url)
    if before is None or before.url != url:
        before = LinkRow(source_id, url, visit.state, visit.status, plan.on)
    link = _after(before, visit, plan.on)
    if visit.body:
        digest = hashlib.sha256(visit.body).hexdigest()
        link = replace(link, sha256=digest, size=len(visit.body), media_type=visit.media_type)
        if plan.keep_copies:
            _keep(ledger.folder(settings) / ledger.COPIES / digest, visit.body)
            link = replace(link, copy=digest)
    if plan.archive and not link.archive_url:
        link = replace(link, archive_url=archived(plan.archive, url, visitor))
    return link


def _after(before: LinkRow, visit: Visit, on: date) -> LinkRow:
    """Return the row after a visit, without the page itself."""
    link = replace(before, state=visit.state, status=visit.status, last_checked=on, final_url=visit.final_url)
    if visit.body:
        return replace(link, last_alive=on, failing_since=None)
    return replace(link, failing_since=(before.failing_since or on) if link.failed else None)


def _keep(path: Path, content: bytes) -> None:
    """Keep one page, readable by its owner only; the name is its hash, so the same page is kept once."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    disk.replace_file(path, content)
    path.chmod(0o600)


def archived(service: str, url: str, visitor: Visitor) -> str:
    """Return the address of an archived copy as the archive names it, empty when it has none or does not answer."""
    answer = visitor.visit(service + quote(url, safe=""))
    try:
        closest = json.loads(answer.body)["archived_snapshots"]["closest"]
        address = str(closest["url"]) if closest["available"] else ""
    except (ValueError, KeyError, TypeError):
        return ""
    return address.replace("http://", "https://", 1) if address.startswith(("http://web.", "https://")) else ""


def dead(links: Iterable[LinkRow]) -> list[LinkRow]:
    """Return the rows whose page is not there any more, by id."""
    return sorted((link for link in links if link.dead), key=lambda link: link.source_id)


def count_states(links: Iterable[LinkRow]) -> dict[LinkState, int]:
    """Return how many rows are in each state, in the order of `LinkState`."""
    states = [link.state for link in links]
    return {state: states.count(state) for state in LinkState if state in states}
