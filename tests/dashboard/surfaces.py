"""Every surface that says something of a county, read as its reader gets it."""

from __future__ import annotations

import re
from functools import cache

from flask.testing import FlaskClient

from dashboard.export.brief import from_link
from dashboard.export.data.rows import sheets
from dashboard.export.model import Brief
from dashboard.i18n.catalogue import catalogue
from dashboard.lenses import lenses
from dashboard.lenses.base import LensView
from dashboard.lenses.responds.rows import value_words
from dashboard.lite.text import message, short_message
from dashboard.view.site import Site, choices_of
from dashboard.view.state import from_query
from dashboard.workspace.panel import panel_html
from geodata.query.county_card import card
from geodata.query.detection import response_gap
from tests.dashboard.reading import (
    MEASURES,
    NATURES,
    Facts,
    api_counts,
    brief_facts,
    card_facts,
    empty,
    figure_blocks,
    kind_or,
    message_facts,
    nothing,
    number,
    role_cells,
    role_summaries,
    roles_in,
    rows_of,
    short,
    stops_listed,
    text_of,
    text_roles,
    unstated,
    value,
)


class Surfaces:
    """Every surface of one site, each a function of the language: P-code → facts."""

    def __init__(self, site: Site, client: FlaskClient) -> None:
        """Take the site, and a client for what is asked over HTTP."""
        self.world, self.site, self.client = site.world, site, client
        self.choices = choices_of(self.world)

    def lens(self, key: str, query: str) -> LensView:
        """Return what a lens makes of a view."""
        return lenses()[key].view(self.site, from_query(query, self.choices)[0])

    def api(self, lang: str) -> dict[str, Facts]:
        """Read the open API, the yardstick of the others."""
        facts: dict[str, Facts] = {pcode: {} for pcode in self.world.names}
        for nature in NATURES:
            items = self.client.get(f"/api/v1/indicators.json?nature={nature}&lang={lang}").get_json()["items"]
            for row in items:
                if row["pcode"] in facts:
                    facts[row["pcode"]] |= api_counts(nature, row)
                    facts[row["pcode"]]["roles"] = tuple(sorted(filter(None, row["roles"].split(";"))))
        for feature in self.client.get(f"/api/v1/counties.geojson?lang={lang}").get_json()["features"]:
            own = feature["properties"]
            facts[own["pcode"]] |= {"stops": len(own["corridors"]), "km": own["drawn_km"]}
        for decision in self.world.role_decisions["standard"]:
            graded = decision.held and decision.best_grade
            state = decision.best_grade.value if graded else "below" if decision.n_statements else "none"
            facts[str(decision.pcode)][f"role {decision.role.value}"] = state
        return facts

    def geojson(self, lang: str) -> dict[str, Facts]:
        """Read the counties as a map file: a 0 is told apart from nothing."""
        facts = {}
        for feature in self.client.get(f"/api/v1/counties.geojson?lang={lang}").get_json()["features"]:
            own = feature["properties"]
            facts[own["pcode"]] = {
                f"{nature} {measure}": nothing(own, nature, measure) for nature in NATURES for measure in MEASURES[:2]
            } | {"roles": tuple(sorted(own["roles"]))}
        return facts

    def map(self, lang: str) -> dict[str, Facts]:
        """Read what stands on the map, and who does not see it hears."""
        tr, facts = catalogue(lang), {pcode: Facts() for pcode in self.world.names}
        for nature in NATURES:
            for measure in MEASURES:
                view = self.lens("detected", f"nature={nature}&measure={measure}&lang={lang}")
                for fill in view.fills:
                    shown = empty(tr, fill.words) if fill.empty else number(fill.text)
                    facts[fill.pcode][f"{nature} {measure}"] = shown
                    assert fill.empty or fill.text in fill.words, fill
        return facts

    def table(self, lang: str) -> dict[str, Facts]:
        """Read the table under the map."""
        tr, facts = catalogue(lang), {pcode: Facts() for pcode in self.world.names}
        for nature in NATURES:
            for measure in MEASURES:
                view = self.lens("detected", f"nature={nature}&measure={measure}&lang={lang}")
                for pcode, cells in rows_of(view.table):
                    cell = text_of(cells[1])
                    facts[pcode][f"{nature} {measure}"] = short(tr, cell)
                    facts[pcode]["roles"] = roles_in(tr, text_of(cells[2]))
                    facts[pcode] |= {"stops": number(text_of(cells[3])), "km": number(text_of(cells[4]))}
        return facts

    def roles(self, lang: str) -> dict[str, Facts]:
        """Read the table of roles."""
        tr = catalogue(lang)
        table = self.lens("roles", f"lens=roles&lang={lang}").table
        return {pcode: role_cells(tr, cells) for pcode, cells in rows_of(table)}

    def panel(self, lang: str) -> dict[str, Facts]:
        """Read the panel of a chosen county."""
        tr, facts = catalogue(lang), {}
        for pcode in self.world.names:
            html = panel_html(self.world, self.choices, from_query(f"county={pcode}&lang={lang}", self.choices)[0])
            opened = self.client.get(f"/workspace/panel/corridors?county={pcode}&lang={lang}").get_data(as_text=True)
            facts[pcode] = {
                **figure_blocks(tr, html),
                **role_summaries(tr, html),
                **stops_listed(html, after="means-panel-corridor", more=opened),
                "km": value(tr, "panel.drawn_km", "km", text_of(html)) or 0,
            }
        return facts

    def profile(self, lang: str) -> dict[str, Facts]:
        """Read the full profile."""
        tr, facts = catalogue(lang), {}
        for pcode in self.world.names:
            html = self.client.get(f"/county/{pcode}?lang={lang}").get_data(as_text=True)
            part = html.partition('<section id="figures">')[2].partition("</section>")[0]
            ways = html.partition('<section id="segments">')[2].partition("</section>")[0]
            facts[pcode] = {
                **figure_blocks(tr, part),
                **role_summaries(tr, html.partition('<section id="roles">')[2].partition("</section>")[0]),
                "stops": len(
                    re.findall(r">\s*C\d\d ", ways.partition('<ul class="plain corridors">')[2].partition("</ul>")[0])
                ),
                "km": value(tr, "panel.drawn_km", "km", text_of(ways)) or 0,
            }
        return facts

    def card(self, lang: str) -> dict[str, Facts]:
        """Read the light card."""
        tr, facts = catalogue(lang), {}
        for pcode in self.world.names:
            html = self.client.get(f"/lite/{pcode}?lang={lang}").get_data(as_text=True)
            facts[pcode] = card_facts(tr, html)
        return facts

    def lead(self, lang: str) -> dict[str, Facts]:
        """Read the sentence above the map when a county is chosen."""
        tr, facts = catalogue(lang), {}
        for pcode in self.world.names:
            sentence = self.lens("detected", f"county={pcode}&lang={lang}").sentence.replace("\u202f", "")
            found = sentence.partition(": ")[2].partition(". ")[0]
            parts = dict(zip(NATURES, found.split(", "), strict=True))
            facts[pcode] = {}
            for nature, part in parts.items():
                many = value(tr, "lens.joined.events", "n", part)
                persons = value(tr, "lens.joined.people", "n", part)
                facts[pcode][f"{nature} incidents"] = empty(tr, part) if many is None else many
                facts[pcode][f"{nature} persons"] = persons if persons is not None else unstated(tr, part, many)
        return facts

    def sms(self, lang: str) -> dict[str, Facts]:
        """Read the message of two parts behind “send”."""
        tr, facts = catalogue(lang), {}
        for pcode in self.world.names:
            facts[pcode] = message_facts(tr, short_message(card(self.world, pcode), tr, "https://njia.example.org"))
        return facts

    def text(self, lang: str) -> dict[str, Facts]:
        """Read the card as a text message."""
        tr, facts = catalogue(lang), {}
        for pcode in self.world.names:
            words = message(card(self.world, pcode), tr)
            facts[pcode] = message_facts(tr, words) | text_roles(tr, words)
            many = value(tr, "lite.sms.corridors", "n", words)
            facts[pcode] |= {} if many is None else {"stops": many}  # left out of a message that is too long
        return facts

    def slide(self, lang: str) -> dict[str, Facts]:
        """Read what slides and paper show, and the words of their headline."""
        tr = catalogue(lang)
        return {pcode: brief_facts(tr, pcode, self.brief(pcode, lang)) for pcode in self.world.names}

    def xlsx(self, lang: str) -> dict[str, Facts]:
        """Read the sheets of the workbook."""
        tr, facts = catalogue(lang), {}
        for pcode in self.world.names:
            book = {sheet.name: sheet for sheet in sheets(self.brief(pcode, lang))}
            row = next(row for row in book["counties"].rows if row["pcode"] == pcode)
            facts[pcode] = {
                **{
                    f"{held['nature']} {held['measure']}": kind_or(held["value"], str(held["empty"] or ""))
                    for held in book["figures"].rows
                    if held["area"] == pcode
                    and held["nature"] in NATURES
                    and held["measure"] in MEASURES
                    and held["period"] == "2007-2026"
                },
                "roles": roles_in(tr, str(row["roles"])),
                "stops": row["corridors"],
                "km": row["drawn_km"],
            }
        return facts

    def responds(self, lang: str) -> dict[str, Facts]:
        """Read what “who responds?” says of a county's exposure."""
        tr, facts = catalogue(lang), {}
        for pcode, gap in response_gap(self.world).counties.items():
            own = Facts()
            for nature in NATURES:
                words = value_words(tr, nature, gap, self.world, parts=True).replace("\u202f", "")
                persons = value(tr, f"response.value.{nature}", "n", words)
                own[f"{nature} persons"] = empty(tr, words) if persons is None else persons
            own["stops"] = (
                value(tr, "response.value.corridors", "n", value_words(tr, "corridors", gap, self.world)) or 0
            )
            held = value_words(tr, "roles", gap, self.world, parts=True)
            own["roles"] = roles_in(tr, held.partition(":")[2])
            assert number(re.findall(r"\d+", held)[0]) == len(own["roles"])  # type: ignore[arg-type]
            facts[pcode] = own
        return facts

    @cache  # noqa: B019 - one site for one test session
    def brief(self, pcode: str, lang: str) -> Brief:
        """Return the brief of a county, made once."""
        return from_link(self.world, self.choices, f"/?county={pcode}&lang={lang}")
