"""Data work on the command line: each room registers its own verbs here."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so

ROOMS: tuple[str, ...] = (
    "geodata.build.cli",
    "geodata.build.boundaries_cli",
    "geodata.intake.cli",
    "geodata.demo.cli",
    "geodata.release.cli",
    "geodata.intake.attached.cli",
    "geodata.additions.cli",
    "geodata.corrections.cli",
    "geodata.links.cli",
)
"""Modules with a `register(verbs)`, in the order `--help` lists them."""


def register(verbs: Verbs) -> None:
    """Add the verbs of every room."""
    for room in ROOMS:
        import_module(room).register(verbs)
