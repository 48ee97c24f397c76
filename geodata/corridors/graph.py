"""The corridors as one directed multigraph (networkx): places are nodes, legs are keyed edges.

Answers what lies before and after a place on one corridor. Cheap to build from the legs table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[str]


def build(places: pd.DataFrame, legs: pd.DataFrame) -> Graph:
    """Return the multigraph; node and edge attributes are the tables' columns, edge keys the leg ids."""
    graph: Graph = nx.MultiDiGraph()
    for place in places.to_dict("records"):
        graph.add_node(str(place["place_id"]), **{str(key): value for key, value in place.items()})
    for leg in legs.drop(columns="geometry", errors="ignore").to_dict("records"):
        attributes = {str(key): value for key, value in leg.items()}
        graph.add_edge(str(leg["from_place"]), str(leg["to_place"]), key=str(leg["leg_id"]), **attributes)
    return graph


def of_corridor(graph: Graph, corridor_id: str, *, trunk_only: bool = False) -> Graph:
    """Return a copy with one corridor's legs and places only; `trunk_only` leaves out alternatives."""
    keep = [
        (start, end, key)
        for start, end, key, leg in graph.edges(keys=True, data=True)
        if leg["corridor_id"] == corridor_id and not (trunk_only and leg["is_alternative"])
    ]
    part: Graph = nx.MultiDiGraph()
    for start, end, key in keep:
        for place in (start, end):
            part.add_node(place, **graph.nodes[place])
        part.add_edge(start, end, key=key, **graph.edges[start, end, key])
    return part


def before(graph: Graph, places: Iterable[str]) -> dict[str, int]:
    """Return place → legs away, for every place from which one of `places` can be reached."""
    return after(graph.reverse(copy=False), places)


def after(graph: Graph, places: Iterable[str]) -> dict[str, int]:
    """Return place → legs away, for every place that can be reached from one of `places`."""
    wanted = list(places)
    towns: dict[str, int] = {}
    for place in wanted:
        for other, steps in nx.single_source_shortest_path_length(graph, place).items():
            if other not in wanted:
                towns[other] = min(steps, towns.get(other, steps))
    return towns
