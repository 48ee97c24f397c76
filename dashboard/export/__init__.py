"""Taking a view away: one `Brief`, then one maker per format, none of which needs a browser.

`model` says what a brief holds and how each format shows its figures · `brief` makes it from a link (its parts:
`view`, `brief_figures`, `brief_map`, `tables`, `citations`) · one module or package per format · `jobs` runs long
exports outside the request.

A format is one file with a maker and one line in `FORMATS`. A maker is
``make(brief: Brief, world: World, out: Path, progress: Progress) -> None``. It writes one file at `out` (a path of
its own in a folder that exists; the caller renames it), takes every figure and word from the brief and only
geometry from `world` (`geodata.query.shapes`), and calls ``progress(share)`` with 0 to 1 now and then, which raises
`jobs.Cancelled` when the reader has stopped the export: let it pass. What it cannot do it says with a `DataProblem`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dashboard.export.model import TEMPLATES

if TYPE_CHECKING:
    from dashboard.export.model import Brief
    from geodata.query.world import World

Progress = Callable[[float], None]
Maker = Callable[["Brief", "World", Path, Progress], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. label: key of the catalogue. maker: ``module:function``, imported only when it is used.

    templates: purposes the format can be made for.
    """

    label: str
    mime: str
    extension: str
    maker: str
    templates: tuple[str, ...] = TEMPLATES

    def load(self) -> Maker:
        """Import and return the maker."""
        module, name = self.maker.split(":")
        return cast("Maker", getattr(importlib.import_module(module), name))


WITH_YEARS = ("county", "national", "compare")
"""Purposes with a trend by year."""

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

FORMATS: dict[str, Format] = {
    "slide": Format("export.format.slide", PPTX, "pptx", "dashboard.export.pptx:make_slide"),
    "pptx": Format(
        "export.format.pptx",
        PPTX,
        "pptx",
        "dashboard.export.pptx:make",
    ),
    "pdf": Format("export.format.pdf", "application/pdf", "pdf", "dashboard.export.pdf:make"),
    "png": Format("export.format.png", "image/png", "png", "dashboard.export.poster:make_png"),
    "png-a4": Format("export.format.png_a4", "image/png", "png", "dashboard.export.poster:make_png_a4"),
    "png-a3": Format("export.format.png_a3", "image/png", "png", "dashboard.export.poster:make_png_a3"),
    "svg": Format("export.format.svg", "image/svg+xml", "svg", "dashboard.export.poster:make_svg"),
    "chart-png": Format(
        "export.format.chart_png", "image/png", "png", "dashboard.export.poster:make_chart_png", WITH_YEARS
    ),
    "chart-svg": Format(
        "export.format.chart_svg", "image/svg+xml", "svg", "dashboard.export.poster:make_chart_svg", WITH_YEARS
    ),
    "xlsx": Format(
        "export.format.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        "dashboard.export.data.tables:make_xlsx",
    ),
    "csv": Format("export.format.csv", "application/zip", "zip", "dashboard.export.data.tables:make_csv"),
    "geojson": Format(
        "export.format.geojson", "application/geo+json", "geojson", "dashboard.export.data.maps:make_geojson"
    ),
    "gpkg": Format(
        "export.format.gpkg", "application/geopackage+sqlite3", "gpkg", "dashboard.export.data.maps:make_gpkg"
    ),
    "parquet": Format(
        "export.format.parquet",
        "application/vnd.apache.parquet",
        "parquet",
        "dashboard.export.data.tables:make_parquet",
    ),
}
"""Name in the link (``format=pptx``) → format, in the order in which they are offered."""
