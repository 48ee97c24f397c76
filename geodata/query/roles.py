"""Roles that counties hold, as the screen, the tables and the open API name them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from geodata.facts.roles import RoleDecision
from geodata.query.world import World
from geodata.values import Role


@lru_cache(maxsize=16)
def held_roles(world: World, rule: str) -> dict[str, tuple[str, ...]]:
    """Return P-code → codes of the roles held under a rule preset; counties without one are left out."""
    roles: dict[str, tuple[str, ...]] = {}
    for decision in world.role_decisions[rule]:
        if decision.held:
            pcode = str(decision.pcode)
            roles[pcode] = (*roles.get(pcode, ()), decision.role.value)
    return roles


@lru_cache(maxsize=16)
def one_voice_roles(world: World, rule: str) -> dict[str, tuple[str, ...]]:
    """Return P-code → codes of the roles held on the word of a single independent voice; no county without one."""
    roles: dict[str, tuple[str, ...]] = {}
    for decision in world.role_decisions[rule]:
        if decision.one_voice:
            pcode = str(decision.pcode)
            roles[pcode] = (*roles.get(pcode, ()), decision.role.value)
    return roles


@dataclass(frozen=True, slots=True)
class CountyRoles:
    """One county's decisions in the order of `values.Role`."""

    pcode: str
    """KE001 … KE047."""
    decisions: tuple[RoleDecision, ...]
    """One per role."""

    @property
    def held(self) -> tuple[RoleDecision, ...]:
        """The roles held."""
        return tuple(decision for decision in self.decisions if decision.held)

    @property
    def n_statements(self) -> int:
        """Statements on record, whatever their role."""
        return sum(decision.n_statements for decision in self.decisions)

    @property
    def unsteady(self) -> bool:
        """Whether another rule would decide one of its roles otherwise."""
        return any(decision.n_statements and not decision.steady for decision in self.decisions)


@dataclass(frozen=True, slots=True)
class RoleMap:
    """The 47 counties under one rule, in P-code order."""

    counties: tuple[CountyRoles, ...]

    def holding(self, role: Role) -> int:
        """Return how many counties hold a role."""
        return sum(any(own.role is role for own in county.held) for county in self.counties)

    @property
    def everything(self) -> int:
        """Counties that hold every role."""
        return sum(len(county.held) == len(Role) for county in self.counties)

    @property
    def silent(self) -> int:
        """Counties of which no statement on roles is on record."""
        return sum(not county.n_statements for county in self.counties)


@lru_cache(maxsize=4)
def role_map(world: World, rule: str) -> RoleMap:
    """Return the roles of all counties under a rule preset."""
    decisions: dict[str, dict[Role, RoleDecision]] = {pcode: {} for pcode in world.names}
    for decision in world.role_decisions[rule]:
        decisions[str(decision.pcode)][decision.role] = decision
    return RoleMap(tuple(CountyRoles(pcode, tuple(own[role] for role in Role)) for pcode, own in decisions.items()))
