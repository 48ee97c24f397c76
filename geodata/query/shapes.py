"""Shapes ready to draw, for `dashboard`: prepared files, first-paint paths, lines of the surroundings."""

from geodata.boundaries.svg import context_ids, context_lines, frame, svg_lines, svg_paths

__all__ = ["context_ids", "context_lines", "frame", "svg_lines", "svg_paths"]
