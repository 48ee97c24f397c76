"""Every kind of unfit boundary file is refused in one sentence that says what was expected."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry as Geometry

from geodata.boundaries import Edition
from geodata.boundaries.install import reset, use
from geodata.boundaries.official import check_places, read
from geodata.settings import DataSettings
from geodata.values import DataProblem


def refusal(path: Path) -> str:
    with pytest.raises(DataProblem) as refused:
        read(path)
    sentence = str(refused.value)
    assert "expected" in sentence
    assert "\n" not in sentence
    return sentence


def replace(frame: gpd.GeoDataFrame, row: int, shape: Geometry | None):
    frame.loc[row, "geometry"] = shape
    return frame


def recode(frame: gpd.GeoDataFrame, row: int, code: str | None):
    frame.loc[row, "ADM1_PCODE"] = code
    return frame


def swapped(frame: gpd.GeoDataFrame):
    return frame.set_geometry(frame.geometry.map(lambda g: shapely.transform(g, lambda p: p[:, ::-1])), crs=4326)


def moved(frame: gpd.GeoDataFrame):
    return frame.set_geometry(frame.translate(xoff=-30))


def bow_tie(frame: gpd.GeoDataFrame):
    x, y, *_ = frame.geometry[10].bounds
    return replace(frame, 10, shapely.Polygon([(x, y), (x + 1, y + 1), (x + 1, y), (x, y + 1)]))


REFUSED = {
    "46 features": (lambda f: f.iloc[:46], "46 features"),
    "48 features": (lambda f: gpd.pd.concat([f, f.iloc[:1]]), "48 features"),
    "points": (lambda f: f.set_geometry(f.representative_point()), "is a Point"),
    "lines": (lambda f: f.set_geometry(f.boundary), "LineString"),
    "no shape": (lambda f: replace(f, 4, None), "KE005 has no shape"),
    "no codes": (lambda f: f.drop(columns=["ADM1_PCODE", "ADM1_EN"]), "no column of P-codes"),
    "code missing": (lambda f: recode(f, 10, None), "lacks the P-code KE011"),
    "code twice": (lambda f: recode(f, 10, "KE010"), "KE010 more than once"),
    "code of another country": (lambda f: recode(f, 10, "ET011"), "'ET011'"),
    "self-crossing": (bow_tie, "outline of KE011"),
    "swapped": (swapped, "latitude and longitude swapped"),
    "elsewhere": (moved, "expected Kenya"),
    "overlap": (lambda f: replace(f, 10, f.geometry[10].buffer(0.02)), "overlap by"),
    "gap": (lambda f: replace(f, 10, f.geometry[10].buffer(-0.05)), "gap of"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
def test_unfit_layers(written: Callable[..., Path], case: str):
    edit, said = REFUSED[case]
    assert said in refusal(written(edit))


def test_a_layer_without_coordinate_reference_system(written: Callable[..., Path]):
    path = written(lambda f: f.set_crs(None, allow_override=True), "counties.shp")
    assert "coordinate reference system" in refusal(path)
    assert "coordinate reference system" in refusal(written(lambda f: f.set_crs(None, allow_override=True)))


@pytest.mark.parametrize(("name", "content", "said"), [
    ("empty.geojson", b"", "0 bytes"),
    ("torn.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read"),
    ("text.gpkg", b"not a database", "cannot be read"),
    ("none.geojson", b'{"type": "FeatureCollection", "features": []}', "0 features"),
    ("notes.docx", b"words", "not a GeoPackage"),
    ("torn.zip", b"PK\x03\x04 torn", "cannot be unpacked"),
])  # fmt: skip
def test_files_that_are_no_map(tmp_path: Path, name: str, content: bytes, said: str):
    path = tmp_path / name
    path.write_bytes(content)
    assert said in refusal(path)


def test_a_file_that_is_not_there(tmp_path: Path):
    assert "is not there" in refusal(tmp_path / "nowhere.gpkg")


def test_a_zip_without_a_map(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as archive:
        archive.writestr("readme.txt", "words")
    assert "holds no .shp" in refusal(tmp_path / "notes.zip")


def test_a_zip_bomb_is_stopped_before_it_unpacks(tmp_path: Path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("counties.geojson", "w") as stream:
        for _ in range(64):
            stream.write(bytes(1 << 20))
    assert "zip bomb" in refusal(path)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for n in range(2_001):
            archive.writestr(f"{n}.txt", "")
    assert "zip bomb" in refusal(tmp_path / "many.zip")


def test_codes_on_the_wrong_counties(shipped: Edition):
    """ISO 3166-2 numbers look like P-codes: Baringo is KE-01 there, Mombasa is KE001 here."""
    mine = dict(shipped.counties().geometry.items())
    wrong = dict(mine, KE001=mine["KE030"], KE030=mine["KE001"])
    check_places("right.gpkg", mine, mine, dict(shipped.counties()["name"].items()))
    with pytest.raises(DataProblem, match="KE001 is not where Mombasa lies"):
        check_places("wrong.gpkg", wrong, mine, dict(shipped.counties()["name"].items()))


@pytest.mark.parametrize("column", ["ADM1_PCODE", "pcode", "admin1Pcode", "county_id"])
def test_usual_names_of_the_code_column(written: Callable[..., Path], column: str):
    assert len(read(written(lambda f: f.rename(columns={"ADM1_PCODE": column})))) == 47


@pytest.mark.parametrize("name", ["counties.gpkg", "counties.shp", "counties.geojson"])
def test_usual_formats_are_read_exactly(written: Callable[..., Path], counties: gpd.GeoDataFrame, name: str):
    shapes = read(written(None, name))
    assert list(shapes) == list(counties["ADM1_PCODE"])
    assert shapely.equals(list(shapes.values()), counties.geometry.array).all()


def test_a_zipped_shapefile_beside_other_levels(written: Callable[..., Path], tmp_path: Path):
    written(None, "ken_admbnda_adm1.shp")
    written(lambda f: f.dissolve().drop(columns=["ADM1_PCODE"]), "ken_admbnda_adm0.shp")
    with zipfile.ZipFile(tmp_path / "ken.zip", "w") as archive:
        for part in tmp_path.glob("ken_admbnda_*"):
            archive.write(part, f"folder/{part.name}")
    assert len(read(tmp_path / "ken.zip")) == 47


def test_another_known_reference_system_is_reprojected(written: Callable[..., Path], counties: gpd.GeoDataFrame):
    shapes = read(written(lambda f: f.to_crs(32637)))
    drift = shapely.hausdorff_distance(shapes["KE011"], counties.geometry[10])
    assert drift < 1e-6


def test_refusal_changes_nothing(written: Callable[..., Path], settings: DataSettings):
    bad = written(lambda f: f.iloc[:46])
    with pytest.raises(DataProblem):
        use(bad, settings)
    assert not settings.boundaries.exists()
    assert reset(settings) is False


def test_geojson_may_be_json(written: Callable[..., Path], tmp_path: Path):
    path = written(None, "counties.geojson").rename(tmp_path / "counties.json")
    assert json.loads(path.read_text())["type"] == "FeatureCollection"
    assert len(read(path)) == 47


def _iso(frame: gpd.GeoDataFrame) -> list[str]:
    with (DataSettings(home=Path(), vault="").shipped / "evidence" / "counties.csv").open(encoding="utf-8") as lines:
        iso = {row["pcode"]: row["iso"] for row in csv.DictReader(lines)}
    return [iso[pcode] for pcode in frame["ADM1_PCODE"]]


PUBLISHERS: dict[str, Callable[[gpd.GeoDataFrame], dict[str, list[str]]]] = {
    "geoBoundaries": lambda frame: {"shapeName": list(frame["ADM1_EN"]), "shapeISO": _iso(frame)},
    "GADM": lambda frame: {
        "GID_1": [f"KEN.{n}_1" for n in range(1, 48)],
        "HASC_1": [f"KE.{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(47)],
        "NAME_1": [name.replace(" ", "-") if "Marakwet" in name else name for name in frame["ADM1_EN"]],
    },
    "KNBS": lambda frame: {
        "OBJECTID": [str(n + 300) for n in range(47)],
        "COUNTY_NAM": [name.upper() for name in frame["ADM1_EN"]],
        "COUNTY_COD": [str(int(pcode[2:])) for pcode in frame["ADM1_PCODE"]],
    },
}


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_other_publishers_are_recognised_by_code_or_name(
    written: Callable[..., Path], counties: gpd.GeoDataFrame, publisher: str
) -> None:
    columns = PUBLISHERS[publisher](counties)
    path = written(lambda frame: frame.drop(columns=["ADM1_PCODE", "ADM1_EN"]).assign(**columns))
    assert list(read(path)) == list(counties["ADM1_PCODE"].sort_values())


def test_a_file_with_one_name_twice_is_not_guessed_at(written: Callable[..., Path]) -> None:
    names = ["Mombasa", "Mombasa"]
    path = written(lambda frame: frame.drop(columns="ADM1_PCODE").assign(ADM1_EN=[*names, *frame["ADM1_EN"][2:]]))
    assert "no column of P-codes" in refusal(path)


def test_an_installation_says_how_far_it_is(written: Callable[..., Path], settings: DataSettings) -> None:
    stages: list[str] = []
    use(written(), settings, say=stages.append)
    assert len(stages) >= 3
    assert "Reading" in stages[0]
