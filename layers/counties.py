"""The county choropleth: one trace, 47 paths, colours by class code.

`geojson` is the address of a prepared static file whose features carry the P-code as ``id``; the
figure stays about a kilobyte. Hover is ours (``hoverinfo: none`` still sends events). The browser
may refill the paths directly: path *i* of the trace is ``locations[i]``, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geodata.values import N_COUNTIES, Nature, Pcode
from layers.context import flat
from layers.theme import CODES, EMPTIES, SELECTED, WHITE, ramp

COUNTY_ORDER: tuple[Pcode, ...] = tuple(Pcode(f"KE{i:03d}") for i in range(1, N_COUNTIES + 1))
"""Order of class strings and of the trace's paths: IEBC number."""

TRACE_NAME = "counties"


@dataclass(frozen=True, slots=True)
class CountySpec:
    """What to fill: geometry address, one class code per county of `order`, nature and number of classes."""

    geojson_url: str
    codes: str
    nature: Nature
    k: int
    order: Sequence[Pcode] = COUNTY_ORDER

    def __post_init__(self) -> None:
        """Refuse a class string of another length, unknown codes and classes beyond k."""
        if len(self.codes) != len(self.order):
            raise ValueError(f"{len(self.order)} counties need as many class codes, got {len(self.codes)}")
        known = set(CODES[: self.k]) | set(CODES[5:])
        if unknown := set(self.codes) - known:
            raise ValueError(f"unknown class codes {sorted(unknown)}; known are {''.join(sorted(known))}")


def fills(nature: Nature, k: int) -> dict[str, str]:
    """Return the flat colour of every code; patterned empties have their ground colour here."""
    return dict(zip(CODES, ramp(nature, k), strict=False)) | {look.code: look.colour for look in EMPTIES}


def county_trace(spec: CountySpec) -> dict[str, Any]:
    """Return the choropleth trace as a plain dictionary; z is the index of the code in `CODES`."""
    colours = fills(spec.nature, spec.k)
    return {
        "type": "choropleth",
        "name": TRACE_NAME,
        "uid": TRACE_NAME,
        "geojson": spec.geojson_url,
        "featureidkey": "id",
        "locationmode": "geojson-id",
        "locations": list(spec.order),
        "z": [CODES.index(code) for code in spec.codes],
        "zmin": -0.5,
        "zmax": len(CODES) - 0.5,
        "colorscale": stepped([colours.get(code, WHITE) for code in CODES]),
        "showscale": False,
        "hoverinfo": "none",
        "marker": {"line": {"color": WHITE, "width": 1}},
    }


def outline_trace(geojson_url: str, pcodes: Sequence[Pcode], width: float = 2.5) -> dict[str, Any]:
    """Return the unfilled outline of the selected counties, over their fill (same geometry file)."""
    return flat("selected", geojson_url, pcodes, "rgba(0,0,0,0)", (SELECTED, width))


def stepped(colours: Sequence[str]) -> list[list[Any]]:
    """Return a Plotly colour scale of equal steps without blending."""
    n = len(colours)
    return [[edge / n, colour] for i, colour in enumerate(colours) for edge in (i, i + 1)]
