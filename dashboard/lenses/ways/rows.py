"""Rows of the desk's tables, in a reader's words; the same rows go out as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.i18n.catalogue import Catalogue
from dashboard.lenses.ways.asked import Asked
from dashboard.view.site import Site
from geodata.query.network import chokepoints, corridor_desk, corridor_exposure, cuts_between, legs_of
from geodata.values import DataProblem, Nature

LISTED = 6
SHARES = 1000
LEDGER_COLUMNS = (
    "leg_id", "corridor_id", "from", "to", "nature", "mode", "grade", "basis", "n_sources", "voices", "sources",
    "last_confirmed", "length_km", "is_alternative", "counts", "same_road_as",
)  # fmt: skip
CHOKE_COLUMNS = (
    "nature", "kind", "key", "name", "corridors", "of", "share", "low_90", "high_90", "chokepoint",
    "share_of_resamples", "leans_on",
)  # fmt: skip
EXPOSURE_COLUMNS = (
    "pcode", "county", *(f"{what}_{n.value}" for n in Nature for what in ("corridors", "share")),
    "stops", "upstream", "downstream",
)  # fmt: skip


def place_names(site: Site) -> dict[str, str]:
    """Return place id → name."""
    return {str(row["place_id"]): str(row["name"]) for row in site.world.corridors.places}


def end_name(cat: Catalogue, names: Mapping[str, str], end: str) -> str:
    """Return the name of ``place:<id>`` or ``country:<ISO3>``."""
    kind, _, key = end.partition(":")
    return cat.code("country", key) if kind == "country" else names.get(key, key)


def head_counts(site: Site, asked: Asked) -> dict[str, Any]:
    """Return what the first sentence counts: corridors by nature, legs, places, voices, years."""
    desk = corridor_desk(site.world, asked.wanted)
    rows = [row for row in site.world.corridors.corridors if row["corridor_id"] in desk.corridors]
    own = [leg for leg in site.world.corridors.leg_rows if leg["leg_id"] in desk.legs]
    voices = frozenset[str]().union(*(leg.voices for leg in legs_of(site.world) if leg.leg_id in desk.legs))
    years = [leg["last_confirmed"] for leg in own if leg["last_confirmed"]]
    return {
        "corridors": len(rows),
        "by_nature": {n.value: sum(row["nature"] == n.value for row in rows) for n in Nature},
        "legs": len(own),
        "places": len({leg[side] for leg in own for side in ("from_place", "to_place")}),
        "voices": len(voices),
        "stated": sum(leg["basis"] == "stated" for leg in own),
        "counted": len(desk.strong),
        "years": (min(years), max(years)) if years else (),
    }


def ledger(site: Site, asked: Asked) -> list[dict[str, Any]]:
    """Return one row per leg of the filter; with a corridor chosen, of that corridor alone."""
    desk, names = corridor_desk(site.world, asked.wanted), place_names(site)
    voices = {leg.leg_id: sorted(leg.voices) for leg in legs_of(site.world)}
    rows = []
    for own in site.world.corridors.leg_rows:
        if own["leg_id"] not in desk.legs or (asked.corridor and own["corridor_id"] != asked.corridor):
            continue
        rows.append(
            {
                **own,
                "from": names[own["from_place"]],
                "to": names[own["to_place"]],
                "voices": voices[own["leg_id"]],
                "counts": own["leg_id"] in desk.strong,
                "same_road_as": [names[place] for place in desk.network.coarse.get(own["leg_id"], ())],
            }
        )
    return rows


def flat(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows for a file: lists joined by semicolons."""
    return [{k: ";".join(map(str, v)) if isinstance(v, list | tuple) else v for k, v in row.items()} for row in rows]


def chokes(site: Site, asked: Asked, most: int | None = LISTED) -> list[dict[str, Any]]:
    """Return one block per nature: its places and counties, most passed first."""
    names, counties = place_names(site), site.world.names
    blocks = []
    for ranking in chokepoints(site.world, asked.wanted):
        tables = {}
        for kind, rows in (("place", ranking.places), ("county", ranking.counties)):
            own = names if kind == "place" else counties
            tables[kind] = [
                {
                    "nature": ranking.nature,
                    "kind": kind,
                    "key": row.key,
                    "name": own.get(row.key, row.key),
                    "corridors": round(row.corridors, 2),
                    "of": ranking.n_corridors,
                    "share": round(row.share * SHARES) / SHARES,
                    "low_90": round(row.low * SHARES) / SHARES,
                    "high_90": round(row.high * SHARES) / SHARES,
                    "chokepoint": row.is_choke,
                    "share_of_resamples": round(row.often * SHARES) / SHARES,
                    "leans_on": row.leans_on,
                }
                for row in rows[:most]
            ]
        blocks.append({"nature": ranking.nature, "n": ranking.n_corridors, **tables})
    return blocks


def cut(site: Site, asked: Asked) -> dict[str, Any] | None:
    """Return the cuts between the chosen ends, with their words; a problem is `why` alone."""
    if not (asked.start and asked.end):
        return None
    try:
        cuts = cuts_between(site.world, asked.wanted, asked.start, asked.end)
    except DataProblem:
        return {"why": "off"}
    names, counties = place_names(site), site.world.names
    tables = {}
    for kind, smallest, own in (("place", cuts.places, names), ("county", cuts.counties, counties)):
        listed = [*smallest.members, *(key for key in smallest.often if key not in smallest.members)]
        ranked = sorted(listed, key=lambda key: (key not in smallest.members, -smallest.often.get(key, 0.0), key))
        tables[kind] = {
            "size": smallest.size,
            "rows": [
                {
                    "key": key,
                    "name": own.get(key, key),
                    "now": key in smallest.members,
                    "often": smallest.often.get(key, 0.0),
                }
                for key in ranked[: LISTED + len(smallest.members)]
                if key in smallest.members or smallest.often.get(key, 0.0) >= 0.1
            ],
        }
    return {"connected": cuts.connected, **tables}


def exposed(site: Site, asked: Asked) -> list[dict[str, Any]]:
    """Return the 47 counties: corridors with a stop there and share per nature, never added."""
    rows = []
    for exposure in corridor_exposure(site.world, asked.wanted):
        row: dict[str, Any] = {"pcode": exposure.pcode, "county": site.world.names[exposure.pcode], "any": exposure.any}
        for nature in (n.value for n in Nature):
            row[f"corridors_{nature}"] = exposure.corridors[nature]
            row[f"share_{nature}"] = round(exposure.share[nature], 3) if exposure.corridors[nature] else None
        row |= {"stops": exposure.n_stops, "upstream": exposure.upstream, "downstream": exposure.downstream}
        rows.append(row)
    return rows
