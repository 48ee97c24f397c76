"""`make bench`: take every figure, print the table, keep figures.json and figures.md; exit 1 on a miss.

`--only NAME …` takes some groups (see `GROUPS`), `--quick` fewer repetitions and smaller files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import (
    archive,
    compare,
    crowd,
    exports,
    intake,
    lens,
    lite,
    load,
    paint,
    process,
    publish,
    site_files,
    vault,
    weight,
)
from tests.benchmarks import network as corridor_network
from tests.benchmarks.browser import BAD, FAST_3G, SLOW_3G, Page, chromium, visitor
from tests.benchmarks.figures import MISS, Figure, keep, machine, median, table

GROUPS = (
    "start", "lite", "crowd", "compare", "lens", "network", "import", "points", "vault",
    "archive", "publish", "export", "site", "paint", "filter", "weight", "load",
)  # fmt: skip
"""What `--only` takes."""

KB, MB = 1000, 1_000_000
FRAME = "keydown to the frame with the answer"


def start(quick: bool) -> list[Figure]:
    """Start-up: process start to the first 200 on /healthz, several times; the typical app likewise."""
    ours = [_ready(process.product(), "/healthz") for _ in range(3 if quick else 5)]
    theirs = [_ready(process.typical(), "/_dash-layout") for _ in range(2 if quick else 3)]
    note = f"median of {len(ours)} starts, {min(ours):.2f}–{max(ours):.2f} s"
    return [Figure("server", "start-up", median(ours), "s", 1.5, typical=median(theirs), note=note)]


def _ready(command: list[str], health: str) -> float:
    with process.server(command, health) as running:
        return running.ready_s


def painted(browser: Any, ours: str, theirs: str, quick: bool) -> list[Figure]:
    """Slider and measure switch, with and without a slowed processor; what they send."""
    n = 38 if quick else 114
    with visitor(browser) as context:
        page = Page(context)
        paint.open_typical(page, theirs)
        years = [("frame", i) for i in range(1, 12 if quick else 20)]
        measures = [("measure", m) for m in ("persons", "rate", "incidents") * (3 if quick else 6)]
        typical = {"time slider": paint.typical_changes(page, years)}
        typical["measure switch"] = paint.typical_changes(page, measures)
        page.tab.close()
    found = []
    for slower in (1, 4):
        with visitor(browser) as context:
            page = Page(context)
            paint.open_njia(page, ours)
            page.slow_down(slower)
            for name, take in (("time slider", paint.slider), ("measure switch", paint.measure_switch)):
                times, base = take(page, n), typical[name]
                if slower > 1:
                    found.append(Figure(name, f"{FRAME}, p95, 4× slower CPU", times.p95, "ms", 50))
                    found.append(Figure(name, f"{FRAME}, p50, 4× slower CPU", times.p50, "ms"))
                    continue
                said = f"{len(times.ms)} inputs"
                p50 = times.p50
                found.append(Figure(name, f"{FRAME}, p50", p50, "ms", 10, typical=base.p50, note=said))
                found.append(Figure(name, f"{FRAME}, p95", times.p95, "ms", 33, typical=base.p95))
                per = median(base.received)
                found.append(Figure(name, "over the wire", sum(times.received), "bytes", 0, typical=per))
    return found


def filtered(browser: Any, ours: str, theirs: str, quick: bool) -> list[Figure]:
    """Take a filter change with the whole page: bytes, the map's share, the painted answer."""
    with visitor(browser) as context:
        page = Page(context)
        paint.open_typical(page, theirs)
        forms = ["child_trafficking", "forced_labour", "smuggling_transit", "sexual_exploitation"]
        changes = [("form", value) for form in forms for value in ([form], [])]
        base = paint.typical_changes(page, changes * (1 if quick else 2))
        page.tab.close()
    with visitor(browser) as context:
        page = Page(context)
        paint.open_njia(page, ours)
        times = paint.filter_changes(page, 12 if quick else 30)
        share = paint.map_share(page)
    return [
        Figure("filter change", "over the wire, largest", max(times.received) / KB, "kB", 15,
               typical=median(base.received) / KB, note=f"{len(times.ms)} changes; median {median(times.received)} B"),
        Figure("filter change", "the map's share, largest", max(share) / KB, "kB", 2,
               note="classes, values, colours, breaks as sent, brotli"),
        Figure("filter change", "painted, p95", times.p95, "ms", 200, typical=base.p95, note="map, panel, trend"),
        Figure("filter change", "painted, p50", times.p50, "ms", typical=base.p50),
    ]  # fmt: skip


def weighed(browser: Any, ours: str, theirs: str, quick: bool) -> list[Figure]:
    """First and second visit: bytes and moments."""
    first, second = weight.first_and_second(browser, ours)
    typical = weight.typical(browser, theirs, None, 1, 60)
    base = typical.received / MB if typical else None
    found = [
        Figure("first view", "transferred", first.received / MB, "MB", 0.9, typical=base,
               note=f"{first.requests} requests"),
        Figure("second visit", "transferred", second.received / KB, "kB", 60),
    ]  # fmt: skip
    alone, slow = weight.first_paint(browser, ours), weight.first_paint(browser, ours, BAD, 4)
    note = "before Dash; data saved"
    found.append(Figure("first paint", "transferred", alone.received / KB, "kB", 120, note=note))
    said = f"complete, {BAD.name}, 4× slower CPU"
    found.append(Figure("first paint", said, slow.kenya_s, "s", 4, note=note))
    for speed, kenya, ready in ((FAST_3G, 3.0, 8.0), (SLOW_3G, None, 25.0)):
        visits = [weight.first(browser, ours, speed, 4) for _ in range(1 if quick else 3)]
        patience = 60 if speed is FAST_3G else 100
        theirs_seen = None if quick else weight.typical(browser, theirs, speed, 4, patience)
        note = f"4× slower CPU; median of {len(visits)}"
        never = "" if theirs_seen or quick else f"; the typical map did not appear within {patience} s"
        base = theirs_seen.map_s if theirs_seen else None
        seen = [visit.kenya_s for visit in visits if visit.kenya_s is not None]
        said = f"first recognisable Kenya, {speed.name}"
        found.append(Figure("first view", said, median(seen) if seen else None, "s", kenya, typical=base, note=note))
        at = statistics.median([v.map_s for v in visits if v.map_s is not None])
        found.append(
            Figure("first view", f"interactive map, {speed.name}", at, "s", ready, typical=base, note=note + never)
        )
    return found


def loaded(browser: Any, ours: process.Running, quick: bool) -> list[Figure]:
    """Many readers: throughput and latency; then memory."""
    with visitor(browser) as context:
        page = Page(context)
        paint.open_njia(page, ours.url)
        paint.open_drawer(page)
        recorded = paint.recorded(page)
        values = {name: paint.choices(page, name) for name in ("form", "nationality", "confidence")}
        years = paint.years(page)
    seconds = 4.0 if quick else 10.0

    def take(queries: Sequence[str], connections: int = 16) -> load.Load:
        changes = [load.messages(recorded, "confidence=high", query) for query in queries]
        return load.run(ours.port, changes, connections=connections, seconds=seconds)

    fresh = load.distinct(values, years, 6_000, 1)
    one, every = take(fresh[:400], 1), take(fresh[400:])
    pool = load.distinct(values, years, 1_500, 2)
    take(load.popular(pool, 40_000, 3))
    usual = take(load.popular(pool, 60_000, 4))
    note = "1 500 filters, the k-th most wanted 1/k as often, after as long a run before"
    biggest = max(ours.workers_mb())
    return [
        Figure("server", "one filter change, never asked before, p95", one.p95, "ms", 40, note="one reader"),
        Figure("server", "filter changes per second", usual.rate, "/s", least=True, note=note),
        Figure("server", "filter answers per second, mixed", usual.answers, "/s", 1_500, least=True,
               note=f"{usual.each} answers a change: a callback each part"),
        Figure("server", "filter answers per second, every filter new", every.answers, "/s", 600, least=True),
        Figure("server", "errors at 16 connections", usual.errors + every.errors, "", 0,
               note=f"of {usual.changes + every.changes} changes"),
        Figure("server", "latency at 16 connections, p95", usual.p95, "ms", 100),
        Figure("server", "filter changes per second, every filter new", every.rate, "/s", least=True,
               note=f"p95 {every.p95:.0f} ms"),
        Figure("server", "memory of the larger worker, after the load", biggest, "MB", 300,
               note=f"RSS; proportional share {max(ours.private_mb()):.0f} MB"),
    ]  # fmt: skip


def typical_load(theirs: process.Running, quick: bool) -> float:
    """Return the filter changes per second of the typical app."""
    inputs = {"nature": "trafficking", "measure": "incidents", "frame": 0, "form": ["MARK"]}
    body = json.dumps(
        {
            "output": "..map.figure...table.children..",
            "outputs": [{"id": "map", "property": "figure"}, {"id": "table", "property": "children"}],
            "inputs": [{"id": name, "property": "value", "value": value} for name, value in inputs.items()],
            "changedPropIds": ["form.value"],
        }
    )
    recorded = [{"url": f"{theirs.url}/_dash-update-component", "post": body}]
    forms = ["child_trafficking", "forced_labour", "smuggling_transit", "sexual_exploitation"] * 4_000
    changes = [load.messages(recorded, "MARK", form) for form in forms]
    return load.run(theirs.port, changes, seconds=3 if quick else 6).rate


def caseload(quick: bool) -> dict[str, Callable[[], list[Figure]]]:
    """Return the groups of a caseload's way: import, coordinates, vault, release."""
    return {
        "import": intake.figures,
        "points": intake.points,
        "vault": lambda: vault.figures(*(((10_000, 1_000_000),) if quick else ())),
        "archive": lambda: archive.figures(*(((1_000_000,),) if quick else ())),
        "publish": lambda: publish.figures(*(((10_000, 1_000_000),) if quick else ())),
        "export": lambda: exports.figures(quick),
        "site": lambda: site_files.figures(quick),
    }


def take(only: Sequence[str], quick: bool) -> list[Figure]:
    """Take the groups asked for, all without a name."""
    wanted: Callable[[str], bool] = lambda name: not only or name in only  # noqa: E731
    figures: list[Figure] = []
    alone: dict[str, Callable[[], list[Figure]]] = {
        "start": lambda: start(quick),
        "lite": lambda: lite.figures(quick),
        "crowd": lambda: crowd.figures(quick),
        "compare": lambda: compare.figures(quick),
        "lens": lambda: lens.figures(quick),
        "network": corridor_network.figures,
        **caseload(quick),
    }
    for name, group in alone.items():
        if wanted(name):
            figures += _said(name, group)
    if not any(wanted(name) for name in ("paint", "filter", "weight", "load")):
        return figures
    with (
        process.server(process.product(), "/healthz") as ours,
        process.server(process.typical(), "/_dash-layout") as theirs,
        chromium() as browser,
    ):
        if wanted("paint"):
            figures += _said("paint", lambda: painted(browser, ours.url, theirs.url, quick))
        if wanted("filter"):
            figures += _said("filter", lambda: filtered(browser, ours.url, theirs.url, quick))
        if wanted("weight"):
            figures += _said("weight", lambda: weighed(browser, ours.url + "/", theirs.url + "/", quick))
        if wanted("load"):
            base = typical_load(theirs, quick)
            rate = "filter changes per second"
            figures += [
                Figure(f.group, f.name, f.value, f.unit, f.budget, f.least, base, f.note) if f.name == rate else f
                for f in _said("load", lambda: loaded(browser, ours, quick))
            ]
    return figures


def _said(name: str, group: Callable[[], list[Figure]]) -> list[Figure]:
    began = time.perf_counter()
    print(f"taking {name} …", file=sys.stderr, flush=True)
    try:
        figures = group()
    except Exception:  # noqa: BLE001 - a group that fails is a miss of its own; the figures of the others are kept
        traceback.print_exc()
        figures = [Figure(name, "could not be taken", None, "", 0)]
    print(f"  {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


def main(argv: Sequence[str]) -> int:
    """Run the benchmarks; return 1 when a promise was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], choices=GROUPS)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; nothing is kept")
    parser.add_argument("--keep", type=Path, help="folder for figures.json and figures.md")
    args = parser.parse_args(argv)
    about = machine()
    figures = take(args.only, args.quick)
    print(table(figures))
    missed = [one for one in figures if one.verdict == MISS]
    print(f"\n{len(figures)} figures, {len(missed)} missed.")
    if args.keep or not (args.quick or args.only):
        keep(figures, about, *([args.keep] if args.keep else []))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
