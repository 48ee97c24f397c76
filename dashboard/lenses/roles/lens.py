"""Source, transit, destination? The roles of all 47 counties under one rule, with grades and statements.

This is what “Show: roles” opens; the other lenses draw a role only where grade A holds it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dashboard.i18n.catalogue import Catalogue
from dashboard.lenses.base import CountyFill, Fold, Lens, LensKey, LensView, lens_key
from dashboard.lenses.tools import LensTools
from dashboard.view.site import Site
from dashboard.view.state import RULES, ViewState
from geodata.query.roles import CountyRoles, RoleMap, role_map
from geodata.values import Empty, Nature, Role
from layers.theme import LOOK_OF, PAPER, RAMPS

COLOURS = tuple(RAMPS[Nature.MIXED][i] for i in (0, 1, 2))
"""One, two and three roles: light enough for the marks on them."""
BELOW = "below"
"""A county with statements that hold no role."""


def roles(site: Site, state: ViewState) -> LensView:
    """Return the roles of all counties."""
    tools, county_roles = LensTools(site, state), role_map(site.world, state.rule)
    key = _key(tools, county_roles)
    return LensView(
        sentence=sentence(tools.tr, county_roles, state.rule),
        leaves_out=tools.tr.t("lens.roles.leaves_out"),
        fills=tuple(_fill(tools, county) for county in county_roles.counties),
        legend=tools.legend(key),
        table=tools.part(
            "roles/table.html", rows=[_row(tools, county) for county in county_roles.counties], roles=list(Role)
        ),
        controls=tools.part("roles/controls.html", rules=[(rule, tools.tr.t(f"rule.{rule}")) for rule in RULES]),
        folds=_folds(tools, county_roles),
        key=key,
    )


def sentence(tr: Catalogue, roles: RoleMap, rule: str) -> str:
    """Return how many counties hold each role, and of how many nothing is stated."""
    silent = tr.t("lens.roles.silent", n=roles.silent) if roles.silent else ""
    held = tr.t(
        "lens.roles.sentence",
        rule=tr.t(f"lens.roles.rule.{rule}"),
        total=len(roles.counties),
        everything=roles.everything,
        **{role.value: roles.holding(role) for role in Role},
    )
    return held + silent


def _fill(tools: LensTools, county: CountyRoles) -> CountyFill:
    tr, name = tools.tr, tools.site.world.names[county.pcode]
    if not county.held:
        key = BELOW if county.n_statements else "none"
        colour = PAPER if county.n_statements else LOOK_OF[Empty.NO_REPORT].fill
        empty = BELOW if county.n_statements else Empty.NO_REPORT.value
        words = tr.t("lens.roles.county", county=name, roles=tr.t(f"lens.roles.{key}"))
        return CountyFill(
            county.pcode, colour, empty, tr.t(f"lens.roles.{key}_short"), 0 if key == BELOW else -1, words
        )
    graded = [
        tr.t(
            "lens.roles.grade",
            role=tr.t(f"role.{own.role.value}"),
            grade=own.best_grade.value if own.best_grade else "",
        )
        + (f", {tr.t('outcome.one_voice_short')}" if own.one_voice else "")
        for own in county.held
    ]
    symbols = "".join(tr.t(f"role.symbol.{own.role.value}") for own in county.held)
    words = tr.t("lens.roles.county", county=name, roles="; ".join(graded))
    return CountyFill(county.pcode, COLOURS[len(county.held) - 1], None, symbols, len(county.held), words)


def _key(tools: LensTools, roles: RoleMap) -> LensKey:
    tr = tools.tr
    classes = [(colour, tr.t("lens.roles.held", n=n)) for n, colour in enumerate(COLOURS, 1)]
    if any(county.n_statements and not county.held for county in roles.counties):
        classes.insert(0, (PAPER, tr.t("lens.roles.below")))
    empties = [(LOOK_OF[Empty.NO_REPORT].fill, tr.t("lens.roles.none"))] if roles.silent else []
    return lens_key(tr.t("lens.roles.title"), classes, empties, tr.t("role.grade_key"))


def _row(tools: LensTools, county: CountyRoles) -> dict[str, Any]:
    return {
        "pcode": county.pcode,
        "name": tools.site.world.names[county.pcode],
        "decisions": county.decisions,
        "n": county.n_statements,
    }


def _folds(tools: LensTools, roles: RoleMap) -> tuple[Fold, ...]:
    tr = tools.tr
    unsteady = [_row(tools, county) for county in roles.counties if county.unsteady]
    stated = [_row(tools, county) for county in roles.counties if county.n_statements]
    return (
        Fold("rule", tr.t("lens.roles.folds.rule"), partial(tools.part, "roles/rule.html", roles=list(Role))),
        Fold(
            "unsteady",
            tr.t("lens.roles.folds.unsteady", n=len(unsteady)),
            partial(tools.part, "roles/unsteady.html", rows=unsteady),
        ),
        Fold(
            "statements", tr.t("lens.roles.folds.statements"), partial(tools.part, "roles/statements.html", rows=stated)
        ),
    )


LENS = Lens(key="roles", order=3, view=roles, roles=True, styles=("css/lens.css",))
