"""`/corridors/what-if`: what closing a place, a county or a leg would do to the documented ways.

Only with ``NJIA_ANALYST=1``; without it the address does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses.ways.asked import Asked, options
from dashboard.lenses.ways.drawing import Instead, network_map
from dashboard.lenses.ways.rows import place_names
from dashboard.view.site import Site, common
from dashboard.web.templates import render
from geodata.query.network import Journey, Route, Shift, WhatIf, closable, corridor_desk, what_if
from geodata.query.rows import LegRow
from geodata.values import DataProblem, Nature

START = "place:isiolo"


def page(site: Site, asked: Asked) -> str:
    """Return the page; with nothing legal to close, the form and why."""
    cat = catalogue(asked.state.lang)
    answer, problem = None, ""
    kind, _, key = asked.close.partition(":")
    if asked.close:
        try:
            answer = _answer(site, asked, cat, what_if(site.world, asked.wanted, kind, key))
        except DataProblem:
            problem = cat.t("corridors.whatif.off_network")
    names = place_names(site)
    return render(
        "lenses/ways/what_if.html",
        here="ways",
        asked=asked,
        notices=asked.notices,
        problem=problem,
        answer=answer,
        closable=_choices(site, cat, names, asked),
        options=options(site, cat.lang),
        **common(site, asked.state),
    )


def _choices(
    site: Site, cat: Catalogue, names: dict[str, str], asked: Asked
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what may be closed in groups: (heading, [(value, words)])."""
    world = site.world
    own = {leg["leg_id"]: leg for leg in world.corridors.leg_rows}
    words: dict[str, Callable[[str], str]] = {
        "place": lambda key: names[key],
        "county": lambda key: world.names[key],
        "leg": lambda key: _leg_name(own[key], names),
    }
    groups = []
    for kind, label_of in words.items():
        listed = [(f"{kind}:{key}", label_of(key)) for key in closable(world, asked.wanted, kind)]
        groups.append((cat.t(f"corridors.whatif.kind.{kind}"), sorted(listed, key=lambda choice: choice[1])))
    return groups


def _leg_name(leg: LegRow, places: Mapping[str, str]) -> str:
    """Return a leg as a choice: its corridor and the two places it joins."""
    return f"{leg['corridor_id']} {places[leg['from_place']]} → {places[leg['to_place']]}"


def _name(site: Site, asked: Asked) -> str:
    kind, _, key = asked.close.partition(":")
    names = place_names(site)
    if kind == "county":
        return site.world.names[key]
    if kind == "place":
        return names[key]
    leg = _leg(site, key)
    return f"{names[leg['from_place']]} → {names[leg['to_place']]}"


def _leg(site: Site, leg_id: str) -> LegRow:
    return next(leg for leg in site.world.corridors.leg_rows if leg["leg_id"] == leg_id)


def _answer(site: Site, asked: Asked, cat: Catalogue, consequences: WhatIf) -> dict[str, Any]:
    names = place_names(site)
    by_id = {row["corridor_id"]: row for row in site.world.corridors.corridors}

    def route(alternative: Route) -> dict[str, Any]:
        return {
            "stops": [names[p] for p in alternative.places],
            "km": alternative.km,
            "corridors": alternative.corridors,
            "weakest": alternative.weakest,
        }

    def journey(documented: Journey) -> dict[str, Any]:
        title = cat.corridor(documented.corridor_id, str(by_id[documented.corridor_id]["name"]))
        return {"corridor": documented.corridor_id, "title": title, "nature": documented.nature,
                "origin": names[documented.origin], "destination": names[documented.destination]}  # fmt: skip

    rows = [
        {
            **journey(reroute.journey),
            "before": route(reroute.before),
            "after": route(reroute.after) if reroute.after else None,
            "added": reroute.added_km,
            "others": [route(other) for other in reroute.others],
            "n_ways": reroute.n_ways,
            "and_more": reroute.and_more,
        }
        for reroute in consequences.rerouted
    ]
    touched = {
        n.value: {
            "moved": {r["corridor"] for r in rows if r["nature"] == n.value and r["after"]},
            "cut": {r["corridor"] for r in rows if r["nature"] == n.value and not r["after"]},
            "of": len({j.corridor_id for j in corridor_desk(site.world, asked.wanted).network.journeys
                       if j.nature == n.value}),
        }
        for n in Nature
    }  # fmt: skip
    added = [row["added"] for row in rows if row["added"] is not None]
    pairs = frozenset(
        pair for reroute in consequences.rerouted if reroute.after for pair in pairwise(reroute.after.places)
    )
    new = frozenset(
        pair
        for reroute in consequences.rerouted
        if reroute.after
        for pair in set(pairwise(reroute.after.places)) - set(pairwise(reroute.before.places))
    )
    kind, _, key = asked.close.partition(":")
    instead = Instead(pairs, new, key if kind == "place" else "")
    title = cat.t("corridors.whatif.map_label", name=_name(site, asked))
    return {
        "name": _name(site, asked),
        "rows": rows,
        "touched": {n: counts for n, counts in touched.items() if counts["moved"] or counts["cut"]},
        "added": (min(added), max(added)) if added else (),
        "ends": [journey(ended) for ended in consequences.ends_there],
        "nowhere": [journey(stranded) for stranded in consequences.without_way],
        "n_same": len({unchanged.corridor_id for unchanged in consequences.untouched}),
        "gains": [_shift(site, s) for n in Nature for s in consequences.shifts if s.nature == n and s.after > s.before],
        "losses": [
            _shift(site, s) for n in Nature for s in consequences.shifts if s.nature == n and s.after < s.before
        ],
        "coarse": [_coarse(site, leg, chain) for leg, chain in sorted(consequences.coarse.items())],
        "maps": [
            Markup(network_map(site, asked, title, phone=phone, instead=instead).svg)  # noqa: S704 - escaped there
            for phone in (False, True)
        ],
    }


def _shift(site: Site, change: Shift) -> dict[str, Any]:
    return {"pcode": change.pcode, "county": site.world.names[change.pcode], "nature": change.nature,
            "before": round(change.before, 2), "after": round(change.after, 2)}  # fmt: skip


def _coarse(site: Site, leg_id: str, chain: tuple[str, ...]) -> dict[str, Any]:
    names = place_names(site)
    leg = _leg(site, leg_id)
    return {"corridor": leg["corridor_id"], "from": names[leg["from_place"]], "to": names[leg["to_place"]],
            "through": [names[place] for place in chain]}  # fmt: skip
