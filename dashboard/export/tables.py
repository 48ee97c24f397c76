"""The tables of a brief: counties, events, roles, legs, responses, national series; every row names its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.export.model import NO_COUNTY, Cell, Column, Figure, Number, Row, Table, figure_id
from dashboard.export.view import UNSTATED, View, rate_decimals
from dashboard.i18n.catalogue import MISSING
from geodata.query.cube import NATURES
from geodata.query.indicators import indicator_rows
from geodata.query.profiles import shared_total
from geodata.values import NATIONAL

QUOTED = "en"
"""Language of what is quoted from the evidence."""
MAIN = NATURES[:2]


def counties(view: View) -> Table:
    """Return the 47 counties (and what belongs to none) for the nature and the frame on the map."""
    nature, frame, cat = view.state.nature, view.frame, view.cat
    measures = ["persons", "rate"] if view.protected else ["incidents", "persons", "rate"]
    shown = {row["pcode"]: row for row in view.shot.table()}
    rows = []
    for line in indicator_rows(view.world, view.counted, nature, frame):
        pcode = str(line["pcode"])
        if pcode == NATIONAL:
            if line["status"] == "reported":
                rows.append(_no_county(view, line, measures))
            continue
        more = shown[pcode]
        cells = [Cell(pcode), Cell(view.world.names[pcode])]
        cells += [_value(view, pcode, nature, measure, frame) for measure in measures]
        cells.append(_interval(view, line))
        cells += [_number(view, more["residents"]), Cell(str(more["roles"]))]
        cells += [_number(view, more["corridors"]), _number(view, more["km"])]
        rows.append(Row(pcode, tuple(cells), view.event_sources(pcode, nature), nature))
    columns = (
        Column("pcode", cat.t("export.column.pcode")),
        Column("county", cat.t("column.county")),
        *(Column(measure, cat.t(f"measure.{measure}"), "number") for measure in measures),
        Column("interval", cat.t("export.column.interval")),
        Column("residents", cat.t("column.population"), "number"),
        Column("roles", cat.t("column.roles")),
        Column("corridors", cat.t("column.corridors"), "number"),
        Column("corridor_km", cat.t("column.corridor_km"), "number"),
    )
    note = cat.t("foot.detected" if view.public else "foot.caseload", years=view.years(frame))
    title = f"{cat.t(f'nature.{nature}')}, {view.shot.years}"
    return Table("counties", title, columns, tuple(rows), "", note)


def _no_county(view: View, line: Mapping[str, Any], measures: Sequence[str]) -> Row:
    cells = [Cell(NATIONAL), Cell(view.cat.t("export.area.no_county"))]
    for measure in measures:
        value = line["persons"] if measure == "persons" else line["incidents"] if measure == "incidents" else None
        name = view.id(NO_COUNTY, view.state.nature, measure, view.frame) if measure != "rate" else ""
        empty = "" if value is not None else UNSTATED
        text = MISSING if measure == "rate" else view.said(value, empty, measure)
        cells.append(Cell(text, value, name, empty if measure != "rate" else ""))
    cells += [Cell(MISSING)] * 5
    return Row(NATIONAL, tuple(cells), view.event_sources(NATIONAL, view.state.nature), view.state.nature)


def _value(view: View, pcode: str, nature: str, measure: str, frame: int) -> Cell:
    value, empty = view.reading(pcode, nature, measure, frame)
    return Cell(view.said(value, empty, measure), value, view.id(pcode, nature, measure, frame), empty)


def _interval(view: View, line: Mapping[str, Any]) -> Cell:
    if view.left_out(str(line["pcode"])):
        return Cell(MISSING)
    return _between(view, line["rate_low"], line["rate_high"])


def _between(view: View, low: float | None, high: float | None) -> Cell:
    if low is None or high is None:
        return Cell(MISSING)
    return Cell(f"{view.cat.number(low, rate_decimals(low))}–{view.cat.number(high, rate_decimals(high))}")


def _number(view: View, value: Number | None, decimals: int = 0) -> Cell:
    return Cell(view.cat.number(value, decimals), value)


def compared(view: View, pcodes: Sequence[str], figures: Sequence[Figure]) -> Table:
    """Return the chosen counties side by side: one row per county and nature, never added up."""
    cat, by_id = view.cat, {figure.id: figure for figure in figures}
    measures = ["persons", "rate"] if view.protected else ["incidents", "persons", "rate"]
    rows = []
    for pcode in pcodes:
        for nature in NATURES:
            mine = [by_id.get(view.id(pcode, nature, measure)) for measure in measures]
            if not any(mine):
                continue
            cells = [Cell(view.world.names[pcode]), Cell(cat.t(f"nature.{nature}"))]
            cells += [Cell(f.text, f.value, f.id, f.empty) if f else Cell(MISSING) for f in mine]
            rate = mine[-1]
            low, high = (rate.low, rate.high) if rate else (None, None)
            cells.append(_between(view, low, high))
            cells.append(_number(view, view.world.population[pcode]))
            rows.append(Row(f"{pcode}.{nature}", tuple(cells), view.event_sources(pcode, nature), nature))
    columns = (
        Column("county", cat.t("column.county")),
        Column("nature", cat.t("nature.label")),
        *(Column(measure, cat.t(f"measure.{measure}"), "number") for measure in measures),
        Column("interval", cat.t("export.column.interval")),
        Column("residents", cat.t("column.population"), "number"),
    )
    return Table("compared", cat.t("export.table.compared", years=view.years()), columns, tuple(rows), "",
                 cat.t("export.compare_note"))  # fmt: skip


def events(view: View, areas: Iterable[str]) -> Table:
    """Return the events of areas, newest first; withheld ones show county and year only."""
    cat, rows = view.cat, []
    for area in areas:
        for row in view.events_by_area.get(area, ()):
            persons = None if row["persons"] is None else int(row["persons"])
            said = cat.t("panel.persons_unstated") if persons is None else cat.number(persons)
            place = ", ".join(part for part in (view.world.names.get(area, ""), str(row["place"])) if part)
            summary = Cell(cat.t("panel.withheld")) if row["is_withheld"] else Cell(str(row["summary"]), lang=QUOTED)
            cells = (
                Cell(str(row["date"])), Cell(place), Cell(cat.t(f"nature.{row['nature']}")),
                Cell(cat.t(f"form.{row['form']}")), Cell(said, persons), summary,
            )  # fmt: skip
            ids = tuple(one for one in (str(row["source_id"]), str(row["source_id_2"])) if one)
            rows.append(Row(str(row["id"]), cells, ids, str(row["nature"])))
    rows.sort(key=lambda one: (one.cells[0].text, one.id), reverse=True)
    columns = (
        Column("date", cat.t("export.column.date")), Column("place", cat.t("export.column.place")),
        Column("nature", cat.t("nature.label")), Column("form", cat.t("filters.form")),
        Column("persons", cat.t("measure.persons"), "number"), Column("summary", cat.t("export.column.event")),
    )  # fmt: skip
    empty = cat.t("panel.incidents_none" if view.public else "dataset.only_counts")
    return Table("events", f"{cat.t('panel.incidents')}, {view.years()}", columns, tuple(rows), empty)


def roles(view: View, pcodes: Sequence[str]) -> Table:
    """Return the roles of counties, each followed by the statements it rests on."""
    cat, rows = view.cat, []
    for answer in view.world.role_decisions[view.state.rule]:
        pcode = str(answer.pcode)
        if pcode not in pcodes or not answer.n_statements:
            continue
        role = cat.t(f"role.{answer.role.value}")
        held = answer.held
        state = cat.t("export.role_held") if held else cat.t("role.below")
        for each in (*answer.counted, *answer.others):
            cells = (
                Cell(view.world.names[pcode]), Cell(role), Cell(state), Cell(each.grade.value),
                Cell(each.text, lang=QUOTED), Cell(each.locator, lang=QUOTED),
            )  # fmt: skip
            name = f"{pcode}.{answer.role.value}.{each.row}"
            rows.append(Row(name, cells, (each.source_id,), each.nature.value))
    columns = (
        Column("county", cat.t("column.county")), Column("role", cat.t("export.column.role")),
        Column("state", cat.t("export.column.state")), Column("grade", cat.t("export.column.grade")),
        Column("statement", cat.t("export.column.statement")), Column("locator", cat.t("export.column.locator")),
    )  # fmt: skip
    note = cat.t("export.role_note", rule=cat.t(f"rule.{view.state.rule}"))
    return Table("roles", cat.t("panel.roles"), columns, tuple(rows), cat.t("role.none"), note)


def legs(view: View, profile: Any, year: int) -> Table:
    """Return the legs of one corridor in order."""
    cat, rows = view.cat, []
    for leg in profile.legs:
        start, end = profile.places[leg["from_place"]]["name"], profile.places[leg["to_place"]]["name"]
        nature, area = str(leg["nature"]), str(leg["leg_id"]).replace(".", "/")
        km = leg["length_km"]
        confirmed = leg["last_confirmed"]
        alternative = f" ({cat.t('panel.alternative')})" if leg["is_alternative"] else ""
        cells = (
            Cell(f"{start} → {end}{alternative}"), Cell(cat.t(f"nature.{nature}")), Cell(str(leg["grade"])),
            Cell(cat.t(f"panel.leg_{leg['basis']}")),
            Cell(cat.number(leg["n_sources"]), leg["n_sources"], figure_id(area, nature, "n_sources", year, year)),
            Cell(str(confirmed) if confirmed else cat.t("panel.leg_undated"), confirmed),
            Cell(cat.number(km) if km is not None else cat.t("export.not_drawn"), km,
                 figure_id(area, nature, "length_km", year, year), "" if km is not None else UNSTATED),
        )  # fmt: skip
        rows.append(Row(str(leg["leg_id"]), cells, tuple(leg["sources"]), nature))
    columns = (
        Column("leg", cat.t("export.column.leg")), Column("nature", cat.t("nature.label")),
        Column("grade", cat.t("export.column.grade")), Column("basis", cat.t("export.column.basis")),
        Column("n_sources", cat.t("corridor.sources"), "number"),
        Column("last_confirmed", cat.t("export.corridor.last_confirmed"), "number"),
        Column("length_km", cat.t("export.column.km"), "number"),
    )  # fmt: skip
    return Table("legs", cat.t("panel.legs"), columns, tuple(rows), "", cat.t("legend.corridor_schematic"))


def corridors(view: View, passing: Sequence[Any]) -> Table:
    """Return the corridors through one county."""
    cat, rows = view.cat, []
    for one in passing:
        corridor, km = one.corridor, one.passing["km_inside"]
        cells = (
            Cell(f"{corridor['corridor_id']} {cat.corridor(str(corridor['corridor_id']), str(corridor['name']))}"),
            Cell(cat.t(f"nature.{corridor['nature']}")),
            Cell(str(corridor["confidence"])), Cell(cat.t(f"mode.{corridor['mode']}")), _number(view, km),
            Cell(", ".join(one.stops) or MISSING),
        )  # fmt: skip
        rows.append(Row(str(corridor["corridor_id"]), cells, tuple(corridor["source_ids"]), str(corridor["nature"])))
    columns = (
        Column("corridor", cat.t("panel.corridor")), Column("nature", cat.t("nature.label")),
        Column("grade", cat.t("export.column.grade")), Column("mode", cat.t("export.column.mode")),
        Column("km_inside", cat.t("export.column.km_inside"), "number"), Column("stops", cat.t("export.column.stops")),
    )  # fmt: skip
    return Table("corridors", cat.t("panel.corridors"), columns, tuple(rows), cat.t("panel.corridors_none"),
                 cat.t("legend.corridor_schematic"))  # fmt: skip


def responses(view: View, listed: Sequence[Mapping[str, Any]]) -> Table:
    """Return who is responding; a total shared by several counties says so."""
    cat, rows = view.cat, []
    for row in listed:
        dates = " – ".join(dict.fromkeys(d for d in (str(row["start_date"]), str(row["end_date"])) if d))
        said = f"{row['name']}. {row['statement']}".strip()
        count = ""
        if row["quantity"] is not None:
            whole = float(row["quantity"]).is_integer()
            count = f"{cat.number(row['quantity'], 0 if whole else 2)} {row['unit']}"
        if row["total_id"]:
            names = ", ".join(shared_total(view.world, str(row["total_id"])))
            count += f" ({cat.t('panel.shared_total', counties=names)})"
        cells = (
            Cell(cat.t(f"kind.{row['kind']}")), Cell(dates or MISSING), Cell(said, lang=QUOTED),
            Cell(count or MISSING), Cell(str(row["organisations"]).replace(";", ", "), lang=QUOTED),
        )  # fmt: skip
        rows.append(Row(str(row["response_id"]), cells, (str(row["source_id"]),)))
    columns = (
        Column("kind", cat.t("export.column.kind")), Column("dates", cat.t("export.column.date")),
        Column("what", cat.t("export.column.what")), Column("count", cat.t("export.column.count")),
        Column("organisations", cat.t("export.column.organisations")),
    )  # fmt: skip
    return Table("responses", cat.t("panel.responses"), columns, tuple(rows), cat.t("panel.responses_none"))


def series(view: View, listed: Sequence[Mapping[str, Any]]) -> Table:
    """Return the national yearly figures, each with its own unit and source; never joined into one line."""
    cat, rows = view.cat, []
    for i, row in enumerate(listed):
        value = row["value"]
        whole = value is not None and float(value).is_integer()
        text = str(row["value_text"]) if value is None else cat.number(value, 0 if whole else 2)
        cells = (
            Cell(str(row["year"]), int(row["year"])), Cell(cat.t(f"indicator.{row['indicator']}")),
            Cell(text, value), Cell(str(row["unit"]), lang=QUOTED), Cell(str(row["note"]), lang=QUOTED),
        )  # fmt: skip
        rows.append(Row(f"{i}.{row['indicator']}.{row['year']}", cells, (str(row["source_id"]),)))
    columns = (
        Column("year", cat.t("column.year"), "number"), Column("indicator", cat.t("column.indicator")),
        Column("value", cat.t("column.value"), "number"), Column("unit", cat.t("export.column.unit")),
        Column("note", cat.t("foot.note")),
    )  # fmt: skip
    return Table("series", cat.t("panel.series"), columns, tuple(rows), "", cat.t("export.series_note"))
