"""Which slides a deck has, for each purpose, and the deck itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.export.model import Brief, BriefFigure, BriefSource, BriefTable, MapCounty, Number
from dashboard.export.pptx import chart
from dashboard.export.pptx.map_legend import legend, legend_height
from dashboard.export.pptx.map_shapes import draw_map
from dashboard.export.pptx.slide import BODY, EMU, FOOT, SMALL, SlideCanvas, TextStyle, new_canvas
from dashboard.export.pptx.template import Master, open_master
from dashboard.export.pptx.tiles import quoted, tile, tiles
from dashboard.export.text_fitting import clean, fitted, height
from dashboard.settings import pptx_template
from geodata.query.estimates import in_fives
from geodata.query.world import World
from layers.theme import INK_SECOND

if TYPE_CHECKING:
    from dashboard.export import Progress

GAP = 18.0
MAP_SHARE, MAP_TOP = 0.6, 22.0
"""Share of the slide that the first map takes, and where it begins, in points."""
LEGEND_WIDE = 190.0
TABLE_OF = {"ways": "corridors", "responds": "responses"}
"""Question → the table that its map rests on, where it is not named like it."""
SOURCE_PT = (11.0, 10.0, 9.0, 8.0)
"""Sizes to try until the sources fit on their slide."""
KEY_SERIES = ("victims_identified", "investigations", "prosecutions", "convictions", "tip_tier")
"""National figures on a slide: the rest is in the data files."""


def make(brief: Brief, world: World, out: Path, progress: Progress, template: Path | None = None) -> None:
    """Write the deck of a brief to `out`; template: a file to take the master from, else the site's setting."""
    deck = Deck(brief, world, open_master(template or pptx_template()))
    steps = PLANS[brief.template]
    for i, step in enumerate(steps):
        progress(i / (len(steps) + 1))
        step(deck)
    deck.list_sources()
    deck.finish()
    deck.master.deck.save(str(out))
    progress(1.0)


def make_slide(brief: Brief, world: World, out: Path, progress: Progress, template: Path | None = None) -> None:
    """Write the first slide of the deck alone; its sources stand in its notes."""
    deck = Deck(brief, world, open_master(template or pptx_template()))
    _map(deck)
    deck.finish()
    deck.master.deck.save(str(out))
    progress(1.0)


class Deck:
    """A deck under construction."""

    def __init__(self, brief: Brief, world: World, master: Master) -> None:
        """Start without slides."""
        self.brief, self.world, self.master = brief, world, master
        self.sheets: list[SlideCanvas] = []
        self.size = (master.deck.slide_width / EMU, master.deck.slide_height / EMU)

    def canvas(self, title: str) -> SlideCanvas:
        """Add a slide."""
        made = new_canvas(self.master, self.brief, title)
        self.sheets.append(made)
        return made

    def finish(self) -> None:
        """Write notes and the file's own properties."""
        for canvas in self.sheets:
            canvas.finish()
        facts, stamp = self.master.deck.core_properties, self.brief.stamp
        facts.title, facts.author, facts.language = clean(self.brief.title)[:250], "Njia", self.brief.lang
        facts.subject, facts.keywords = clean(self.brief.headline)[:250], f"release {stamp.release}"
        facts.comments = clean(f"{stamp.citation} {stamp.address or stamp.link}")[:1000]
        facts.last_modified_by, facts.revision = "Njia", 1
        facts.created = facts.modified = datetime.fromisoformat(stamp.as_of)

    def list_sources(self) -> None:
        """List the sources on one slide, two columns; all are in its notes, and it says how many have no room."""
        rest = list(self.brief.sources)
        if not rest:
            return
        canvas = self.canvas(self.brief.words["sources"])
        left, top, wide, high = canvas.body
        column = (wide - GAP) / 2
        size = next(
            (size for size in SOURCE_PT if _columns_needed(rest, column, high - 20.0, size) <= 2), SOURCE_PT[-1]
        )
        for side in range(2):
            taken = _fill_column(rest, column, high - 20.0, size)
            text = "\n".join(f"{source.number}. {source.text}" for source in taken)
            if text:
                box = (left + side * (column + GAP), top, column, high - 14.0)
                canvas.text(text, box, TextStyle((size,)), f"sources {side + 1}")
            rest = rest[len(taken) :]
        if rest:
            more = self.brief.say("more_sources", n=len(rest))
            canvas.text(more, (left, top + high - 10.0, wide, 14.0), TextStyle((11.0, 10.0), colour=INK_SECOND))
        canvas.speak("\n".join(f"{source.number}. {source.text}" for source in self.brief.sources))
        canvas.line_at_foot()

    def cited(self, canvas: SlideCanvas, used: Sequence[str]) -> str:
        """Return the line of sources of a slide, and put the sources themselves into its notes."""
        brief = self.brief
        numbers = set(brief.numbers(tuple(dict.fromkeys(used))))
        mine = [source for source in brief.sources if source.number in numbers]
        if not mine:
            return brief.words["sources_none"]
        canvas.speak(
            f"{brief.words['sources']}:\n" + "\n".join(f"{source.number}. {source.text}" for source in mine[:60])
        )
        publishers = list(dict.fromkeys(source.publisher for source in mine))
        named = ", ".join(publishers[:6]) + (" …" if len(publishers) > 6 else "")
        return brief.say("sources_short", text=f"{brief.cite(tuple(source.id for source in mine))} {named}")


def _fill_column(rest: Sequence[BriefSource], wide: float, high: float, size: float) -> list[BriefSource]:
    taken: list[BriefSource] = []
    used = 0.0
    for source in rest:
        used += height(f"{source.number}. {source.text}", size, wide)
        if used > high and taken:
            break
        taken.append(source)
    return taken


def _columns_needed(sources: Sequence[BriefSource], wide: float, high: float, size: float) -> int:
    columns, rest = 0, list(sources)
    while rest:
        rest = rest[len(_fill_column(rest, wide, high, size)) :]
        columns += 1
    return columns


def _map(deck: Deck) -> None:
    """Slide 1: the map on three fifths of it, title, headline and figures in a column beside."""
    brief = deck.brief
    left, right, wide, high = 28.0, 24.0, *deck.size
    across = MAP_SHARE * wide * high / (high - FOOT - MAP_TOP)
    column = wide - left - right - GAP - across
    canvas = new_canvas(deck.master, brief, brief.title, column=(left, column) if deck.master.own else None)
    deck.sheets.append(canvas)
    top = MAP_TOP if deck.master.own else canvas.top
    box = (wide - right - across, top, across, high - FOOT - top)
    draw_map(canvas, deck.world, brief.map, box, stops=brief.template == "corridor")
    side = min(LEGEND_WIDE, across * 0.36)
    room = legend_height(brief.map, side)
    legend(canvas, brief.map, (box[0] + 12.0, box[1] + box[3] - room - 10.0, side, room))
    figures = _map_figures(brief)
    room = 78.0 * ((len(figures) + 1) // 2)
    rest = high - FOOT - canvas.top - room
    bold = TextStyle((18.0, 16.0, 15.0, 14.0, 13.0, 12.0), bold=True)
    narrow = column / canvas.wider(bold=True)
    fit = fitted(brief.headline, (narrow, rest * 0.62), bold.sizes)
    used = height(fit.text, fit.size, narrow) + 4.0
    canvas.text(brief.headline, (left, canvas.top, column, max(used, 20.0)), bold, "headline")
    more = "\n".join(brief.sentences[:2])
    place = (left, canvas.top + used + 6.0, column, rest - used - 12.0)
    canvas.text(more, place, TextStyle((14.0, 13.0, 12.0, 11.0, 10.5)), "sentences")
    tiles(canvas, figures, (left, high - FOOT - room, column, room))
    rests = brief.table(brief.map.question) or brief.table(TABLE_OF.get(brief.map.question, ""))
    cited = [source for row in rests.rows for source in row.sources] if rests else []
    cited = cited or [source for figure in brief.figures for source in figure.sources]
    canvas.speak(brief.headline, *brief.sentences, brief.words["recolour"])
    canvas.under_map(deck.cited(canvas, cited or [source.id for source in brief.sources]))
    canvas.speak(*brief.notes)


def _map_figures(brief: Brief) -> list[BriefFigure]:
    """Return the figures beside the map: two numbers of each main nature, or what a corridor has."""
    if brief.template == "compare" or (brief.template == "national" and brief.map.question):
        return []
    wanted = (
        ("incidents", "persons")
        if brief.template != "corridor"
        else ("n_legs", "length_km", "n_sources", "last_confirmed")
    )
    return [f for f in brief.figures if f.measure in wanted and f.area == brief.figures[0].area][:4]


def _trend(deck: Deck) -> None:
    """Figures with rates and intervals beside the years."""
    brief = deck.brief
    canvas = deck.canvas(f"{brief.words['figures']}: {brief.figures[0].area_name}, {brief.figures[0].period}")
    left, top, wide, high = canvas.body
    area = brief.figures[0].area
    figures = [f for f in brief.figures if f.measure != "unstated" and f.area == area][:9]
    natures = list(dict.fromkeys(f.nature for f in figures))
    measures = list(dict.fromkeys(f.measure for f in figures))
    half = wide * (0.42 if len(natures) < 3 else 0.5)
    across, tall = (half - 14.0 * (len(natures) - 1)) / len(natures), high / max(1, len(measures))
    for figure in figures:
        column, row = natures.index(figure.nature), measures.index(figure.measure)
        place = (left + column * (across + 14.0), top + row * tall, across, tall - 10.0)
        tile(canvas, figure, place, quoted(brief, figure))
    chart.trend_charts(canvas, brief.trends[0], (left + half + GAP, top, wide - half - GAP, high - 18.0))
    canvas.text(brief.trends[0].note, (left + half + GAP, top + high - 16.0, wide - half - GAP, 28.0),
               TextStyle(SMALL, colour=INK_SECOND))  # fmt: skip
    canvas.speak(*(f"{f.label}, {f.period}: {f.text} {f.interval} {brief.cite(f.sources)}" for f in figures))
    canvas.speak(*brief.notes[:4])
    deck.cited(canvas, [source for figure in figures for source in figure.sources])
    canvas.line_at_foot()


Columns = Sequence[tuple[str, float]]
"""Ids of columns and their shares of the width."""


def _table(deck: Deck, table: BriefTable | None, columns: Columns, pages: int = 2) -> None:
    """Show a table on as many slides as it needs, at most `pages`."""
    if table is None:
        return
    brief = deck.brief
    title = f"{table.title}: {_who(brief)}"
    for page in range(pages):
        canvas = deck.canvas(title if page == 0 else f"{title} ({brief.words['continued']})")
        left, top, wide, high = canvas.body
        noted = 26.0 if table.note else 0.0
        ids, shares = [column for column, _ in columns], [share for _, share in columns]
        shown = canvas.table(table, ids, (left, top, wide, high - noted), shares, last=page == pages - 1)
        if table.note:
            place = (left, top + high - noted + 8.0, wide, noted)
            canvas.text(table.note, place, TextStyle(SMALL, colour=INK_SECOND))
            canvas.speak(table.note)
        deck.cited(canvas, [source for row in table.rows[:shown] for source in row.sources])
        canvas.line_at_foot()
        table = replace(table, rows=table.rows[shown:])
        if not table.rows:
            return


def _who(brief: Brief) -> str:
    names = {county.pcode: county.name for county in brief.map.counties}
    if brief.template == "national":
        return "Kenya"
    if brief.template == "region":
        return brief.figures[0].area_name
    return ", ".join(names.get(pcode, pcode) for pcode in brief.subject)


def _roles(deck: Deck) -> None:
    """Show the roles with their statements; of several counties the first statement of each role."""
    table = deck.brief.table("roles")
    columns: list[tuple[str, float]] = [("role", 11), ("state", 11), ("grade", 7), ("statement", 50), ("sources", 9)]
    if table and deck.brief.template in ("compare", "region", "national"):
        columns.insert(0, ("county", 11))
        first = {(row.cells[0].text, row.cells[1].text): row for row in reversed(table.rows)}
        table = replace(table, rows=tuple(row for row in table.rows if row in first.values()))
    _table(deck, table, columns)


def _corridors(deck: Deck) -> None:
    columns = [("corridor", 42), ("nature", 12), ("grade", 8), ("mode", 13), ("drawn_km", 11), ("stops", 18)]
    _table(deck, deck.brief.table("corridors"), [*columns, ("sources", 11)])


def _events(deck: Deck) -> None:
    columns = [("date", 11), ("place", 16), ("nature", 13), ("form", 15), ("persons", 11), ("summary", 42)]
    _table(deck, deck.brief.table("events"), [*columns, ("sources", 10)])


def _responses(deck: Deck) -> None:
    columns = [("kind", 15), ("dates", 12), ("what", 40), ("count", 16), ("organisations", 20), ("sources", 10)]
    _table(deck, deck.brief.table("responses"), columns)


def _legs(deck: Deck) -> None:
    columns = [("leg", 34), ("nature", 13), ("grade", 8), ("basis", 12), ("n_sources", 13), ("last_confirmed", 12)]
    _table(deck, deck.brief.table("legs"), [*columns, ("length_km", 10), ("sources", 12)], pages=4)


def _compared(deck: Deck) -> None:
    table = deck.brief.table("compared")
    measures = [(c.id, 12.0) for c in table.columns if c.id in ("incidents", "persons", "rate")] if table else []
    columns = [
        ("county", 16.0),
        ("nature", 13.0),
        *measures,
        ("interval", 20.0),
        ("residents", 13.0),
        ("sources", 14.0),
    ]
    _table(deck, table, columns)


def _series(deck: Deck) -> None:
    """National figures: the ones asked for first, newest first."""
    table = deck.brief.table("series")
    if table is None:
        return
    rows = [row for row in table.rows if row.id.split(".")[1] in KEY_SERIES]
    rows.sort(key=lambda row: -int(row.cells[0].value or 0))
    columns = [("year", 8), ("indicator", 24), ("value", 11), ("unit", 16), ("note", 36), ("sources", 10)]
    _table(deck, replace(table, rows=tuple(rows)), columns)


def _on_a_slide(brief: Brief, county: MapCounty) -> Number:
    """Return a county's value as slides show it: an estimate of persons in fives."""
    value = county.value or 0
    estimated = any(figure.error is not None for figure in brief.figures)
    return in_fives(value) if estimated and county.figure.split(".")[2] == "persons" else value


def _counties(deck: Deck) -> None:
    """Counties with a number as bars, with what they must be read with."""
    brief = deck.brief
    rows = [(county.name, _on_a_slide(brief, county)) for county in brief.map.counties if county.value]
    rows.sort(key=lambda row: (-row[1], row[0]))
    if not rows:
        return
    canvas = deck.canvas(brief.map.title)
    left, top, wide, high = canvas.body
    shown = rows[:25]
    colour = next((item.colour for item in reversed(brief.map.legend) if item.code.isdigit()), INK_SECOND)
    note = min(260.0, wide * 0.28)
    chart.bars(canvas, shown, ("counties", brief.map.title, colour), (left, top, wide - note - GAP, high))
    cautions = "\n".join([brief.stamp.detection_line, *brief.notes[1:3]])
    canvas.text(cautions, (left + wide - note, top, note, high), TextStyle(BODY, colour=INK_SECOND))
    canvas.speak(*brief.notes)
    deck.cited(canvas, [source.id for source in brief.sources])
    canvas.line_at_foot()


def _areas(deck: Deck) -> None:
    """Show the compared counties by year, one chart per nature."""
    brief = deck.brief
    if not brief.trends:
        return
    canvas = deck.canvas(f"{brief.words['trend']}: {_who(brief)}")
    left, top, wide, high = canvas.body
    half = (wide - GAP) / 2
    for i, series in enumerate(brief.trends[0].series):
        chart.area_lines(canvas, brief.trends, series.nature, (left + i * (half + GAP), top, half, high - 20.0))
    canvas.text(brief.trends[0].note, (left, top + high - 14.0, wide, 28.0), TextStyle(SMALL, colour=INK_SECOND))
    deck.cited(canvas, [source for figure in brief.figures for source in figure.sources])
    canvas.line_at_foot()


def _care(deck: Deck) -> None:
    """Show the cautions that belong to the figures, and how to cite them."""
    brief = deck.brief
    canvas = deck.canvas(brief.words["notes"])
    left, top, wide, high = canvas.body
    notes = [
        *brief.notes,
        brief.say("cite", citation=brief.stamp.citation),
        brief.say("link", link=brief.stamp.address or brief.stamp.link),
    ]
    canvas.text("\n".join(notes), (left, top, wide, high), TextStyle((16.0, 15.0, 14.0, 13.0, 12.0, 11.0)))
    canvas.speak(*notes)
    canvas.line_at_foot()


PLANS: dict[str, tuple[Callable[[Deck], None], ...]] = {
    "county": (_map, _trend, _roles, _corridors, _events, _responses, _care),
    "national": (_map, _corridors, _roles, _trend, _counties, _series, _events, _responses, _care),
    "corridor": (_map, _legs, _care),
    "compare": (_map, _compared, _areas, _roles, _care),
    "region": (_map, _compared, _roles, _events, _responses, _care),
}
"""Template → its slides, before the sources."""
