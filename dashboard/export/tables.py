"""The tables of a brief: counties, events, roles, legs, responses, national series; every row names its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.export.model import (
    NO_COUNTY,
    BriefCell,
    BriefColumn,
    BriefFigure,
    BriefRow,
    BriefTable,
    Number,
    figure_id,
)
from dashboard.export.view import UNSTATED, View
from dashboard.i18n.catalogue import MISSING
from geodata.query.cube import NATURES
from geodata.query.indicators import indicator_rows
from geodata.query.profiles import CorridorProfile, Passing, shared_total
from geodata.query.rows import ResponseRow, SeriesValue
from geodata.values import NATIONAL, about_km

QUOTED = "en"
"""Language of what is quoted from the evidence."""
MAIN = NATURES[:2]


def counties(view: View) -> BriefTable:
    """Return the 47 counties (and what belongs to none) for the nature and the frame on the map."""
    nature, frame, tr = view.state.nature, view.frame, view.tr
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
        cells = [BriefCell(pcode), BriefCell(view.world.names[pcode])]
        cells += [_value(view, pcode, nature, measure, frame) for measure in measures]
        cells.append(_interval(view, line))
        cells += [_number(view, more["residents"]), BriefCell(str(more["roles"]))]
        cells += [_number(view, more["corridors"]), _number(view, more["km"])]
        rows.append(BriefRow(pcode, tuple(cells), view.event_sources(pcode, nature), nature))
    columns = (
        BriefColumn("pcode", tr.t("export.column.pcode")),
        BriefColumn("county", tr.t("column.county")),
        *(BriefColumn(measure, tr.t(f"measure.{measure}"), "number") for measure in measures),
        BriefColumn("interval", tr.t("export.column.interval")),
        BriefColumn("residents", tr.t("column.population"), "number"),
        BriefColumn("roles", tr.t("column.roles")),
        BriefColumn("corridors", tr.t("column.corridors"), "number"),
        BriefColumn("drawn_km", tr.t("column.drawn_km"), "number"),
    )
    note = tr.t("foot.detected" if view.public else "foot.caseload", years=view.years(frame))
    title = f"{tr.t(f'nature.{nature}')}, {view.shot.years}"
    return BriefTable("counties", title, columns, tuple(rows), "", note)


def _no_county(view: View, line: Mapping[str, Any], measures: Sequence[str]) -> BriefRow:
    cells = [BriefCell(NATIONAL), BriefCell(view.tr.t("export.area.no_county"))]
    for measure in measures:
        value = line["persons"] if measure == "persons" else line["incidents"] if measure == "incidents" else None
        name = view.id(NO_COUNTY, view.state.nature, measure, view.frame) if measure != "rate" else ""
        empty = "" if value is not None else UNSTATED
        text = MISSING if measure == "rate" else view.value_text(value, empty, measure)
        cells.append(BriefCell(text, value, name, empty if measure != "rate" else ""))
    cells += [BriefCell(MISSING)] * 5
    return BriefRow(NATIONAL, tuple(cells), view.event_sources(NATIONAL, view.state.nature), view.state.nature)


def _value(view: View, pcode: str, nature: str, measure: str, frame: int) -> BriefCell:
    value, empty = view.reading(pcode, nature, measure, frame)
    error = view.error(frame) if measure == "persons" else None
    return BriefCell(
        view.value_text(value, empty, measure, error), value, view.id(pcode, nature, measure, frame), empty
    )


def _interval(view: View, line: Mapping[str, Any]) -> BriefCell:
    if view.left_out(str(line["pcode"])):
        return BriefCell(MISSING)
    return _between(view, line["rate_low"], line["rate_high"])


def _between(view: View, low: float | None, high: float | None) -> BriefCell:
    if low is None or high is None:
        return BriefCell(MISSING)
    return BriefCell("–".join(view.tr.rate_ends(low, high)))


def _number(view: View, value: Number | None, decimals: int = 0) -> BriefCell:
    return BriefCell(view.tr.number(value, decimals), value)


def compared(view: View, pcodes: Sequence[str], figures: Sequence[BriefFigure]) -> BriefTable:
    """Return the chosen counties side by side: one row per county and nature, never added up."""
    tr, by_id = view.tr, {figure.id: figure for figure in figures}
    measures = ["persons", "rate"] if view.protected else ["incidents", "persons", "rate"]
    rows = []
    for pcode in pcodes:
        for nature in NATURES:
            mine = [by_id.get(view.id(pcode, nature, measure)) for measure in measures]
            if not any(mine):
                continue
            cells = [BriefCell(view.world.names[pcode]), BriefCell(tr.t(f"nature.{nature}"))]
            cells += [BriefCell(f.text, f.value, f.id, f.empty) if f else BriefCell(MISSING) for f in mine]
            rate = mine[-1]
            low, high = (rate.low, rate.high) if rate else (None, None)
            cells.append(_between(view, low, high))
            cells.append(_number(view, view.world.population[pcode]))
            rows.append(BriefRow(f"{pcode}.{nature}", tuple(cells), view.event_sources(pcode, nature), nature))
    columns = (
        BriefColumn("county", tr.t("column.county")),
        BriefColumn("nature", tr.t("nature.label")),
        *(BriefColumn(measure, tr.t(f"measure.{measure}"), "number") for measure in measures),
        BriefColumn("interval", tr.t("export.column.interval")),
        BriefColumn("residents", tr.t("column.population"), "number"),
    )
    return BriefTable(
        "compared",
        tr.t("export.table.compared", years=view.years()),
        columns,
        tuple(rows),
        "",
        tr.t("export.compare_note"),
    )


def events(view: View, areas: Iterable[str]) -> BriefTable:
    """Return all events of the view's nature in areas, newest first; withheld ones show county, year and nature only.

    Where the view asks for every nature they stand in one list, told apart by their column and never added up.
    """
    tr, rows = view.tr, []
    for area in areas:
        for row in view.events_by_area.get(area, ()):
            if not view.all_natures and row["nature"] != view.state.nature:
                continue
            persons = None if row["persons"] is None else int(row["persons"])
            unsaid = "panel.persons_withheld" if row["is_withheld"] else "panel.persons_unstated"
            persons_text = tr.t(unsaid) if persons is None else tr.number(persons)
            place = ", ".join(part for part in (view.world.names.get(area, ""), str(row["place"])) if part)
            summary = (
                BriefCell(tr.t("panel.withheld")) if row["is_withheld"] else BriefCell(str(row["summary"]), lang=QUOTED)
            )
            cells = (
                BriefCell(str(row["date"])),
                BriefCell(place),
                BriefCell(tr.t(f"nature.{row['nature']}")),
                BriefCell(tr.t(f"form.{row['form']}")),
                BriefCell(persons_text, persons),
                summary,
                BriefCell("" if row["is_withheld"] else tr.outcomes("people", str(row["outcome_people"]))),
                BriefCell("" if row["is_withheld"] else tr.outcomes("suspects", str(row["outcome_suspects"]))),
            )
            ids = tuple(source_id for source_id in (str(row["source_id"]), str(row["source_id_2"])) if source_id)
            rows.append(BriefRow(str(row["id"]), cells, ids, str(row["nature"])))
    rows.sort(key=lambda line: (line.cells[0].text, line.id), reverse=True)
    columns = (
        BriefColumn("date", tr.t("export.column.date")),
        BriefColumn("place", tr.t("export.column.place")),
        BriefColumn("nature", tr.t("nature.label")),
        BriefColumn("form", tr.t("filters.form")),
        BriefColumn("persons", tr.t("measure.persons"), "number"),
        BriefColumn("summary", tr.t("export.column.event")),
        BriefColumn("outcome", tr.t("outcome.people_label")),
        BriefColumn("suspects", tr.t("outcome.suspects_label")),
    )
    empty = tr.t("panel.incidents_none" if view.public else "dataset.only_counts")
    kind = "" if view.all_natures else f": {tr.t(f'nature.{view.state.nature}')}"
    return BriefTable("events", f"{tr.t('panel.incidents')}{kind}, {view.years()}", columns, tuple(rows), empty)


def roles(view: View, pcodes: Sequence[str]) -> BriefTable:
    """Return the roles of counties, each followed by the statements it rests on."""
    tr, rows = view.tr, []
    for answer in view.world.role_decisions[view.state.rule]:
        pcode = str(answer.pcode)
        if pcode not in pcodes or not answer.n_statements:
            continue
        role = tr.t(f"role.{answer.role.value}")
        held = answer.held
        state = tr.t("export.role_held") if held else tr.t("role.below")
        state += f"; {tr.t('outcome.one_voice_short')}" if answer.one_voice else ""
        for each in (*answer.counted, *answer.others):
            cells = (
                BriefCell(view.world.names[pcode]),
                BriefCell(role),
                BriefCell(state),
                BriefCell(each.grade.value),
                BriefCell(each.text, lang=QUOTED),
                BriefCell(each.locator, lang=QUOTED),
            )
            name = f"{pcode}.{answer.role.value}.{each.row}"
            rows.append(BriefRow(name, cells, (each.source_id,), each.nature.value))
    columns = (
        BriefColumn("county", tr.t("column.county")),
        BriefColumn("role", tr.t("export.column.role")),
        BriefColumn("state", tr.t("export.column.state")),
        BriefColumn("grade", tr.t("export.column.grade")),
        BriefColumn("statement", tr.t("export.column.statement")),
        BriefColumn("locator", tr.t("export.column.locator")),
    )
    note = tr.t("export.role_note", rule=tr.t(f"lens.roles.rule.{view.state.rule}"))
    return BriefTable("roles", tr.t("panel.roles"), columns, tuple(rows), tr.t("role.none"), note)


def legs(view: View, profile: CorridorProfile, year: int) -> BriefTable:
    """Return the legs of one corridor in order."""
    tr, rows = view.tr, []
    for leg in profile.legs:
        start, end = profile.places[leg["from_place"]]["name"], profile.places[leg["to_place"]]["name"]
        nature, area = str(leg["nature"]), str(leg["leg_id"]).replace(".", "/")
        km = None if leg["length_km"] is None else about_km(leg["length_km"])
        confirmed = leg["last_confirmed"]
        alternative = f" ({tr.t('panel.alternative')})" if leg["is_alternative"] else ""
        cells = (
            BriefCell(f"{start} → {end}{alternative}"),
            BriefCell(tr.t(f"nature.{nature}")),
            BriefCell(str(leg["grade"])),
            BriefCell(tr.t(f"panel.leg_{leg['basis']}")),
            BriefCell(tr.number(leg["n_sources"]), leg["n_sources"], figure_id(area, nature, "n_sources", year, year)),
            BriefCell(str(confirmed) if confirmed else tr.t("panel.leg_undated"), confirmed),
            BriefCell(
                tr.number(km) if km is not None else tr.t("export.not_drawn"),
                km,
                figure_id(area, nature, "length_km", year, year),
                "" if km is not None else UNSTATED,
            ),
        )
        rows.append(BriefRow(str(leg["leg_id"]), cells, tuple(leg["sources"]), nature))
    columns = (
        BriefColumn("leg", tr.t("export.column.leg")),
        BriefColumn("nature", tr.t("nature.label")),
        BriefColumn("grade", tr.t("export.column.grade")),
        BriefColumn("basis", tr.t("export.column.basis")),
        BriefColumn("n_sources", tr.t("corridor.sources"), "number"),
        BriefColumn("last_confirmed", tr.t("export.corridor.last_confirmed"), "number"),
        BriefColumn("length_km", tr.t("export.column.km"), "number"),
    )
    return BriefTable("legs", tr.t("panel.legs"), columns, tuple(rows), "", tr.t("legend.corridor_schematic"))


def corridors(view: View, passing: Sequence[Passing], across: Sequence[Passing] = ()) -> BriefTable:
    """Return the corridors that stop in one county; the note names those only drawn across it."""
    tr, rows = view.tr, []
    for passage in passing:
        corridor, km = passage.corridor, passage.passing["drawn_km"] or None
        cells = (
            BriefCell(f"{corridor['corridor_id']} {tr.corridor(str(corridor['corridor_id']), str(corridor['name']))}"),
            BriefCell(tr.t(f"nature.{corridor['nature']}")),
            BriefCell(str(corridor["confidence"])),
            BriefCell(tr.t(f"mode.{corridor['mode']}")),
            _number(view, km),
            BriefCell(", ".join(passage.stops) or MISSING),
        )
        rows.append(
            BriefRow(str(corridor["corridor_id"]), cells, tuple(corridor["source_ids"]), str(corridor["nature"]))
        )
    columns = (
        BriefColumn("corridor", tr.t("panel.corridor")),
        BriefColumn("nature", tr.t("nature.label")),
        BriefColumn("grade", tr.t("export.column.grade")),
        BriefColumn("mode", tr.t("export.column.mode")),
        BriefColumn("drawn_km", tr.t("column.drawn_km"), "number"),
        BriefColumn("stops", tr.t("export.column.stops")),
    )
    note = tr.t("legend.corridor_schematic")
    if across:
        ids = ", ".join(str(each.corridor["corridor_id"]) for each in across)
        note = f"{tr.t('panel.drawn_across', n=len(across), corridors=ids)} {note}"
    return BriefTable("corridors", tr.t("panel.corridors"), columns, tuple(rows), tr.t("panel.corridors_none"), note)


def every_corridor(view: View) -> BriefTable:
    """Return the corridors on the map of the ways, with their whole length and the counties that a stop names."""
    tr, rows = view.tr, []
    legs = view.question.legs.listed if view.question else None
    shown = {leg.partition(".")[0] for leg in legs} if legs is not None else None
    for corridor in view.world.corridors.corridors:
        corridor_id = str(corridor["corridor_id"])
        if shown is not None and corridor_id not in shown:
            continue
        named = ", ".join(view.world.names[pcode] for pcode in corridor["counties"])
        cells = (
            BriefCell(f"{corridor_id} {tr.corridor(corridor_id, str(corridor['name']))}"),
            BriefCell(tr.t(f"nature.{corridor['nature']}")),
            BriefCell(str(corridor["confidence"])),
            BriefCell(tr.t(f"mode.{corridor['mode']}")),
            _number(view, about_km(corridor["length_km"])),
            BriefCell(named or MISSING),
        )
        rows.append(BriefRow(corridor_id, cells, tuple(corridor["source_ids"]), str(corridor["nature"])))
    columns = (
        BriefColumn("corridor", tr.t("panel.corridor")),
        BriefColumn("nature", tr.t("nature.label")),
        BriefColumn("grade", tr.t("export.column.grade")),
        BriefColumn("mode", tr.t("export.column.mode")),
        BriefColumn("drawn_km", tr.t("export.corridor.length_km"), "number"),
        BriefColumn("stops", tr.t("export.column.stops")),
    )
    note = tr.t("legend.corridor_schematic")
    return BriefTable("corridors", tr.t("legend.corridors"), columns, tuple(rows), tr.t("panel.corridors_none"), note)


def of_question(view: View) -> list[BriefTable]:
    """Return what the map of a question rests on, where the brief of the country does not hold it anyway."""
    if view.state.lens == "roles":
        return [roles(view, tuple(view.world.names))]
    return [every_corridor(view)] if view.state.lens == "ways" else []


def responses(view: View, listed: Sequence[ResponseRow]) -> BriefTable:
    """Return who is responding; a total shared by several counties says so."""
    tr, rows = view.tr, []
    for row in listed:
        dates = " – ".join(dict.fromkeys(d for d in (row.start_date, row.end_date) if d))
        description = f"{row.name}. {row.statement}".strip()
        count = ""
        if row.quantity is not None:
            count = tr.quantity(row.quantity, row.unit).text
        if row.total_id:
            names = ", ".join(shared_total(view.world, row.total_id))
            count += f" ({tr.t('panel.shared_total', counties=names)})"
        cells = (
            BriefCell(tr.t(f"kind.{row.kind}")),
            BriefCell(dates or MISSING),
            BriefCell(description, lang=QUOTED),
            BriefCell(count or MISSING),
            BriefCell(row.organisations.replace(";", ", "), lang=QUOTED),
        )
        rows.append(BriefRow(row.response_id, cells, (row.source_id,)))
    columns = (
        BriefColumn("kind", tr.t("export.column.kind")),
        BriefColumn("dates", tr.t("export.column.date")),
        BriefColumn("what", tr.t("export.column.what")),
        BriefColumn("count", tr.t("export.column.count")),
        BriefColumn("organisations", tr.t("export.column.organisations")),
    )
    return BriefTable("responses", tr.t("panel.responses"), columns, tuple(rows), tr.t("panel.responses_none"))


def series(view: View, listed: Sequence[SeriesValue]) -> BriefTable:
    """Return the national yearly figures, each with its own unit and source; never joined into one line."""
    tr, rows = view.tr, []
    for i, row in enumerate(listed):
        value = row["value"]
        whole = value is not None and float(value).is_integer()
        text = str(row["value_text"]) if value is None else tr.number(value, 0 if whole else 2)
        cells = (
            BriefCell(str(row["year"]), int(row["year"])),
            BriefCell(tr.t(f"indicator.{row['indicator']}")),
            BriefCell(text, value),
            BriefCell(str(row["unit"]), lang=QUOTED),
            BriefCell(str(row["note"]), lang=QUOTED),
        )
        rows.append(BriefRow(f"{i}.{row['indicator']}.{row['year']}", cells, (str(row["source_id"]),)))
    columns = (
        BriefColumn("year", tr.t("column.year"), "number"),
        BriefColumn("indicator", tr.t("column.indicator")),
        BriefColumn("value", tr.t("column.value"), "number"),
        BriefColumn("unit", tr.t("export.column.unit")),
        BriefColumn("note", tr.t("foot.note")),
    )
    return BriefTable("series", tr.t("panel.series"), columns, tuple(rows), "", tr.t("export.series_note"))
