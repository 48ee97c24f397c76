"""A damaged or missing boundary file stops with one sentence; so does a pointer to nowhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from geodata.boundaries import Edition, load_edition
from geodata.settings import DataSettings
from geodata.values import DataProblem


@pytest.fixture
def copy(shipped: Edition, tmp_path: Path) -> DataSettings:
    """Return settings whose shipped folder is a copy that may be damaged."""
    shutil.copytree(shipped.folder, tmp_path / "data" / "boundaries")
    return DataSettings(home=tmp_path / "home", vault="", shipped=tmp_path / "data")


def refusal(settings: DataSettings) -> str:
    with pytest.raises(DataProblem) as refused:
        load_edition(settings)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.count(". ") == 0, "one sentence"
    return sentence


def test_an_untouched_copy_opens(copy: DataSettings, shipped: Edition):
    assert load_edition(copy).id == shipped.id


@pytest.mark.parametrize(
    "name", ["counties.geojson", "neighbours.csv", "anchors.csv", "context.geojson", "ground.geojson"]
)
@pytest.mark.parametrize("missing", [True, False])
def test_each_file_is_verified(copy: DataSettings, name: str, missing: bool):
    path = copy.shipped / "boundaries" / name
    if missing:
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    assert name in refusal(copy)


@pytest.mark.parametrize("suffix", ["", ".br", ".gz"])
@pytest.mark.parametrize("harm", ["remove", "truncate", "replace"])
def test_each_prepared_file_and_twin_is_verified(copy: DataSettings, suffix: str, harm: str):
    folder = copy.shipped / "boundaries" / "prepared"
    path = next(folder.glob(f"counties-mid.*.json{suffix}"))
    if harm == "remove":
        path.unlink()
    elif harm == "truncate":
        path.write_bytes(path.read_bytes()[:-9])
    else:
        shutil.copy(next(folder.glob(f"counties-low.*.json{suffix}")), path)
    assert path.name in refusal(copy)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": 1}'])
def test_a_broken_manifest(copy: DataSettings, content: str):
    (copy.shipped / "boundaries" / "edition.json").write_text(content)
    assert "edition.json" in refusal(copy)


def test_a_manifest_with_another_licence(copy: DataSettings):
    path = copy.shipped / "boundaries" / "edition.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"licence": "none"}))
    assert "was changed" in refusal(copy)


@pytest.mark.parametrize("name", ["0123456789ab", "../elsewhere", ""])
def test_a_pointer_to_nowhere(copy: DataSettings, name: str):
    copy.boundaries.mkdir(parents=True)
    (copy.boundaries / "CURRENT").write_text(name)
    assert "boundaries reset" in refusal(copy)
