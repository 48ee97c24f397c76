"""The SQL that DuckDB and PostgreSQL share: tables, replacement, and which row of a case counts.

Of all rows of a dataset with the same ``case_id`` exactly one counts: the one in the oldest batch
(lowest ``batch_id``; a replacement keeps its number), and there the first. `RECOUNT` restores that
rule for the cases named in the temporary table ``repeats`` after rows came or went. ``dataset``
and the coded columns hold numbers of the table of words (`geodata.vault.words`). ``entry`` is the
position of a row in its batch; spreadsheet row numbers may repeat across sheets.
``?`` stands for a parameter; PostgreSQL's driver wants ``%s`` instead.

A case that a measurement has covered is never measured again in the same statement (`geodata.vault.spending`).
``batches.measured`` names the attempt that covered a batch; ``cases.paid`` one that had covered a row's case before
the row came; the table ``paid`` remembers the cases of rows that are gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from geodata.vault.batch import COUNTED_FORMS, ROW_SCHEMA, BatchInfo, BatchMeta

SCHEMA_VERSION = 3
"""Layout of the tables; written into a new vault by `CREATE`, checked whenever one is opened."""
BEFORE_TERMS = 2
"""The layout before a batch carried its terms: read as it is, brought to the present one by the first who writes."""

CASE_COLUMNS = ("dataset", "batch_id", "entry", "counted", "paid", "year", COUNTED_FORMS, *ROW_SCHEMA.names)


_LEDGER_TYPES = {
    "batch_id": "INTEGER",
    "revision": "INTEGER",
    "dataset": "VARCHAR",
    "file_key": "VARCHAR",
    "file_name": "VARCHAR",
    "content_hash": "VARCHAR",
    "imported_at": "VARCHAR",  # ISO 8601: the engines disagree about time zones, not about text
    "synthetic": "BOOLEAN",
    "accepted": "BIGINT",
    "corrected": "BIGINT",
    "to_confirm": "BIGINT",
    "rejected": "BIGINT",
    "n_rows": "BIGINT",
    "n_counted": "BIGINT",
    "measured": "INTEGER",
    "terms": "VARCHAR",
}
_LEDGER_DEFINITION = ", ".join(f"{name} {kind} NOT NULL" for name, kind in _LEDGER_TYPES.items())
_CASES_DEFINITION = (
    "dataset INTEGER NOT NULL, batch_id INTEGER NOT NULL, entry INTEGER NOT NULL, counted BOOLEAN NOT NULL, "
    f"paid INTEGER NOT NULL, year INTEGER NOT NULL, {COUNTED_FORMS} INTEGER NOT NULL, "
    + ", ".join(f"{name} {'VARCHAR' if name == 'case_id' else 'INTEGER'} NOT NULL" for name in ROW_SCHEMA.names)
)
_PAID_DEFINITION = "dataset VARCHAR NOT NULL, case_id VARCHAR NOT NULL, attempt INTEGER NOT NULL"
_SPENDING_DEFINITION = "dataset VARCHAR NOT NULL, number INTEGER NOT NULL, line VARCHAR NOT NULL"

CREATE = (
    "CREATE TABLE IF NOT EXISTS {s}.vault (schema_version INTEGER NOT NULL, next_batch INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {s}.words (batch_id INTEGER NOT NULL, code INTEGER NOT NULL, word VARCHAR NOT NULL)",
    f"CREATE TABLE IF NOT EXISTS {{s}}.batches ({_LEDGER_DEFINITION})",
    f"CREATE TABLE IF NOT EXISTS {{s}}.cases ({_CASES_DEFINITION})",
    f"CREATE TABLE IF NOT EXISTS {{s}}.paid ({_PAID_DEFINITION})",
    f"CREATE TABLE IF NOT EXISTS {{s}}.spending ({_SPENDING_DEFINITION})",
    f"INSERT INTO {{s}}.vault SELECT {SCHEMA_VERSION}, 1 WHERE NOT EXISTS (SELECT 1 FROM {{s}}.vault)",  # noqa: S608
)

LEDGER_COLUMNS = ", ".join(_LEDGER_TYPES)
LEDGER = f"SELECT {LEDGER_COLUMNS} FROM {{s}}.batches ORDER BY batch_id"  # noqa: S608 - constants
LEDGER_BEFORE_TERMS = LEDGER.replace(", terms", ", ''")
TAKE_TERMS = (
    "ALTER TABLE {s}.batches ADD COLUMN terms VARCHAR DEFAULT ''",
    f"UPDATE {{s}}.vault SET schema_version = {SCHEMA_VERSION}",  # noqa: S608 - a number of our own
)
STATE_TERMS = "UPDATE {s}.batches SET terms = ? WHERE batch_id = ? AND terms = ''"
_PLACES = ", ".join("?" * len(_LEDGER_TYPES))
LEDGER_ADD = f"INSERT INTO {{s}}.batches ({LEDGER_COLUMNS}) VALUES ({_PLACES})"  # noqa: S608 - our own words
WORDS = "SELECT DISTINCT word, code FROM {s}.words"
NEXT_BATCH = "SELECT next_batch FROM {s}.vault"
TAKE_NEXT_BATCH = "UPDATE {s}.vault SET next_batch = next_batch + 1"
DROP_LEDGER_LINE = "DELETE FROM {s}.batches WHERE batch_id = ?"
DROP_WORDS = "DELETE FROM {s}.words WHERE batch_id = ?"
DROP_ROWS = "DELETE FROM {s}.cases WHERE batch_id = ?"

# Cases of one batch that other batches hold too, before that batch goes: (dataset, batch, batch).
REPEATS_LEFT_BEHIND = (
    "INSERT INTO repeats SELECT DISTINCT other.case_id FROM {s}.cases AS other "
    "WHERE other.dataset = ? AND other.batch_id <> ? AND NOT other.counted "
    "AND other.case_id IN (SELECT case_id FROM {s}.cases WHERE batch_id = ?)"
)
# Cases a new batch repeats, within itself or from others, after it came: (batch); (dataset, batch, batch).
REPEATS_WITHIN = (
    "INSERT INTO repeats SELECT case_id FROM {s}.cases WHERE batch_id = ? GROUP BY case_id HAVING count(*) > 1"
)
REPEATS_ELSEWHERE = (
    "INSERT INTO repeats SELECT DISTINCT other.case_id FROM {s}.cases AS other "
    "WHERE other.dataset = ? AND other.batch_id <> ? "
    "AND other.case_id IN (SELECT case_id FROM {s}.cases WHERE batch_id = ?)"
)
EMPTY_REPEATS = "DELETE FROM repeats"
REPEATS_TABLE = "CREATE TEMPORARY TABLE IF NOT EXISTS repeats (case_id VARCHAR NOT NULL)"
ANY_REPEATS = "SELECT EXISTS (SELECT 1 FROM repeats)"
RECOUNT = (
    "UPDATE {s}.cases AS held SET counted = (ranked.place = 1) FROM ("
    "SELECT batch_id, entry, row_number() OVER (PARTITION BY case_id ORDER BY batch_id, entry) AS place "
    "FROM {s}.cases WHERE dataset = ? AND case_id IN (SELECT case_id FROM repeats)) AS ranked "
    "WHERE held.batch_id = ranked.batch_id AND held.entry = ranked.entry "
    "AND held.counted <> (ranked.place = 1)"
)
RECOUNT_LEDGER = (
    "UPDATE {s}.batches AS line SET n_counted = "
    "(SELECT count(*) FROM {s}.cases AS held WHERE held.batch_id = line.batch_id AND held.counted) "
    "WHERE line.dataset = ?"
)
DUPLICATES = (
    "SELECT mine.row_number, kept.batch_id AS other_batch, kept.row_number AS other_row "
    "FROM {s}.cases AS mine JOIN {s}.cases AS kept ON kept.case_id = mine.case_id "
    "WHERE mine.batch_id = ? AND NOT mine.counted AND kept.dataset = ? AND kept.counted "
    "ORDER BY mine.row_number, mine.entry"
)

_COVERED = "CASE WHEN {row}.paid <> 0 THEN {row}.paid ELSE line.measured END"
_MINE = _COVERED.format(row="mine")
_OTHER = _COVERED.format(row="other")
# What a batch's cases have paid outlives its rows: (dataset name, batch).
REMEMBER_PAID = (
    f"INSERT INTO {{s}}.paid SELECT DISTINCT ?, mine.case_id, {_MINE} FROM {{s}}.cases AS mine "  # noqa: S608
    "JOIN {s}.batches AS line ON line.batch_id = mine.batch_id "
    f"WHERE mine.batch_id = ? AND {_MINE} <> 0"
)
# Mark rows of a new batch whose cases have paid: (dataset, batch, dataset name, batch, batch).
MARK_PAID = (
    "UPDATE {s}.cases AS held SET paid = seen.attempt FROM ("  # noqa: S608
    "SELECT case_id, min(attempt) AS attempt FROM ("
    f"SELECT other.case_id, {_OTHER} AS attempt FROM {{s}}.cases AS other "
    "JOIN {s}.batches AS line ON line.batch_id = other.batch_id WHERE other.dataset = ? AND other.batch_id <> ? "
    "UNION ALL SELECT case_id, attempt FROM {s}.paid WHERE dataset = ?) AS covered "
    "WHERE attempt <> 0 AND case_id IN (SELECT case_id FROM {s}.cases WHERE batch_id = ?) GROUP BY case_id) AS seen "
    "WHERE held.batch_id = ? AND held.case_id = seen.case_id"
)
ANY_PAID = "SELECT EXISTS (SELECT 1 FROM {s}.cases WHERE batch_id = ? AND paid <> 0)"
ANY_MEASURED = "SELECT EXISTS (SELECT 1 FROM {s}.spending WHERE dataset = ?)"
SPENDING = "SELECT line FROM {s}.spending WHERE dataset = ? ORDER BY number"
SPEND = "INSERT INTO {s}.spending VALUES (?, ?, ?)"
# A measurement that never arrived is taken back from the rows, not from the ledger.
FREE_BATCHES = "UPDATE {s}.batches SET measured = 0 WHERE dataset = ? AND measured = ?"
FREE_CASES = "UPDATE {s}.cases SET paid = 0 WHERE dataset = ? AND paid = ?"
FREE_GONE = "DELETE FROM {s}.paid WHERE dataset = ? AND attempt = ?"
COVER_NEW = "UPDATE {s}.batches SET measured = ? WHERE dataset = ? AND measured = 0"
COVER_ALL = "UPDATE {s}.batches SET measured = ? WHERE dataset = ?"
FORGET_PAID_CASES = "UPDATE {s}.cases SET paid = 0 WHERE dataset = ? AND paid <> 0"
FORGET_PAID = "DELETE FROM {s}.paid WHERE dataset = ?"
WAITING = (
    "SELECT count(*) FROM {s}.cases AS mine JOIN {s}.batches AS line ON line.batch_id = mine.batch_id "
    "WHERE line.dataset = ? AND line.measured = 0 AND mine.counted AND mine.paid = 0"
)


def ledger_values(info: BatchInfo) -> tuple[object, ...]:
    """Return the parameters of `LEDGER_ADD` for one batch."""
    meta = info.meta
    return (
        info.batch_id,
        info.revision,
        meta.dataset,
        meta.file_key,
        meta.file_name,
        meta.content_hash,
        meta.imported_at.isoformat(),
        meta.synthetic,
        meta.accepted,
        meta.corrected,
        meta.to_confirm,
        meta.rejected,
        info.rows,
        info.counted,
        info.measured,
        meta.terms,
    )


def ledger_line(line: Sequence[Any]) -> BatchInfo:
    """Return the batch a line of `LEDGER` describes."""
    told = dict(zip(_LEDGER_TYPES, line, strict=True))
    meta = BatchMeta(
        dataset=told["dataset"],
        file_key=told["file_key"],
        file_name=told["file_name"],
        content_hash=told["content_hash"],
        imported_at=datetime.fromisoformat(told["imported_at"]),
        synthetic=told["synthetic"],
        accepted=told["accepted"],
        corrected=told["corrected"],
        to_confirm=told["to_confirm"],
        rejected=told["rejected"],
        terms=told["terms"],
    )
    return BatchInfo(
        batch_id=told["batch_id"],
        revision=told["revision"],
        meta=meta,
        rows=told["n_rows"],
        counted=told["n_counted"],
        measured=told["measured"],
    )
