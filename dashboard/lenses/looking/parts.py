"""Two parts under the map that a link asks for: two windows side by side, and local clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue
from dashboard.lenses.looking.query import DetectionQuery
from dashboard.view.small_maps import small_map
from dashboard.web.links import address
from geodata.query.changes import provinces
from geodata.query.detection import ClusterArea, CountyDetection, Span, Watcher, clusters, effort_between
from geodata.query.world import World
from geodata.values import DataProblem, Empty, Period
from layers.minimap import Fill
from layers.theme import DIVERGING, INK, LAND, LOOK_OF

NOMINAL = 0.05
CLUSTER_LOOK = {
    "high_high": (DIVERGING[0], ""),
    "low_low": (DIVERGING[4], ""),
    "high_low": (DIVERGING[1], "rise"),
    "low_high": (DIVERGING[3], "rise"),
}
"""Kind of cluster → colour and pattern."""


def between_part(world: World, tr: Catalogue, query: DetectionQuery) -> dict[str, Any]:
    """Return two windows side by side: what was found, who began to look, and what may be concluded."""
    before, after = query.before or query.period, query.after or query.period
    members = provinces(world).get(query.region, tuple(world.names))
    effort = effort_between(world, members, before, after, query.nature)
    change = effort.change
    ratio = change.ratio is not None and change.high != float("inf")
    key = "between.ratio" if ratio else "between.no_ratio"
    return {
        "place": tr.given("province", query.region) or tr.t("change.country"),
        "sentence": tr.t(
            f"detection.{key}",
            nature=tr.t(f"nature.{query.nature}"),
            place=tr.given("province", query.region) or tr.t("detection.country"),
            a=effort.before.incidents,
            b=effort.after.incidents,
            first=_years(tr, before),
            second=_years(tr, after),
            rate_a=tr.number(change.rate_before, 2),
            rate_b=tr.number(change.rate_after, 2),
            ratio=tr.number(change.ratio, 1),
            low=tr.number(change.low, 2),
            high=tr.number(change.high, 1) if ratio else "",
        ),
        "verdict": tr.t(f"detection.between.verdict.{change.direction}_{effort.effort}"),
        "spans": [_span(world, tr, span) for span in (effort.before, effort.after)],
        "undated": [_watcher(world, watcher) for watcher in effort.undated],
        "fresh": sorted(set(effort.after.outlets) - set(effort.before.outlets)),
        "change_link": address(
            "/",
            query.lang,
            lens="changed",
            nature=query.nature,
            region=query.region,
            before=f"{before.first}-{before.last}",
            after=f"{after.first}-{after.last}",
        ),
    }


def _span(world: World, tr: Catalogue, span: Span) -> dict[str, Any]:
    return {
        "years": _years(tr, span.period),
        "incidents": span.incidents,
        "persons": span.persons if span.incidents > span.unstated else None,
        "unstated": span.unstated,
        "per_year": tr.number(span.per_year, 2),
        "began": [_watcher(world, watcher) for watcher in span.began],
        "there": span.there,
        "outlets": span.outlets,
    }


def _watcher(world: World, watcher: Watcher) -> dict[str, Any]:
    return {
        "county": world.names[watcher.county],
        "kind": watcher.kind,
        "name": watcher.name,
        "year": watcher.first,
        "source": watcher.source_id,
    }


def _years(tr: Catalogue, period: Period) -> str:
    return tr.years(period.first, period.last)


def clusters_part(
    world: World, tr: Catalogue, query: DetectionQuery, lines: tuple[CountyDetection, ...]
) -> dict[str, Any]:
    """Return the local clusters in words and on a map; a refusal is one sentence."""
    try:
        answer = clusters(world, query.period, query.nature, query.measure)
    except DataProblem as problem:
        return {"refused": str(problem)}
    if answer is None:
        return {"refused": tr.t("detection.clusters.too_few")}
    areas = answer["areas"]
    shown = {line.pcode for line in lines}
    notable = sorted((code for code in areas if areas[code]["p"] < NOMINAL), key=lambda code: areas[code]["p"])
    clear = [code for code in notable if areas[code]["clear"]]
    return {
        "refused": "",
        "n": len(areas),
        "cut": tr.number(answer["cut"], 4),
        "sentence": tr.t("detection.clusters.some" if clear else "detection.clusters.none", n=len(areas), k=len(clear)),
        "rows": [_cluster(world, tr, code, areas[code]) for code in notable if code in shown],
        "alone": [world.names[code] for code in answer["alone"]],
        "seed": str(answer["seed"]),
        "permutations": answer["permutations"],
        "map": _cluster_map(world, tr, areas),
        "legend": _cluster_legend(tr),
    }


def _cluster(world: World, tr: Catalogue, code: str, area: ClusterArea) -> dict[str, Any]:
    return {
        "name": world.names[code],
        "kind": tr.t(f"detection.clusters.kind.{area['kind']}"),
        "i": tr.number(area["i"], 2),
        "p": tr.number(area["p"], 4),
        "smoothed": tr.number(area["smoothed"], 2),
        "beside": tr.number(area["beside"], 2),
        "holds": area["clear"],
    }


def _cluster_map(world: World, tr: Catalogue, areas: Mapping[str, ClusterArea]) -> Markup:
    fills = {}
    for code, name in world.names.items():
        area = areas.get(code)
        if area is None:
            words = f"{name}: {tr.t('detection.clusters.not_tested')}"
            fills[code] = Fill(pattern=LOOK_OF[Empty.NO_REPORT].pattern, words=words)
        elif area["p"] < NOMINAL:
            colour, pattern = CLUSTER_LOOK[area["kind"]]
            words = f"{name}: {tr.t('detection.clusters.kind.' + area['kind'])}"
            fills[code] = Fill(colour, pattern, words, INK if area["clear"] else "")
        else:
            fills[code] = Fill(LAND, words=f"{name}: {tr.t('detection.clusters.nothing')}")
    title_and_alt = (tr.t("detection.clusters.title"), tr.t("detection.clusters.desc"))
    return small_map(world, "clusters", fills, title_and_alt)


def _cluster_legend(tr: Catalogue) -> list[tuple[str, str, str]]:
    """Return (fill, overlay, words) per mark of the map."""
    looks = [(*look, tr.t(f"detection.clusters.kind.{kind}")) for kind, look in CLUSTER_LOOK.items()]
    nothing = (LAND, "", tr.t("detection.clusters.nothing"))
    return [*looks, nothing, (LOOK_OF[Empty.NO_REPORT].fill, "", tr.t("detection.clusters.not_tested"))]
