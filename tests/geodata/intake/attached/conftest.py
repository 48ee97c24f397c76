"""An agency's archive, the same records as a file to import, and a small S3 server that only answers reads."""

from __future__ import annotations

import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import pytest

from geodata.intake.attached.archive import AttachedArchive, source_of
from geodata.intake.attached.card import ArchiveCard
from geodata.intake.profile import Profile
from geodata.settings import DataSettings

TODAY = date(2026, 11, 28)
COLUMNS = {
    "ref": "case_id", "kaunti": "county_exploitation", "tarehe": "date", "jinsia": "sex", "umri": "age",
    "aina": "nature", "uraia": "nationality", "kazi": "forms",
}  # fmt: skip
KEY, SECRET = "LOOPBACK-KEY", "loopback-secret-never-told"


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    home = tmp_path / "home"
    return DataSettings(home=home, vault=f"duckdb:///{home / 'vault.duckdb'}")


@pytest.fixture
def profile() -> Profile:
    return Profile(columns=dict(COLUMNS))


def records(number: int, year: int, first: int = 0) -> pd.DataFrame:
    """Return invented cases as an agency writes them, some with words that nobody can map."""
    dice = np.random.default_rng(year)
    days = pd.to_datetime(dice.integers(0, 360, number), unit="D", origin=f"{year}-01-01")
    counties, shares = (
        ["Isiolo", "Nairobi", "KE010", "Mombasa", "Kwalee", "Atlantis"],
        [0.3, 0.3, 0.2, 0.15, 0.03, 0.02],
    )
    return pd.DataFrame(
        {
            "ref": [f"AG-{first + place}" for place in range(number)],
            "kaunti": dice.choice(counties, number, p=shares),
            "tarehe": days,
            "jinsia": dice.choice(["F", "M", "bluu"], number),
            "umri": dice.integers(3, 70, number),
            "aina": dice.choice(["trafficking", "smuggling"], number),
            "uraia": dice.choice(["Ethiopian", "Kenya", "Uganda", "of no country"], number),
            "kazi": dice.choice(["forced labour", "domestic work", "sexual exploitation"], number),
            "maelezo": [f"told on day {place}" for place in range(number)],
        }
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two files in folders by year; in the second, 40 rows stand twice."""
    folder = tmp_path / "agency"
    first, second = records(1500, 2024), records(900, 2025, first=1500)
    for year, frame in ((2024, first), (2025, pd.concat([second, second.head(40)]))):
        (folder / f"mwaka={year}").mkdir(parents=True)
        frame.to_parquet(folder / f"mwaka={year}" / "part.parquet", index=False)
    return folder


def opened(
    settings: DataSettings, profile: Profile, address: str, engine: str = "duckdb", name: str = "agency"
) -> AttachedArchive:
    """Return an attached archive."""
    card = ArchiveCard(name, address, engine, "2026-11-28T08:00:00+00:00")
    return AttachedArchive(card, profile, source_of(card, settings), settings, TODAY)


@dataclass
class Bucket:
    """A loopback S3 server over a folder. asked: method of every request."""

    address: str
    endpoint: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def bucket(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Serve the archive as ``s3://agency/cases``, to whoever signs with the right key."""
    held = Bucket("s3://agency/cases", "")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(archive, held.asked))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held.endpoint = f"http://127.0.0.1:{server.server_port}"
    for name, value in (
        ("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_ENDPOINT_URL", held.endpoint)
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    yield held
    server.shutdown()
    server.server_close()


def handler(folder: Path, asked: list[str]) -> type[BaseHTTPRequestHandler]:
    """Return what answers for a folder."""
    return type("Reads", (Reads,), {"folder": folder, "asked": asked})


class Reads(BaseHTTPRequestHandler):
    """Answers lists, heads and (parts of) objects; everything else is forbidden."""

    protocol_version = "HTTP/1.1"
    folder: Path
    asked: list[str]

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every method alike."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self) -> None:
        """Answer one request."""
        self.asked.append(self.command)
        place = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(place.query))
        if f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            self.send(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif self.command not in ("GET", "HEAD"):
            self.send(405, b"")
        elif "list-type" in query:
            self.send(200, listed(self.folder, query.get("prefix", "")))
        else:
            self.send_file(self.folder / urllib.parse.unquote(place.path).removeprefix("/agency/cases/"))

    def send_file(self, path: Path) -> None:
        """Send an object, or the part of it that is asked for."""
        if not path.is_file():
            self.send(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        content, wanted = path.read_bytes(), self.headers.get("Range", "")
        if wanted:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            begin, end = int(first), min(int(last or len(content)), len(content) - 1)
            self.send(206, content[begin : end + 1], f"bytes {begin}-{end}/{len(content)}")
        else:
            self.send(200, content)

    def send(self, status: int, content: bytes, part: str = "") -> None:
        """Send headers and, but for HEAD, a body."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", formatdate(1_700_000_000, usegmt=True))
        self.send_header("ETag", '"1"')
        self.send_header("Accept-Ranges", "bytes")
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def listed(folder: Path, prefix: str) -> bytes:
    """Return an answer to ListObjectsV2."""
    rows = [
        f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        f"<ETag>1</ETag><Size>{path.stat().st_size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (key := f"cases/{path.relative_to(folder).as_posix()}").startswith(prefix)
    ]
    head = '<?xml version="1.0"?><ListBucketResult><Name>agency</Name><IsTruncated>false</IsTruncated>'
    return f"{head}{''.join(rows)}</ListBucketResult>".encode()
