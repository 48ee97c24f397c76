"""Shapes ready to draw, for `dashboard`: prepared files, first-paint paths, lines of the surroundings."""

from geodata.boundaries.outlines import Ring, Surroundings, clipped, clipped_rings, county_rings, surroundings
from geodata.boundaries.svg import (
    area_path,
    context_ids,
    context_lines,
    frame,
    lines_in,
    paths_in,
    svg_lines,
    svg_paths,
)

__all__ = [
    "Ring",
    "Surroundings",
    "area_path",
    "clipped",
    "clipped_rings",
    "context_ids",
    "context_lines",
    "county_rings",
    "frame",
    "lines_in",
    "paths_in",
    "surroundings",
    "svg_lines",
    "svg_paths",
]
