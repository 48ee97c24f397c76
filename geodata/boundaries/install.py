"""Installing an official boundary file, and going back: all or nothing.

A full edition is written to a temporary folder, checked, renamed to ``boundaries/<id>`` under the
user's home, and only then does the one-line pointer ``CURRENT`` change.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import shapely

from geodata import files
from geodata.boundaries import context, official, shipped
from geodata.boundaries.assemble import Card, Layer, assemble
from geodata.boundaries.edition import CURRENT, Edition, open_edition, shipped_folder
from geodata.boundaries.topology import Coverage, clean
from geodata.settings import DataSettings

STALE_SECONDS = 3600
"""Age at which a temporary folder left by a killed installation is removed."""


def use(
    path: Path,
    settings: DataSettings,
    before_switch: Callable[[Edition], object] | None = None,
    say: Callable[[str], object] = lambda _stage: None,
) -> Edition:
    """Check a boundary file and make it the edition in use; raise DataProblem and change nothing if unfit.

    `before_switch` is called with the new edition before readers see it, to prepare what depends
    on boundaries.  `say` hears what is being done.
    """
    say(f"Reading {path.name} …")
    ours = open_edition(shipped_folder(settings))
    names = shipped.county_names(settings)
    exact = official.read(path)
    say("The 47 counties are there; comparing their places with the shipped map …")
    mine: Coverage = dict(ours.counties().geometry.items())
    official.check_places(path.name, exact, mine, names)
    say("Drawing the map in its sizes …")
    layer = Layer(exact, _drawn(exact), names)
    around = context.fit(shipped.load_ground(ours.folder / shipped.GROUND), layer.drawn)
    _sweep(settings.boundaries)
    with files.fresh_folder(settings.boundaries / "edition") as fresh:
        assemble(fresh, layer, around, _card(path))
        target = settings.boundaries / open_edition(fresh).id
        files.swap(fresh, target)
    edition = open_edition(target)
    if before_switch is not None:
        say("Preparing what depends on boundaries: places, corridors, neighbours …")
        before_switch(edition)
    files.replace_file(settings.boundaries / CURRENT, f"{edition.id}\n".encode())
    return edition


def reset(settings: DataSettings) -> bool:
    """Return to the shipped edition; tell whether another one was in use."""
    pointer = settings.boundaries / CURRENT
    in_use = pointer.exists()
    pointer.unlink(missing_ok=True)
    return in_use


def _drawn(exact: Coverage) -> Coverage:
    """Return the shapes as a valid coverage; drawing noise within the limits of `official` is cleaned."""
    shapes = list(exact.values())
    if not shapely.coverage_is_valid(shapes):
        shapes = clean(shapes, 0.0005)
    return dict(zip(exact, shapes, strict=True))


def _card(path: Path) -> Card:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Card(
        title="Official county boundaries (COD-AB, administrative level 1)",
        citation=(
            f"County boundaries: OCHA COD-AB, Kenya, administrative level 1, from the file {path.name} "
            f"(SHA-256 {digest[:12]}…) installed by the operator; surroundings: Natural Earth (public domain)."
        ),
        licence="as stated by the publisher of the file",
        notice="The county shapes are those of the installed file, unchanged; its publisher's terms apply.",
        official=True,
        sources=({"name": path.name, "sha256": digest, "citation": "installed by the operator"},),
    )


def _sweep(folder: Path) -> None:
    """Remove what a killed installation left behind."""
    for left in folder.glob(".*") if folder.is_dir() else ():
        if left.is_dir() and time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
