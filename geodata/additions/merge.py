"""The record with the approved additions: the shipped tables, corrected and added to, checked as the shipped ones are.

`merged_tables` is a pure function of the shipped files and the additions, in a fixed order. `write_record` lays the
tables down as a folder that stands in for the shipped one; nothing of the package is changed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from geodata import files as disk
from geodata.additions.door import FEW
from geodata.additions.drafts import Addition
from geodata.additions.rows import COMPANIONS, FILE_OF, Row, Tables, row_hash, rows_of
from geodata.corridors import facts as corridor_facts
from geodata.facts import decisions, evidence, few_children, outcomes, redirects, responses, roles, sources
from geodata.settings import DataSettings
from geodata.values import DataProblem

RULES = ("place_counties", "incident_overlap", "event_redirects")
"""Rule files that additions change; the others are taken over as they are."""


def shipped_tables(settings: DataSettings) -> Tables:
    """Return the tables of the record that `settings` names, as text."""
    names = [name for name in evidence.FILES if name != "counties"]
    tables = {name: evidence.read(settings, name).drop(columns="row") for name in names}
    return tables | {name: decisions.read(settings, name).drop(columns="row") for name in RULES}


def merged_tables(base: Tables, additions: Iterable[Addition]) -> Tables:
    """Return new tables with additions applied, corrections after what is new; the base is left as it is.

    Raises DataProblem naming the addition whose row is gone from the record, or changed since it was written.
    """
    tables = {name: table.copy() for name, table in base.items()}
    ordered = sorted(additions, key=lambda addition: (bool(addition.replaces), addition.decided_on, addition.name))
    for addition in ordered:
        before = _row_before(addition, tables) if addition.replaces else None
        made = rows_of(addition, tables, before)
        if before is not None:
            _take_out(addition, tables)
        for name, rows in made.items():
            tables[name] = _with_rows(tables[name], rows)
    tables["event_redirects"] = _silent_redirects(tables)
    return _without_idle_sources(tables, set(base["sources"]["source_id"]))


def _silent_redirects(tables: Tables) -> pd.DataFrame:
    """Leave out the old ids of years in which an event with fewer than five children stands (`facts.redirects`)."""
    events, old = tables["incidents"], tables["event_redirects"]
    years = dict(zip(events["id"], events["date"].str[:4], strict=True))
    silent = set(events.loc[events["withheld"] == few_children.FEW, "date"].str[:4])
    return old.loc[[years.get(new, "") not in silent for new in old["new"]]]


def _row_before(addition: Addition, tables: Tables) -> Row:
    table = tables[FILE_OF[addition.kind]]
    for line in table.to_dict("records"):
        if row_hash(line) == addition.replaces:
            return {str(name): str(value) for name, value in line.items()}
    raise DataProblem(
        f"The correction {addition.name[:8]} ({addition.kind} {addition.row_id}) was written against a row that the "
        "record does not hold any more; decline it, look at the row as it is now, and write it again."
    )


def _take_out(addition: Addition, tables: Tables) -> None:
    """Take the corrected row out, with what hangs on it as far as the correction says it anew."""
    name = FILE_OF[addition.kind]
    hashes = tables[name].apply(row_hash, axis=1)
    tables[name] = tables[name].loc[hashes != addition.replaces]
    if addition.kind == "corridor":
        stops = tables["corridor_stops"]
        tables["corridor_stops"] = stops.loc[stops["corridor_id"] != addition.row_id]
    if addition.kind == "event":
        few = bool(addition.told.get(FEW))
        is_told = {
            "outcomes": "outcome_people" in addition.told or "outcome_suspects" in addition.told,
            "incident_marks": "abroad" in addition.told,
            "second_sources": "second_url" in addition.told,
        }
        for companion, column in COMPANIONS.items():
            if few or is_told[companion]:
                table = tables[companion]
                tables[companion] = table.loc[table[column] != addition.row_id]
        if few:
            overlap = tables["incident_overlap"]
            tables["incident_overlap"] = overlap.loc[overlap["incident_id"] != addition.row_id]


def _with_rows(table: pd.DataFrame, rows: Sequence[Row]) -> pd.DataFrame:
    if not rows:
        return table
    added = pd.DataFrame([{column: row.get(column, "") for column in table.columns} for row in rows], dtype=str)
    return pd.concat([table, added], ignore_index=True)


def _without_idle_sources(tables: Tables, shipped: set[str]) -> Tables:
    """Leave out added sources that nothing cites yet: they come in with the first row that does."""
    cited = {key for name in sources.CITING for key in tables[name]["source_id"]}
    cited |= {key for keys in tables["corridors"]["source_ids"] for key in keys.split(";")}
    ledger = tables["sources"]
    keep = ledger["source_id"].isin(shipped | cited)
    return tables | {"sources": ledger.loc[keep].reset_index(drop=True)}


def write_record(settings: DataSettings, tables: Tables, target: Path, as_of: str) -> DataSettings:
    """Lay tables down under `target` as a record of their own and return settings that read it.

    settings: whose shipped files give what additions never change.
    """
    (target / "evidence").mkdir(parents=True)
    (target / "rules").mkdir()
    for path in sorted((settings.shipped / "rules").iterdir()):
        shutil.copyfile(path, target / "rules" / path.name)
    shutil.copyfile(settings.shipped / "evidence" / "counties.csv", target / "evidence" / "counties.csv")
    for name, table in tables.items():
        room = "rules" if name in RULES else "evidence"
        disk.write_file(target / room / f"{name}.csv", table.to_csv(index=False, lineterminator="\n").encode())
    files = {f"{name}.csv": evidence.sha256_of(target / "evidence" / f"{name}.csv") for name in sorted(evidence.FILES)}
    text = json.dumps({"as_of": as_of, "files": files}, indent=2, ensure_ascii=False) + "\n"
    disk.write_file(target / "evidence" / evidence.EDITION, text.encode())
    return replace(settings, merged=target)


def check_record(settings: DataSettings) -> None:
    """Check a record's files in both directions; raise DataProblem at the first fault."""
    sources.load(settings)
    responses.load(settings)
    roles.statements(settings)
    outcomes.load(settings)
    redirects.load(settings)
    corridor_facts.read(settings)


def try_additions(settings: DataSettings, additions: Sequence[Addition]) -> None:
    """Check the record as it would be with additions; raise DataProblem with what is wrong. Nothing is kept."""
    shipped = replace(settings, merged=None)
    tables = merged_tables(shipped_tables(shipped), additions)
    with tempfile.TemporaryDirectory(prefix="njia-record-") as place:
        check_record(write_record(shipped, tables, Path(place), "1990-01-01"))
