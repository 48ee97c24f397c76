"""What every template may ask for, bound to one world, one language and one view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.i18n.corrections import corrected, corrected_item
from dashboard.view.reducer import FIELDS, reduce
from dashboard.view.state import Choices, ViewState, to_queries, to_query
from geodata.query.profiles import shared_total
from geodata.query.rows import RoleDecision
from geodata.query.world import LedgerSource, World
from geodata.values import about_km


class TemplateTools:
    """What every template may ask for, bound to one world, one language and one view."""

    def __init__(self, world: World, choices: Choices, state: ViewState) -> None:
        """Bind the tools to a view."""
        self.world = world
        self.choices = choices
        self.state = state
        self.tr: Catalogue = catalogue(state.lang)

    def names(self) -> Mapping[str, Any]:
        """Return the names templates use."""
        return {
            "c": self.tr,
            "state": self.state,
            "names": self.world.names,
            "link": self.link,
            "links": self.links,
            "source_of": self.source_of,
            "rate_text": self.tr.rate,
            "stability": self.stability,
            "about_km": about_km,
            "county_names": self.county_names,
            "country_names": self.country_names,
            "shared": lambda total_id: shared_total(self.world, total_id),
            "corrected": lambda pcode: corrected(self.world, self.tr, pcode),
            "corrected_item": lambda kind, key: corrected_item(self.world, self.tr, kind, key),
            "indicator_name": lambda code: self.tr.t(f"indicator.{code}"),
        }

    def link(self, **changes: str) -> str:
        """Return the address of this view after a choice (key of the link=value), with what the choice takes along."""
        return f"/?{to_query(reduce(self.state, self.choices, **changes), self.choices)}"

    def links(self, key: str, values: Iterable[str]) -> dict[str, str]:
        """Return value → what `link` gives for it, for values of a key that are none of them empty."""
        wanted = list(values)
        if not wanted:
            return {}
        chosen = reduce(self.state, self.choices, **{key: wanted[0]})
        queries = to_queries(chosen, self.choices, FIELDS[key], wanted)
        return {value: f"/?{query}" for value, query in queries.items()}

    def source_of(self, source_id: str) -> LedgerSource | None:
        """Return a row of the ledger, None for an id that is not in it."""
        return self.world.source_rows.get(source_id)

    def stability(self, answer: RoleDecision) -> str:
        """Return in words how an answer on roles changes with the rule, and whether it rests on a single voice."""
        under = set(answer.holds_under)
        key = "steady" if len(under) == 3 else "loses" if "standard" in under else "only_loose" if under else "never"
        alone = f" {self.tr.t('outcome.one_voice')}" if answer.one_voice else ""
        return self.tr.t(f"role.stability.{key}") + alone

    def county_names(self, pcodes: tuple[str, ...]) -> str:
        """Return county names, comma-separated."""
        return ", ".join(self.world.names[pcode] for pcode in pcodes)

    def country_names(self, codes: str) -> str:
        """Return country names for ISO3 codes separated by semicolons; other words stay as they are."""
        parts = [part.strip() for part in codes.split(";")]
        tr = self.tr
        return ", ".join(tr.t(f"country.{p}") if tr.has(f"country.{p}") else tr.given("area", p) for p in parts)
