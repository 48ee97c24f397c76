"""Where built things live: the shipped release and the corridors prepared for a boundary edition.

Kept apart from `build`, which needs GeoPandas, so that the web process can find them without it.
"""

from __future__ import annotations

from pathlib import Path

from geodata.boundaries import Edition
from geodata.release.store import Store
from geodata.settings import DataSettings

PUBLIC = "public"
"""Name of the dataset that ships with the product."""


def public_store(settings: DataSettings) -> Store:
    """Return the store of the public record's releases: the shipped one, or the one with this user's additions."""
    return Store(settings.record / "releases")


def corridor_folder(settings: DataSettings, edition: Edition) -> Path:
    """Return where the corridors prepared for a boundary edition live."""
    home = settings.home if edition.official and settings.merged is None else settings.record
    return home / "corridors" / edition.id
