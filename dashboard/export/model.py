"""What every format is made from: one frozen `Brief`, plain enough to be JSON, and the figures in it.

**How a format shows its figures.** Every figure has an id made of area, nature, measure and period
(``KE011.smuggling.persons.2014-2025``; `figure_id`). The same id is the same figure wherever it stands
(big number, county on the map, table cell, year of the trend, interval), and `figures_of` refuses a brief
that says two things under one id. So that a test can read a file back with somebody else's reader:

* PPTX: the text box of a figure is named ``figure <id>`` and its text is `Figure.text`; a table's graphic
  frame is named ``table <table id>``, rows and columns in the brief's order; a chart is named
  ``trend <area>`` or ``chart …``, its workbook holds the values; a county's shape is named
  ``KE011 Isiolo`` and its description is `MapCounty.words`.
* PDF: `Figure.text` and its label stand in one paragraph of selectable text; tables cell by cell.
* XLSX, CSV, Parquet: a table ``figures`` with the columns of `figure_rows`, beside the tables of the brief.
* GeoPackage, GeoJSON: columns ``figure`` (id), ``value`` (number, null when empty) and ``empty`` per county.
* SVG: each county path has ``data-figure`` (id), ``data-value`` (as `plain` writes it) and a ``<title>``;
  each text of a figure has ``data-figure`` too. PNG: the same drawing; its text chunk ``njia-figures`` holds the JSON
  of `figures_of`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from geodata.query.estimates import in_fives
from layers.legend import LegendItem
from layers.ribbons import Ribbon

TEMPLATES = ("county", "corridor", "national", "compare", "region")
COUNTIES, NO_COUNTY = "counties", "no_county"
"""Areas beside the P-codes: the 47 counties together, and what belongs to the country and to no county."""

COUNTED = ("incidents", "persons", "rate")
"""Measures whose 0 says that somebody was looking."""

Number = int | float
Held = Number | str
"""A number, or the kind of empty where there is none."""


def figure_id(area: str, nature: str, measure: str, first: int, last: int) -> str:
    """Return the id of a figure; one year is written once."""
    return f"{area}.{nature}.{measure}.{first}" + ("" if first == last else f"-{last}")


@dataclass(frozen=True, slots=True)
class BriefFigure:
    """One number with all it needs to be quoted: label, unit, period, denominator, note, sources.

    value is None and `empty` says why (a kind of `geodata.values.Empty`, or ``unstated``) where there is no number.
    low, high: the exact 95 % interval of a rate. error: standard error of
    an estimate, with low and high its own 95 % interval; None for an exact count.
    denominator: residents a rate is over. sources: ids, numbered in `Brief.sources`.
    """

    id: str
    area: str
    area_name: str
    nature: str
    nature_name: str
    measure: str
    label: str
    value: Number | None
    text: str
    unit: str
    period: str
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    interval: str = ""
    error: float | None = None
    empty: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapCounty:
    """One county as the screen fills it; `code` is its class code (`layers.theme.CODES`, ``x``: left out by a filter).

    colour: flat hex, also under a pattern. mark: ``fill``, or the pattern of an empty: ``zero``, ``hatch``, ``dots``,
    ``flat``, or of another question than the counts (an overlay of `layers.minimap`). words: the whole statement, for
    alt texts. at: label point, lon/lat. letters: what another question writes under the name.
    """

    pcode: str
    name: str
    figure: str
    value: Number | None
    text: str
    empty: str
    code: str
    colour: str
    mark: str
    words: str
    selected: bool
    at: tuple[float, float]
    letters: str = ""


@dataclass(frozen=True, slots=True)
class BriefLeg:
    """One leg of a corridor, for files and for words. line: (lon, lat) pairs in the direction of travel.

    drawn: how its line was drawn (`road`, `coast`, `lake`, `air`, `straight`), which no source states. colour: hex
    of its nature. forward: it belongs to the corridor brought forward, or all are alike.
    """

    id: str
    corridor: str
    nature: str
    nature_name: str
    inferred: bool
    alternative: bool
    forward: bool
    old: bool
    n_sources: int
    drawn: str
    colour: str
    words: str
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class BriefStop:
    """A named stop on the map; `kind` is town, hub, border_crossing and so on.

    words: the name as the map writes it; the emblem's has the shapes of the roles held there. rank: stops that are read
    first have more (0: only where there is room). emblem: the one stop in a dark pill. angle: the screen's, in degrees,
    of a line through it.
    """

    id: str
    name: str
    kind: str
    abroad: bool
    at: tuple[float, float]
    words: str
    rank: float = 0.0
    emblem: bool = False
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class BriefMap:
    """What stands on the map: title with unit and period, 47 counties, legend, stops, window in degrees.

    lines: the legs, for files and words; ribbons: the same as they are drawn, from behind to front. filled: counties
    are coloured by their figures, and `legend` is shown; not on a map about corridors. question: the question whose
    map it is, "" for the counts. note: what stands under the legend.
    """

    title: str
    unit: str
    period: str
    words: str
    counties: tuple[MapCounty, ...]
    legend: tuple[LegendItem, ...]
    line_legend: tuple[LegendItem, ...]
    lines: tuple[BriefLeg, ...]
    ribbons: tuple[Ribbon, ...]
    stops: tuple[BriefStop, ...]
    window: tuple[float, float, float, float]
    filled: bool = True
    question: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One nature over the years: a value or a kind of empty per year, never both.

    values: exact, or a caseload's estimates in whole persons, as files give them.
    """

    nature: str
    name: str
    colour: str
    figures: tuple[str, ...]
    values: tuple[Number | None, ...]
    empties: tuple[str, ...]
    estimated: bool = False

    @property
    def drawn(self) -> tuple[Number | None, ...]:
        """The values as slides, pictures and their words show them: estimates in fives."""
        if not self.estimated:
            return self.values
        return tuple(None if value is None else in_fives(value) for value in self.values)


@dataclass(frozen=True, slots=True)
class Trend:
    """One area by year, natures apart."""

    area: str
    area_name: str
    title: str
    unit: str
    note: str
    years: tuple[int, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class BriefColumn:
    """A column: `kind` is text or number (aligned right)."""

    id: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class BriefCell:
    """A cell: text as shown, its number, the figure it is, its kind of empty, the language of a quotation."""

    text: str
    value: Number | None = None
    figure: str = ""
    empty: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class BriefRow:
    """One line of a table with what it rests on; `nature` where the line is of one."""

    id: str
    cells: tuple[BriefCell, ...]
    sources: tuple[str, ...] = ()
    nature: str = ""


@dataclass(frozen=True, slots=True)
class BriefTable:
    """A table; `empty` is the sentence that stands where it has no rows."""

    id: str
    title: str
    columns: tuple[BriefColumn, ...]
    rows: tuple[BriefRow, ...]
    empty: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class BriefSource:
    """One source that the brief uses; `text` is the whole citation. Withheld sources have no title and no address."""

    number: int
    id: str
    publisher: str
    title: str
    date: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What goes under every map and into every file: where the figures come from and how to cite them.

    release: the content hash, 64 hex digits; `release_short` its first 12. link: the view, from the site's root;
    `address` the same with the site's address where that is known. banner: words that mark invented data, else "".
    lines: disclaimer, help (whom to call), as-of, release, boundaries, licence and citation in the reader's words.
    """

    dataset: str
    release: str
    release_short: str
    published: str
    as_of: str
    boundaries: str
    boundaries_title: str
    boundaries_citation: str
    boundaries_licence: str
    link: str
    address: str
    synthetic: bool
    banner: str
    disclaimer: str
    help_line: str
    as_of_line: str
    release_line: str
    boundaries_line: str
    detection_line: str
    citation: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One view for one purpose, complete: every format shows this and nothing else.

    template: one of `TEMPLATES`. subject: P-codes, or the corridor's id. name: safe stem of a file name. title: short;
    headline: the one sentence; sentences: the further ones; notes: cautions that must travel with the figures. words:
    fixed words of the formats in the reader's language (``export.brief.*``) by their last part; `say` fills them in.
    """

    template: str
    lang: str
    subject: tuple[str, ...]
    name: str
    title: str
    headline: str
    sentences: tuple[str, ...]
    figures: tuple[BriefFigure, ...]
    map: BriefMap
    trends: tuple[Trend, ...]
    tables: tuple[BriefTable, ...]
    notes: tuple[str, ...]
    sources: tuple[BriefSource, ...]
    stamp: Stamp
    words: dict[str, str]

    def to_json(self) -> str:
        """Return the brief as JSON, keys sorted: the same brief gives the same bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    def say(self, word: str, /, **values: object) -> str:
        """Return one of the fixed words, its placeholders filled."""
        return self.words[word].format(**values)

    def table(self, table_id: str) -> BriefTable | None:
        """Return a table, None where this template has none of that id."""
        return next((table for table in self.tables if table.id == table_id), None)

    def numbers(self, source_ids: tuple[str, ...]) -> tuple[int, ...]:
        """Return the numbers of sources, ascending."""
        known = {source.id: source.number for source in self.sources}
        return tuple(sorted({known[source_id] for source_id in source_ids if source_id in known}))

    def cite(self, source_ids: tuple[str, ...]) -> str:
        """Return numbers in brackets, runs drawn together: ``[1, 3–5]``; nothing for none."""
        runs: list[list[int]] = []
        for number in self.numbers(source_ids):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        ranges = (f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
        text = ", ".join(ranges)
        return f"[{text}]" if text else ""


def figures_of(brief: Brief) -> dict[str, Held]:
    """Return id → number, or the kind of empty: everything a file of this brief may say.

    Raises ValueError where the brief says two things under one id.
    """
    held: dict[str, Held] = {}
    for figure, value in _stated(brief):
        if held.setdefault(figure, value) != value:
            raise ValueError(f"{figure} is both {held[figure]!r} and {value!r}")
    return dict(sorted(held.items()))


def figure_rows(brief: Brief) -> list[dict[str, Held | None]]:
    """Return the figures as rows for data files: id, area, nature, measure, period, value, empty."""
    rows: list[dict[str, Held | None]] = []
    for figure, held in figures_of(brief).items():
        area, nature, measure, period = (*figure.split("."), "", "", "")[:4]
        number = None if isinstance(held, str) else held
        names = {"id": figure, "area": area, "nature": nature, "measure": measure, "period": period}
        empty = held if isinstance(held, str) else "zero" if held == 0 and measure in COUNTED else ""
        rows.append({**names, "value": number, "empty": empty})
    return rows


def plain(value: Held) -> str:
    """Return a value as files without number types write it: no separators, no trailing zeros."""
    return value if isinstance(value, str) else f"{value:.10g}"


def _stated(brief: Brief) -> Iterator[tuple[str, Held]]:
    for figure in brief.figures:
        yield figure.id, figure.empty if figure.value is None else figure.value
        if figure.low is not None and figure.high is not None:
            yield figure.id.replace(f".{figure.measure}.", f".{figure.measure}_low."), figure.low
            yield figure.id.replace(f".{figure.measure}.", f".{figure.measure}_high."), figure.high
    for county in brief.map.counties:
        yield county.figure, county.empty if county.value is None else county.value
    for series in (series for trend in brief.trends for series in trend.series):
        for name, value, empty in zip(series.figures, series.values, series.empties, strict=True):
            yield name, empty if value is None else value
    for cell in (cell for table in brief.tables for row in table.rows for cell in row.cells if cell.figure):
        yield cell.figure, cell.empty if cell.value is None else cell.value
