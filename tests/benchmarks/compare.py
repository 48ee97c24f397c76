"""The analyst's pages: six counties side by side, two periods, the country, each asked as never before.

Time is taken at the reader's end of a loopback connection to the real server, one reader, so it holds the
server's time and a little more. Every question is new: no answer comes out of a cache of whole pages.
"""

from __future__ import annotations

import itertools
import random
import time
import urllib.request
from collections.abc import Iterable

from tests.benchmarks import process
from tests.benchmarks.figures import Figure, median, percentile

BUDGET_MS = 300.0
NATURES, MEASURES = ("trafficking", "smuggling"), ("incidents", "persons", "rate")


def comparisons(n: int, seed: int = 1) -> list[str]:
    """Return addresses of `n` different comparisons of six counties."""
    dice = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < n:
        counties = ",".join(sorted(f"KE{one:03d}" for one in dice.sample(range(1, 48), 6)))
        first = dice.randint(2007, 2020)
        found[
            f"/compare?counties={counties}&nature={dice.choice(NATURES)}&measure={dice.choice(MEASURES)}"
            f"&from={first}&to={dice.randint(first + 3, 2026)}&lang={dice.choice(('en', 'sw'))}"
        ] = None
    return list(found)


def windows(n: int) -> list[str]:
    """Return addresses of `n` different questions about two periods."""
    asked = itertools.product(range(2009, 2016), range(2017, 2020), range(2021, 2026), NATURES, MEASURES)
    every = [
        f"/change?before={a}-2016&after={b}-{c}&nature={nature}&measure={measure}&region=Coast&lang=en"
        for a, b, c, nature, measure in asked
    ]
    return random.Random(2).sample(every, n)


def figures(quick: bool = False) -> list[Figure]:
    """Return the pages' figures; the first question of each kind warms the process and is not counted."""
    n = 20 if quick else 80
    with process.server(process.product(), "/healthz") as ours:
        compared = timed(ours.url, comparisons(n + 1))
        changed = timed(ours.url, windows(n + 1))
        nation = timed(ours.url, [f"/country?lang=en&again={i}" for i in range(n // 4 + 1)])
    note = f"{n} different comparisons, one reader"
    return [
        Figure("compare", "six counties side by side, p95", percentile(compared, 0.95), "ms", BUDGET_MS, note=note),
        Figure("compare", "six counties side by side, p50", median(compared), "ms"),
        Figure("compare", "two periods of a region, p95", percentile(changed, 0.95), "ms", BUDGET_MS),
        Figure("compare", "the country, p95", percentile(nation, 0.95), "ms", BUDGET_MS),
    ]


def timed(url: str, paths: Iterable[str]) -> list[float]:
    """Return milliseconds per answer, without the first."""
    taken = []
    for path in paths:
        began = time.perf_counter()
        with urllib.request.urlopen(url + path, timeout=30) as answer:  # noqa: S310 - our own server
            answer.read()
        taken.append((time.perf_counter() - began) * 1000)
    return taken[1:]
