"""Who was looking and the response gap: server time of both pages, each question a new one.

Time is taken at the reader's end of a loopback connection, one reader. Local clusters are told, not
promised: they are off unless asked for and run in a process of their own, once per question.
"""

from __future__ import annotations

import itertools
import random

from tests.benchmarks import process
from tests.benchmarks.compare import timed
from tests.benchmarks.figures import Figure, median, percentile

BUDGET_MS = 300.0
REGIONS = ("", "Coast", "North+Eastern", "Rift+Valley")
MEASURES = ("km", "trafficking", "smuggling", "roles", "legs")


def questions(n: int) -> list[str]:
    """Return addresses of `n` different views of the lens."""
    asked = itertools.product(
        range(2007, 2016),
        range(2017, 2027),
        ("trafficking", "smuggling"),
        ("incidents", "persons"),
        REGIONS,
        ("en", "sw"),
    )
    every = [
        f"/detection?from={a}&to={b}&nature={nature}&measure={measure}&region={region}&lang={lang}"
        "&before=2010-2018&after=2019-2024"
        for a, b, nature, measure, region, lang in asked
    ]
    return random.Random(3).sample(every, n)


def figures(quick: bool = False) -> list[Figure]:
    """Return the pages' figures; the first question of each kind warms the process and is not counted."""
    n = 20 if quick else 80
    with process.server(process.product(), "/healthz") as ours:
        looked = timed(ours.url, questions(n + 1))
        gaps = timed(ours.url, [f"/response?by={MEASURES[i % 5]}&lang={'en' if i % 2 else 'sw'}" for i in range(n + 1)])
        # Two questions, the first is not counted: what counts is one that was never asked.
        groups = timed(ours.url, [f"/detection?clusters=1&nature={nature}" for nature in ("trafficking", "smuggling")])
        biggest = max(ours.workers_mb())
    note = f"{n} different questions, one reader"
    return [
        Figure("lens", "who was looking, p95", percentile(looked, 0.95), "ms", BUDGET_MS, note=note),
        Figure("lens", "who was looking, p50", median(looked), "ms"),
        Figure("lens", "response gap, p95", percentile(gaps, 0.95), "ms", BUDGET_MS),
        Figure("lens", "local clusters, never asked before", median(groups), "ms", note="in a process of their own"),
        Figure("lens", "memory of the larger worker after clusters", biggest, "MB", 300, note="RSS"),
    ]
