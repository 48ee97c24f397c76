"""How close a county layer is to a yardstick: intersection over union, county by county."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import shapely
from shapely.geometry import shape as from_mapping

from geodata.boundaries.topology import Coverage, to_metric
from geodata.values import Pcode

YARDSTICK_NAME = "OCHA COD-AB administrative level 1, 2019, simplified"


@dataclass(frozen=True, slots=True)
class Quality:
    """Intersection over union (0…1) per county that both layers hold, measured in METRIC_CRS."""

    iou: dict[Pcode, float]
    expected: int

    KEYS: ClassVar[tuple[str, ...]] = ("yardstick", "matched", "mean_iou", "lowest_iou", "lowest")

    @property
    def mean(self) -> float:
        """Mean over the counties."""
        return sum(self.iou.values()) / len(self.iou)

    @property
    def lowest(self) -> Pcode:
        """The county that fits worst."""
        return min(self.iou, key=lambda pcode: self.iou[pcode])

    def stated(self) -> dict[str, object]:
        """Figures for edition.json, rounded so that every machine writes the same."""
        return {
            "yardstick": YARDSTICK_NAME,
            "matched": len(self.iou),
            "mean_iou": round(self.mean, 4),
            "lowest_iou": round(self.iou[self.lowest], 4),
            "lowest": self.lowest,
        }


def measure(coverage: Coverage, yardstick: Path) -> Quality:
    """Compare with a GeoJSON file whose features carry a `pcode` property (lon/lat)."""
    document = json.loads(yardstick.read_text(encoding="utf-8"))
    truth = {Pcode(f["properties"]["pcode"]): from_mapping(f["geometry"]) for f in document["features"]}
    return compare(coverage, truth)


def compare(coverage: Coverage, truth: Coverage) -> Quality:
    """Compare two layers county by county."""
    iou = {}
    for pcode in (p for p in coverage if p in truth):
        ours, theirs = to_metric(coverage[pcode]), to_metric(truth[pcode])
        iou[pcode] = float(shapely.intersection(ours, theirs).area / shapely.union(ours, theirs).area)
    return Quality(iou, len(truth))
