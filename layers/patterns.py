"""The marks of the four empties and the role hatches as SVG patterns, in pixels of the screen.

`pattern_defs` gives one ``<defs>`` fragment the page inserts once; county paths then take
``fill="url(#njia-hatch)"``. Patterns are in user space, so density does not change with zoom.
Legend, table cell and map use the same ids, so the four empties look the same everywhere.
"""

from __future__ import annotations

from geodata.values import Role
from layers.theme import EMPTY_GROUND, HATCH, INK, INK_SECOND, MARK_INK, PAPER, WHITE

_EMPTIES = {
    "njia-zero": (
        36,
        (
            f'<rect width="36" height="36" fill="{WHITE}"/>'
            f'<text x="18" y="21" text-anchor="middle" font-size="9" fill="{MARK_INK}">0</text>'
        ),
    ),
    "njia-hatch": (
        9,
        (
            f'<rect width="9" height="9" fill="{EMPTY_GROUND}"/>'
            f'<path d="M-1,1 l2,-2 M0,9 l9,-9 M8,10 l2,-2" stroke="{HATCH}" stroke-width=".9"/>'
        ),
    ),
    "njia-unstated": (
        9,
        (
            f'<rect width="9" height="9" fill="{EMPTY_GROUND}"/>'
            f'<path d="M4.5,2.4 v4.2 M2.4,4.5 h4.2" stroke="{MARK_INK}" stroke-width="1"/>'
        ),
    ),
    "njia-dots": (
        5,
        (
            f'<rect width="5" height="5" fill="{EMPTY_GROUND}"/>'
            f'<circle cx="1.2" cy="1.2" r=".75" fill="{INK_SECOND}"/>'
            f'<circle cx="3.7" cy="3.7" r=".75" fill="{INK_SECOND}"/>'
        ),
    ),
}

_ROLE_LINE = {
    Role.SOURCE: "M0,10 L10,0",  # rising: ways out
    Role.TRANSIT: "M0,5 L10,5",  # level: ways through
    Role.DESTINATION: "M0,0 L10,10",  # falling: ways in
}


def role_code(roles: frozenset[Role] | set[Role]) -> str:
    """Return the pattern id of a set of roles, ``njia-role-sd`` for source and destination; '' for none."""
    letters = "".join(role.value[0] for role in Role if role in roles)
    return f"njia-role-{letters}" if letters else ""


def pattern_defs() -> str:
    """Return the inside of an SVG ``<defs>``: three empties and the seven sets of roles."""
    parts = [_pattern(name, size, inner) for name, (size, inner) in _EMPTIES.items()]
    for bits in range(1, 8):
        roles = {role for i, role in enumerate(Role) if bits >> i & 1}
        lines = "".join(
            f'<path d="{_ROLE_LINE[role]}" stroke="{INK}" stroke-width=".9" opacity=".55"/>'
            for role in Role
            if role in roles
        )
        ground = f'<rect width="10" height="10" fill="{PAPER}"/>'
        parts.append(_pattern(role_code(roles), 10, ground + lines))
    return "".join(parts)


def _pattern(name: str, size: int, inner: str) -> str:
    return f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">{inner}</pattern>'
