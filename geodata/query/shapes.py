"""Shapes ready to draw, for `dashboard`: prepared files, first-paint paths, lines of the surroundings."""

from geodata.boundaries.outlines import Ring, Surroundings, clipped, county_rings, surroundings
from geodata.boundaries.svg import context_ids, context_lines, frame, svg_lines, svg_paths

__all__ = [
    "Ring",
    "Surroundings",
    "clipped",
    "context_ids",
    "context_lines",
    "county_rings",
    "frame",
    "surroundings",
    "svg_lines",
    "svg_paths",
]
