"""The groups of filters and their options: only values that occur in the data. Form and drawer both take them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.site import Site
from dashboard.view.state import Choices, ViewState
from geodata.values import Confidence, Role


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """One group of filters.

    key: key of the link. label: its name in words. options: value and words.
    chosen: values of the view. single: whether one value at most may be chosen.
    """

    key: str
    label: str
    options: list[tuple[str, str]]
    chosen: tuple[str, ...]
    single: bool


def filter_groups(tr: Catalogue, legal: Choices, state: ViewState) -> list[FilterGroup]:
    """Return the groups that have options, in the order of the page."""
    sure = () if legal.protected else tuple(confidence.value for confidence in Confidence)
    listed = (
        ("form", "form", legal.forms),
        ("nationality", "group" if legal.protected else "country", legal.nationalities),
        ("sex", "sex", legal.sexes),
        ("age", "age", legal.ages),
        ("confidence", "confidence", sure),
        ("outcome", "outcome.people", legal.outcomes),
        ("suspects", "outcome.suspects", legal.suspects),
        ("role", "role", tuple(role.value for role in Role)),
    )
    groups = []
    for key, prefix, values in listed:
        if not values:
            continue
        options = [(value, tr.code(prefix, value)) for value in values]
        if key in ("form", "nationality"):
            options.sort(key=lambda option: option[1])
        single = legal.protected and key != "role"
        groups.append(FilterGroup(key, tr.t(f"filters.{key}"), options, getattr(state, key), single))
    return groups


def corridor_names(site: Site, tr: Catalogue) -> list[tuple[str, str]]:
    """Return id and name of every corridor."""
    rows = site.world.corridors.corridors
    return [(str(row["corridor_id"]), tr.corridor(str(row["corridor_id"]), str(row["name"]))) for row in rows]
