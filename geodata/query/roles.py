"""Roles that counties hold, as the screen, the tables and the open API name them."""

from __future__ import annotations

from functools import lru_cache

from geodata.query.world import World


@lru_cache(maxsize=16)
def held_roles(world: World, rule: str) -> dict[str, tuple[str, ...]]:
    """Return P-code → codes of the roles held under a rule preset; counties without one are left out."""
    roles: dict[str, tuple[str, ...]] = {}
    for decision in world.role_decisions[rule]:
        if decision.held:
            pcode = str(decision.pcode)
            roles[pcode] = (*roles.get(pcode, ()), decision.role.value)
    return roles
