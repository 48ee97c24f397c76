"""A damaged or missing shipped file stops the start with one sentence that names it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import cli
from dashboard.server import serve
from geodata.query.world import open_world
from geodata.settings import SHIPPED, DataSettings
from geodata.values import DataProblem


def one(shipped: Path, pattern: str) -> Path:
    """Return the one file of that name."""
    found = sorted(shipped.glob(pattern))
    assert len(found) == 1, pattern
    return found[0]


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x01
    path.write_bytes(bytes(content))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def removed(path: Path) -> None:
    path.unlink()


def edited(old: str, new: str) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    edit.__name__ = f"edited: {old} to {new}"
    return edit


CASES: list[tuple[str, Callable[[Path], None]]] = [
    ("releases/public/*/incidents.csv", flipped),
    ("releases/public/*/incidents.csv", removed),
    ("releases/public/*/sources.csv", flipped),
    ("releases/public/*/cells.parquet", flipped),
    ("releases/public/*/cells.parquet", removed),
    ("releases/public/*/manifest.json", removed),
    ("releases/public/*/manifest.json", cut),
    ("releases/public/CURRENT", removed),
    ("releases/public/CURRENT", cut),
    ("boundaries/counties.geojson", removed),
    ("boundaries/counties.geojson", flipped),
    ("boundaries/edition.json", emptied),
    ("boundaries/anchors.csv", flipped),
    ("boundaries/prepared/index.json", removed),
    ("boundaries/prepared/counties-mid.*.json.br", flipped),
    ("corridors/*/legs.geojson", removed),
    ("corridors/*/legs.geojson", cut),
    ("corridors/*/legs.geojson", flipped),
    ("corridors/*/files.json", removed),
    ("corridors/*/places.csv", emptied),
    ("corridors/*/county_corridors.csv", removed),
    ("evidence/counties.csv", edited("268002", "268003")),
    ("evidence/counties.csv", removed),
    ("evidence/responses.csv", emptied),
    ("evidence/responses.csv", removed),
    ("evidence/classifications.csv", edited("Isiolo", "Isiollo")),
    ("evidence/classifications.csv", edited("transit", "crossing")),
    ("evidence/national_series.csv", removed),
    ("evidence/regional_programme.csv", removed),
    ("evidence/county_facts.csv", cut),
    ("evidence/edition.json", removed),
    ("evidence/edition.json", emptied),
    ("rules/roles.toml", removed),
    ("rules/roles.toml", edited("=", "")),
]


@pytest.mark.parametrize(("pattern", "harm"), CASES, ids=[f"{p.split('/')[-1]}-{h.__name__}" for p, h in CASES])
def test_a_damaged_or_missing_file_stops_the_start_in_one_sentence(
    tmp_path: Path, pattern: str, harm: Callable[[Path], None]
):
    shipped = tmp_path / "data"
    shutil.copytree(SHIPPED, shipped)
    harm(one(shipped, pattern))
    with pytest.raises(DataProblem) as refusal:
        open_world(DataSettings(home=tmp_path / "home", vault="", shipped=shipped))
    said = str(refusal.value)
    assert "\n" not in said
    assert len(re.findall(r"[.!?](?:\s+[A-Z]|$)", said)) == 1, said
    assert 30 < len(said) < 400


def test_an_undamaged_copy_opens(tmp_path: Path):
    shipped = tmp_path / "data"
    shutil.copytree(SHIPPED, shipped)
    assert len(open_world(DataSettings(home=tmp_path / "home", vault="", shipped=shipped)).counties) == 47


def test_the_command_prints_the_sentence_and_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    shipped = tmp_path / "data"
    shutil.copytree(SHIPPED, shipped)
    (shipped / "boundaries" / "counties.geojson").unlink()
    broken = DataSettings(home=tmp_path / "home", vault="", shipped=shipped)
    monkeypatch.setattr(serve, "data_settings", lambda: broken)
    assert cli.main(["serve"]) == 1
    printed = capsys.readouterr().err.strip()
    assert "counties.geojson" in printed
    assert "Traceback" not in printed
    assert "\n" not in printed
