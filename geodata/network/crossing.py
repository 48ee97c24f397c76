"""Which counties a leg touches: those of its two places, and on land those its schematic line crosses.

A crossing shorter than 1 km is below the line's own accuracy and does not count; legs by air or sea touch
a county at their stops only (the same rules as `geodata.corridors.passing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geodata.network.network import NOT_ON_LAND

CROSSES_KM = 1.0


def counties_of_legs(
    legs: Iterable[Mapping[str, Any]], pcodes: Mapping[str, str], shapes: Mapping[str, Any]
) -> dict[str, frozenset[str]]:
    """Return leg id → P-codes. legs: GeoJSON features; pcodes: place → county; shapes: P-code → GeoJSON geometry."""
    import shapely  # noqa: PLC0415 - heavy; only the corridor desk asks, once per release
    from shapely.geometry import shape  # noqa: PLC0415

    from geodata.corridors.geometry import km_of  # noqa: PLC0415

    outlines = {pcode: shape(geometry) for pcode, geometry in shapes.items()}
    tree = shapely.STRtree(list(outlines.values()))
    codes = list(outlines)
    for outline in outlines.values():
        shapely.prepare(outline)
    found: dict[str, frozenset[str]] = {}
    measured: dict[bytes, set[str]] = {}
    for leg in legs:
        own = leg["properties"]
        touched = {pcodes.get(own["from_place"], ""), pcodes.get(own["to_place"], "")} - {""}
        if leg["geometry"] is not None and own["mode"] not in NOT_ON_LAND:
            line = shape(leg["geometry"])
            key = shapely.to_wkb(shapely.normalize(line))
            if key not in measured:
                near = [codes[i] for i in tree.query(line, predicate="intersects")]
                measured[key] = {p for p in near if km_of(shapely.intersection(line, outlines[p])) >= CROSSES_KM}
            touched |= measured[key]
        found[str(own["leg_id"])] = frozenset(touched)
    return found
