"""Editions and files to test boundaries with; the yardstick is read from beside the product's folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from geodata.boundaries import Edition, load_edition
from geodata.boundaries.install import use
from geodata.settings import DataSettings

ROOT = Path(__file__).resolve().parents[3]
YARDSTICK = ROOT.parent / "shared" / "reference" / "codab_2019_adm1.geojson"

Edit = Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]


@pytest.fixture(scope="session")
def shipped() -> Edition:
    return load_edition(DataSettings(home=Path("/nonexistent"), vault=""))


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    return DataSettings(home=tmp_path / "home", vault="")


@pytest.fixture(scope="session")
def yardstick() -> Path:
    if not YARDSTICK.is_file():
        pytest.skip("the COD-AB yardstick is not beside the product's folder (../shared/reference)")
    return YARDSTICK


@pytest.fixture(scope="session")
def official(yardstick: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Edition, DataSettings]:
    """Install the yardstick as the official edition, once."""
    settings = DataSettings(home=tmp_path_factory.mktemp("official"), vault="")
    use(yardstick, settings)
    return load_edition(settings), settings


@pytest.fixture(scope="session")
def counties(shipped: Edition) -> gpd.GeoDataFrame:
    """Return the shipped counties with a usual COD-AB column name, as a file an operator might have."""
    frame = shipped.counties().reset_index().rename(columns={"pcode": "ADM1_PCODE", "name": "ADM1_EN"})
    return frame[["ADM1_PCODE", "ADM1_EN", "geometry"]]


@pytest.fixture
def written(counties: gpd.GeoDataFrame, tmp_path: Path) -> Callable[..., Path]:
    """Write the counties, edited, to a file of the given name."""

    def write(edit: Edit | None = None, name: str = "counties.gpkg", **options: Any) -> Path:
        frame = counties.copy()
        path = tmp_path / name
        (edit(frame) if edit else frame).to_file(path, **options)
        return path

    return write
