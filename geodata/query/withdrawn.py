"""Whether a release that is open may still be shown: it may have been withdrawn meanwhile."""

from __future__ import annotations

from geodata.build.locations import PUBLIC
from geodata.query.world import World
from geodata.release.store import Store


def withdrawn(world: World, dataset: str, release_id: str) -> bool:
    """Say whether a release, once published and opened, has been withdrawn since.

    The public record that ships with the product cannot be. Raises DataProblem when the ledger is damaged.
    """
    if dataset == PUBLIC:
        return False
    return release_id in Store(world.settings.releases).ledger(dataset).withdrawn
