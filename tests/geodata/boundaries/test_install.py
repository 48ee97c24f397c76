"""An official edition, installed: exact, cited, complete; atomic to put in and to take out."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.boundaries import Edition, install, load_edition
from geodata.boundaries.edition import CURRENT
from geodata.boundaries.install import reset, use
from geodata.boundaries.quality import measure
from geodata.settings import DataSettings


@pytest.fixture
def installed(official: tuple[Edition, DataSettings], tmp_path: Path) -> DataSettings:
    """Return a private copy of the installed edition."""
    _, settings = official
    shutil.copytree(settings.home, tmp_path / "home")
    return DataSettings(home=tmp_path / "home", vault="")


def test_the_official_shapes_are_kept_exactly(official: tuple[Edition, DataSettings], yardstick: Path):
    edition, _ = official
    truth = gpd.read_file(yardstick).set_index("pcode").sort_index()
    ours = edition.counties()
    quality = measure(dict(ours.geometry.items()), yardstick)
    assert quality.mean == pytest.approx(1.0, abs=1e-12)
    assert min(quality.iou.values()) == pytest.approx(1.0, abs=1e-12)
    assert (shapely.normalize(ours.geometry.array) == shapely.normalize(truth.geometry.array)).all()


def test_the_official_edition_is_cited(official: tuple[Edition, DataSettings], yardstick: Path):
    edition, _ = official
    assert edition.official
    assert "COD-AB" in edition.citation
    assert yardstick.name in edition.citation


def test_the_official_edition_is_complete(official: tuple[Edition, DataSettings], shipped: Edition):
    edition, _ = official
    assert set(edition.prepared()) == set(shipped.prepared())
    assert {n.pcode for n in edition.neighbours()["KE011"]} == {n.pcode for n in shipped.neighbours()["KE011"]}
    shapes = gpd.read_file(edition.prepared()["counties-mid"].path)
    around = gpd.read_file(edition.prepared()["context-near"].path)
    countries = around[around["kind"] == "country"]
    assert len(shapes) == 47
    assert shapely.coverage_is_valid([*shapes.geometry, *countries.geometry])
    assert set(around["kind"]) == {"country", "lake", "coast", "border", "ilemi"}


def test_reset_returns_to_the_shipped_edition(installed: DataSettings, shipped: Edition):
    assert load_edition(installed).official
    assert reset(installed)
    assert load_edition(installed).id == shipped.id


def test_a_crash_before_the_switch_leaves_the_old_edition(
    installed: DataSettings, yardstick: Path, monkeypatch: pytest.MonkeyPatch, shipped: Edition
):
    reset(installed)

    def assemble(folder: Path, *_: object) -> None:
        (folder / "half").touch()
        raise RuntimeError("power cut")

    monkeypatch.setattr(install, "assemble", assemble)
    with pytest.raises(RuntimeError):
        use(yardstick, installed)
    assert load_edition(installed).id == shipped.id
    assert not list(installed.boundaries.glob(".*"))


def test_dependants_are_prepared_before_readers_see_the_edition(
    yardstick: Path,
    settings: DataSettings,
    shipped: Edition,
    monkeypatch: pytest.MonkeyPatch,
    official: tuple[Edition, DataSettings],
):
    """`before_switch` sees the new edition while everybody else still reads the old one."""
    edition, source = official

    def assemble(folder: Path, *_: object) -> None:
        shutil.copytree(source.boundaries / edition.id, folder, dirs_exist_ok=True)

    monkeypatch.setattr(install, "assemble", assemble)
    seen = []
    use(yardstick, settings, lambda fresh: seen.append((fresh.id, load_edition(settings).id)))
    assert seen == [(edition.id, shipped.id)]
    assert (settings.boundaries / CURRENT).read_text() == f"{edition.id}\n"
    use(yardstick, settings)
    assert load_edition(settings).id == edition.id
