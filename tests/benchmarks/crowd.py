"""Two hundred readers of the site at once, on the day of a report: known pages asked again, others never asked before.

Each reader opens a view, reads 3 to 6 s and opens another. Half of the time it is one they have seen, asked with the
ETag that came with it, so that it may be answered with 304; one time in twenty it is a view that nobody has asked for;
otherwise one of those that everybody opens. Loopback only, bounded in time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.benchmarks import process
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.lite import Reader, question, readers, warm

PEOPLE, PAUSE_S, SECONDS = 200, (3.0, 6.0), 40.0
AGAIN, NEW = 0.5, 0.05
LENSES = ("detected", "ways", "roles", "looking", "responds", "changed")
POPULAR = tuple(
    [f"/?lens={lens}&nature={nature}&lang={lang}" for lens in LENSES for nature in ("smuggling", "trafficking")
     for lang in ("en", "sw")]
    + [f"/county/KE{n:03d}?lang=en" for n in range(1, 48)] + [f"/lite/KE{n:03d}?lang=sw" for n in range(1, 48)]
)  # fmt: skip


@dataclass
class Visitor(Reader):
    """A reader who keeps the tags of what they have seen."""

    asks: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def ask(self, now: float) -> None:
        """Open a view: one seen before, one that is new to everybody, or one of the usual."""
        assert self.stream is not None
        self.learn()
        drawn = self.dice.random()
        if self.tags and drawn < AGAIN:
            self.asks = self.dice.choice(sorted(self.tags))
        elif drawn < AGAIN + NEW:
            since = self.dice.randrange(2007, 2020)
            self.asks = (
                f"/?lens={self.dice.choice(LENSES)}&county=KE{self.dice.randrange(1, 48):03d}&from={since}"
                f"&to={self.dice.randrange(since, 2027)}&confidence={self.dice.choice(('high', 'low'))}&lang=en"
            )
        else:
            self.asks = self.dice.choice(POPULAR)
        self.asked, self.got = now, b""
        self.stream.sendall(question(self.asks, tag=self.tags.get(self.asks, "")))

    def learn(self) -> None:
        """Keep the tag of the last answer."""
        head = self.got.partition(b"\r\n\r\n")[0].decode("latin-1")
        for line in head.split("\r\n"):
            if line.lower().startswith("etag:"):
                self.tags[self.asks] = line.split(":", 1)[1].strip()


def figures(quick: bool = False) -> list[Figure]:
    """Take the figures of the crowd from a server of its own, whose usual pages are made."""
    with process.server(process.product(), "/healthz") as running:
        warm(running.port, len(running.workers_mb()), POPULAR)
        people = [Visitor(None, random.Random(20_261_128 + number)) for number in range(PEOPLE)]
        ms, wrong, _ = readers(running.port, 8 if quick else SECONDS, PAUSE_S, people)
    note = f"{PEOPLE} readers, {len(ms)} views; half asked again, one in twenty never asked before"
    return [
        Figure("crowd", "answered, p95", percentile(ms, 0.95), "ms", 100, note=note),
        Figure("crowd", "answered, p50", percentile(ms, 0.5), "ms"),
        Figure("crowd", "answered, p99", percentile(ms, 0.99), "ms"),
        Figure("crowd", "errors", wrong, "", 0),
    ]
