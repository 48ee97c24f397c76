"""What ships is what the evidence gives: a rebuild makes the same release, byte for byte."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from geodata.build.locations import PUBLIC, public_store
from geodata.build.record import build
from geodata.settings import from_environment

SETTINGS = from_environment({"NJIA_HOME": "/nonexistent"})


def test_a_rebuild_gives_what_ships(tmp_path: Path) -> None:
    shipped = tmp_path / "data"
    shutil.copytree(SETTINGS.shipped, shipped)
    shutil.rmtree(shipped / "releases")
    shutil.rmtree(shipped / "corridors")
    there = replace(SETTINGS, shipped=shipped, home=tmp_path / "home")
    made = build(there)
    current = public_store(SETTINGS).open_current(PUBLIC)
    assert made.release == current.id
    for path in (SETTINGS.shipped / "corridors").rglob("*.*"):
        again = shipped / path.relative_to(SETTINGS.shipped)
        assert again.read_bytes() == path.read_bytes(), path.name
    listed = shipped / "evidence" / "edition.json"
    assert listed.read_bytes() == (SETTINGS.shipped / "evidence" / "edition.json").read_bytes()
    assert (made.counties, made.incidents, made.statements) == (47, 323, 381)


def test_the_shipped_release_verifies() -> None:
    store = public_store(SETTINGS)
    card = store.verify(store.open_current(PUBLIC).id)
    assert card.policy == "public-record"
    assert not card.synthetic
