"""Half an hour of everything at once: readers, exports, corrections, releases and killed workers; no wrong answer.

`NJIA_SOAK_MINUTES` says how long, `NJIA_SOAK_KEEP` a folder that keeps every answer. What a reader was given is
compared, byte for byte but for what is of the moment, with what the release that stood then gives in a process of its
own.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.corrections import Queue, folder_of
from geodata.query.world import open_world
from geodata.settings import DataSettings
from tests.caseloads import publish_rows, skewed
from tests.conftest import serving
from tests.dashboard.server.test_mutations import used
from tests.dashboard.server.test_two_vaults import LINKS, timeless

MINUTES = 30.0
DATASET = "partners"
TAKEN_OVER_S = 20.0
"""How long after a release an answer may still be of the one before: a loaded machine reads it late."""
MORE_MEMORY, MORE_LOG, MORE_DISK = 100_000_000, 100_000, 20_000_000
VIEWS = (
    "/?dataset={d}&lang=en", "/?dataset={d}&lang=sw&county=KE047", "/?lang=en", "/?lang=sw&nature=smuggling",
    "/county/KE011?dataset={d}&lang=en", "/county/KE010?lang=sw", "/lite/KE011?lang=en", "/lite/KE047.txt?lang=sw",
    "/api/v1/indicators.json?dataset={d}", "/api/v1/indicators.csv?dataset={d}", "/api/v1/indicators.json?county=KE011",
    "/embed?dataset={d}&lang=en", "/country?dataset={d}&lang=en", "/ogc/collections/counties/items?limit=5",
    "/?lens=ways&lang=en", "/?lens=roles&lang=sw", "/glossary?lang=en", "/sources?lang=en",
)  # fmt: skip
CORRECTION = {"item": "missing:event", "wrong": "missing", "reporter": "county_official", "nature": "smuggling"}


def views() -> list[str]:
    """Return what readers ask for."""
    return [view.format(d=DATASET) for view in VIEWS]


def digest(content: bytes) -> str:
    """Return what an answer says, whenever it was made."""
    return hashlib.sha256(repr(timeless(content)).encode()).hexdigest()


@dataclass
class Seen:
    """What everybody saw.

    right: view → of each release the moments before and after it became visible, and the digest of its answer.
    given: (view, began, ended, digest). sent: words of thanks.
    """

    right: dict[str, list[tuple[float, float, str]]] = field(default_factory=dict)
    given: list[tuple[str, float, float, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    sent: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def wrong(self) -> list[str]:
        """Return the answers that no release gives that stood when they were asked for."""
        told = []
        for view, began, ended, got in self.given:
            releases = self.right[view]
            replaced = [visible for _, visible, _ in releases[1:]] + [float("inf")]
            standing = {
                said
                for (since, _, said), until in zip(releases, replaced, strict=True)
                if since <= ended and until + TAKEN_OVER_S >= began
            }
            if got not in standing:
                known = "an older release" if got in {said for *_, said in releases} else "no release"
                told.append(f"{view} after {began - releases[0][0]:.0f} s: the answer of {known} {got}")
        return told


def publish(settings: DataSettings, address: str, seen: Seen, number: int) -> None:
    """Publish a release of more cases, and note from when on it is the one to be seen."""
    began = time.monotonic()
    publish_rows(settings, skewed(400, seed=3, start=400 * number), dataset=DATASET, file=f"batch-{number}")
    visible = time.monotonic()
    client = create_app(open_world(settings), AppSettings()).server.test_client()
    for view in views():
        answer = client.get(view, base_url=address)
        assert answer.status_code == 200, view
        seen.right.setdefault(view, []).append((began, visible, digest(answer.data)))
        if keep := os.environ.get("NJIA_SOAK_KEEP"):
            (Path(keep) / f"right-{number}-{digest(answer.data)}").write_bytes(answer.data)
    seen.counts["releases"] += 1


def reader(address: str, seen: Seen, seed: int) -> None:
    """Ask for one view after the other; a connection that a killed worker drops is asked again."""
    dice = random.Random(seed)
    with requests.Session() as session:
        while not seen.over.is_set():
            view, began = dice.choice(views()), time.monotonic()
            try:
                answer = session.get(address + view, timeout=30)
            except requests.RequestException:  # before the answer, or in the middle of it
                seen.counts["dropped"] += 1
                continue
            seen.counts["read"] += 1
            if answer.status_code != 200:
                seen.problems.append(f"{answer.status_code} {view}")
                continue
            seen.given.append((view, began, time.monotonic(), digest(answer.content)))
            if (keep := os.environ.get("NJIA_SOAK_KEEP")) and not (Path(keep) / seen.given[-1][-1]).exists():
                (Path(keep) / seen.given[-1][-1]).write_bytes(answer.content)
            seen.over.wait(dice.uniform(0.02, 0.2))


def sender(address: str, number: int) -> dict[str, str]:
    """Return the headers of a page of this site, from one of many readers behind our proxy."""
    return {"Origin": address, "X-Forwarded-For": f"10.0.{number // 250 % 250}.{number % 250 + 1}"}


def exporter(address: str, seen: Seen) -> None:
    """Take views away as files of every kind; each opens."""
    dice, number = random.Random(5), 0
    begins = {"csv": b"PK", "xlsx": b"PK", "pptx": b"PK", "svg": b"<", "pdf": b"%PDF", "png": b"\x89PNG"}
    while not seen.over.is_set():
        number += 1
        kind, county = dice.choice(("csv", "xlsx", "svg", "pptx", "pdf")), f"KE{dice.randrange(1, 48):03d}"
        try:
            content = taken_away(address, f"/export/to/{kind}?dataset={DATASET}&county={county}&lang=en", number, seen)
        except requests.RequestException:
            seen.counts["dropped"] += 1
            continue
        if content is not None:
            seen.counts["exports"] += 1
            if not content.startswith((begins[kind], b"#", b"<?xml")) or len(content) < 500:
                seen.problems.append(f"{kind} of {county} begins {content[:20]!r}")
        seen.over.wait(4)


def taken_away(address: str, path: str, number: int, seen: Seen) -> bytes | None:
    """Return a file, None where its maker was killed or stopped half way."""
    begun = requests.post(address + path, headers=sender(address, number), allow_redirects=False, timeout=30)
    if begun.status_code != 303:
        seen.counts[f"export refused {begun.status_code}"] += 1
        return None
    job = address + begun.headers["Location"].split("?")[0]
    end = time.monotonic() + 120
    while time.monotonic() < end and not seen.over.is_set():
        told = requests.get(f"{job}.json", timeout=30)
        if told.status_code == 200 and told.json()["state"].startswith("done"):
            links = LINKS.findall(requests.get(job, timeout=30).text)
            file = next(
                link for link in links if link.startswith(job.removeprefix(address) + "/") and "stop" not in link
            )
            return requests.get(address + file.replace("&amp;", "&"), timeout=30).content
        if told.status_code == 200 and told.json()["state"].startswith("failed"):
            break
        time.sleep(0.3)
    seen.counts["export not ended"] += 1
    return None


def corrector(address: str, seen: Seen) -> None:
    """Send corrections; what was thanked for must be in the queue at the end."""
    number = 0
    while not seen.over.is_set():
        number += 1
        form = {**CORRECTION, "id": uuid.uuid4().hex, "year": "2025", "number": str(number % 40 + 1)}
        try:
            answer = requests.post(
                f"{address}/corrections/KE011", data=form, timeout=30, allow_redirects=False,
                headers={**sender(address, number), "Accept": "application/json"},
            )  # fmt: skip
        except requests.RequestException:
            seen.counts["dropped"] += 1
            continue
        if answer.status_code == 201:
            seen.sent.append(answer.json()["said"])
        else:
            seen.problems.append(f"correction {answer.status_code}: {answer.text[:120]}")
        seen.over.wait(10)


def killer(master: psutil.Process, seen: Seen) -> None:
    """Kill a worker now and then; its like must be there again."""
    dice = random.Random(9)
    while not seen.over.wait(dice.uniform(15, 40)):
        workers = [child for child in master.children() if child.is_running()]
        if workers:
            dice.choice(workers).send_signal(signal.SIGKILL)
            seen.counts["kills"] += 1


def size_of(folder: Path) -> int:
    """Return the bytes of a folder, without the releases and the vault, which grow as they are meant to."""
    grown = ("releases", "vault.duckdb")
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(grown) for part in path.relative_to(folder).parts)
    )


def master_of(address: str) -> psutil.Process:
    """Return the server's first process."""
    port = int(address.rsplit(":", 1)[1])
    mine = psutil.Process().children(recursive=True)
    return next(child for child in mine if any(c.laddr.port == port for c in child.net_connections("tcp")))


@pytest.mark.soak
def test_everything_at_once_for_half_an_hour(tmp_path: Path) -> None:
    minutes = float(os.environ.get("NJIA_SOAK_MINUTES", MINUTES))
    settings = DataSettings(home=tmp_path / "home", vault="")
    seen, memory = Seen(), []
    exports = tmp_path / "tmp"
    exports.mkdir()
    publish_rows(settings, skewed(400, seed=3), dataset=DATASET, file="batch-0")
    served = {"NJIA_WORKERS": "2", "NJIA_PROXY_HOPS": "1", "TMPDIR": str(exports)}
    with serving(tmp_path, **served) as address:
        publish(settings, address, seen, 1)
        time.sleep(TAKEN_OVER_S)
        master = master_of(address)
        jobs = [(reader, (address, seen, seed)) for seed in (1, 2)]
        jobs += [(exporter, (address, seen)), (corrector, (address, seen)), (killer, (master, seen))]
        threads = [threading.Thread(target=work, args=given, daemon=True) for work, given in jobs]
        for thread in threads:
            thread.start()
        end, number = time.monotonic() + minutes * 60, 1
        while time.monotonic() < end:
            time.sleep(min(60.0, max(1.0, end - time.monotonic())))
            number += 1
            publish(settings, address, seen, number)
            memory.append((used(master.pid), size_of(tmp_path)))
        seen.over.set()
        for thread in threads:
            thread.join(150)
        answers = {view: digest(requests.get(address + view, timeout=30).content) for view in views()}
    told_log = (tmp_path / "log").read_text(errors="replace")
    flat = report(seen, memory, told_log)
    kept = {correction.name for correction in Queue(folder_of(settings)).list()}
    assert seen.wrong() == []
    assert seen.problems == []
    assert [thanks for thanks in seen.sent if not any(name[:6] in thanks for name in kept)] == []
    assert [view for view, got in answers.items() if got != seen.right[view][-1][-1]] == []
    assert seen.counts["kills"] or minutes < 1
    assert flat == []
    assert len(told_log) < MORE_LOG


def report(seen: Seen, memory: list[tuple[int, int]], log: str) -> list[str]:
    """Print what happened; return what grew from the second quarter to the last."""
    quarter = max(1, len(memory) // 4)
    early, late = memory[quarter : 2 * quarter] or memory[:1], memory[-quarter:]
    told = io.StringIO()
    grown = []
    for name, place, most in (("memory", 0, MORE_MEMORY), ("disk", 1, MORE_DISK)):
        first, last = (max(line[place] for line in lines) for lines in (early, late))
        told.write(f"{name} {first / 1e6:.1f} → {last / 1e6:.1f} MB; ")
        if last - first > most:
            grown.append(name)
    print(dict(seen.counts), told.getvalue(), f"log {len(log)} B, wrong {len(seen.wrong())}")  # noqa: T201 - for people
    return grown
