"""What goes into the vault and what comes out: the row schema, a batch, its ledger line.

One row is one detected person as one file reports them. Every text column always holds a value:
where the file says nothing it holds ``unknown``, never an empty string and never a null, so that
the three database engines group and sort it alike. Months are integers for the same reason.
`check_rows` refuses anything else in one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from geodata.values import DataProblem

UNKNOWN = "unknown"
"""The value of a text column when the file does not say."""

UNKNOWN_MONTH = 0
"""The value of ``month`` when the file gives no usable date (``date_precision`` is ``unknown``)."""

MULTIPLE = ";"
"""Joins several codes in ``forms`` and ``means``; codes are sorted, without blanks."""

DATE_PRECISIONS = ("day", "month", "year", "unknown")
"""How exactly the file dates a case. ``year``: ``month`` is January of it and no quarter follows."""

ROW_SCHEMA = pa.schema(
    [
        pa.field("case_id", pa.string(), nullable=False),  # keyed hash, hexadecimal; never the file's id
        pa.field("county_exploitation", pa.string(), nullable=False),  # P-code, "KE" or unknown
        pa.field("county_identification", pa.string(), nullable=False),
        pa.field("county_origin", pa.string(), nullable=False),
        pa.field("county", pa.string(), nullable=False),  # the one of the three that is counted
        pa.field("month", pa.int32(), nullable=False),  # year * 12 + (month - 1)
        pa.field("date_precision", pa.string(), nullable=False),  # one of DATE_PRECISIONS
        pa.field("role", pa.string(), nullable=False),
        pa.field("nationality", pa.string(), nullable=False),
        pa.field("nationality_group", pa.string(), nullable=False),
        pa.field("sex", pa.string(), nullable=False),
        pa.field("age_group", pa.string(), nullable=False),
        pa.field("forms", pa.string(), nullable=False),  # all forms, joined by MULTIPLE
        pa.field("form", pa.string(), nullable=False),  # the one that is counted
        pa.field("nature", pa.string(), nullable=False),
        pa.field("means", pa.string(), nullable=False),  # all means of control, joined by MULTIPLE
        pa.field("recruiter_relation", pa.string(), nullable=False),
        pa.field("transport", pa.string(), nullable=False),
        pa.field("corridor", pa.string(), nullable=False),
        pa.field("reporting_source", pa.string(), nullable=False),
        pa.field("row_number", pa.int32(), nullable=False),  # spreadsheet row, header = 1
    ],
)
"""Columns and types `Vault.store_batch` takes."""

FORMS_PER_CASE = 2
"""Of several forms of one case so many count, the first in code order: one case changes so many cells at most."""

COUNTED_FORMS = "counted_forms"
"""Column of the vault: the forms of a case that count, joined by `MULTIPLE`."""


def counted_forms(forms: str) -> str:
    """Return the forms that count of a case's ``forms``; ``unspecified`` only where nothing else is said."""
    named = [form for form in forms.split(MULTIPLE) if form != "unspecified"] or ["unspecified"]
    return MULTIPLE.join(named[:FORMS_PER_CASE])


COUNTABLE = ("county", "year", "form", "sex", "age_group", "nationality_group", "role", "nature")
"""What a vault can count by; ``form`` takes up to `FORMS_PER_CASE` values of a case."""


def month_number(year: int, month: int) -> int:
    """Return the integer of a calendar month: ``year * 12 + (month - 1)``, ``month`` in 1 … 12."""
    return year * 12 + (month - 1)


@dataclass(frozen=True, slots=True)
class BatchMeta:
    """Where a batch comes from: what the importer knows before it stores anything.

    dataset:  the caseload it belongs to; batches of one dataset are counted together.
    file_key: what makes two files "the same file" (a corrected file replaces its predecessor).
    file_name: for people; the name only, never a path.
    content_hash: SHA-256 of the file's bytes, hexadecimal.
    imported_at: moment of import, with a time zone.
    synthetic: made by `geodata.demo.cases`; a dataset is wholly synthetic or not at all.
    accepted, corrected, to_confirm, rejected: rows of the file by outcome.
    terms: on what terms the cases were given, in JSON (`geodata.intake.terms`); "" when nobody said.
    """

    dataset: str
    file_key: str
    file_name: str
    content_hash: str = ""
    imported_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    synthetic: bool = False
    accepted: int = 0
    corrected: int = 0
    to_confirm: int = 0
    rejected: int = 0
    terms: str = ""

    def __post_init__(self) -> None:
        """Refuse a batch that cannot be found again."""
        if not self.dataset.strip() or not self.file_key.strip():
            raise DataProblem(
                "A batch needs the name of a dataset and a key for its file; give both and import again.",
            )
        if self.imported_at.tzinfo is None:
            raise DataProblem("A batch needs its moment of import with a time zone; use one in UTC.")


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One line of the ledger: a batch that is in the vault now.

    batch_id: small number, kept when a corrected file replaces the batch.
    revision: 1 at first import, one more with every replacement.
    rows: rows stored; counted: those that count (the others repeat a case of an earlier row).
    measured: attempt of the measurement its cases were part of, 0 when they wait for one.
    """

    batch_id: int
    revision: int
    meta: BatchMeta
    rows: int
    counted: int
    measured: int = 0


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What one `Vault.store_batch` did.

    replaced: the batch took the place of an earlier import of the same file. replaced_measured: cases of it
        had been measured, so what changed of them shows only after a restatement.
    duplicates: rows of this file that repeat a case already counted, one line each, sorted by
        ``row_number``: columns ``row_number`` (int32), ``other_batch`` (int32, may be this batch),
        ``other_row`` (int32). They are stored but not counted.
    """

    batch_id: int
    rows: int
    counted: int
    replaced: bool
    duplicates: pa.Table
    replaced_measured: bool = False


DUPLICATES_SCHEMA = pa.schema(
    [("row_number", pa.int32()), ("other_batch", pa.int32()), ("other_row", pa.int32())],
)
"""Columns and types of `StoreResult.duplicates`."""


def check_rows(rows: pa.Table) -> pa.Table:
    """Return ``rows`` with the columns and types of `ROW_SCHEMA`; text may stay dictionary-encoded.

    Raises `DataProblem` when a column is missing, is unknown, has the wrong type or holds a null.
    """
    missing = [name for name in ROW_SCHEMA.names if name not in rows.column_names]
    extra = [name for name in rows.column_names if name not in ROW_SCHEMA.names]
    if missing or extra or len(rows.column_names) != len(ROW_SCHEMA.names):
        raise DataProblem(
            f"The rows of a batch lack {missing or 'nothing'} and carry unknown columns {extra or 'none'}; "
            "the vault takes exactly the columns of its schema.",
        )
    ordered = rows.select(ROW_SCHEMA.names)
    for name in ROW_SCHEMA.names:
        if any(_empties(chunk) for chunk in ordered[name].chunks):
            raise DataProblem(
                f"Column '{name}' of a batch holds empty values; "
                f"write '{UNKNOWN}' (or month {UNKNOWN_MONTH}) where the file says nothing.",
            )
    encoded = pa.dictionary(pa.int32(), pa.string())
    fields = [
        field.with_type(encoded) if pa.types.is_dictionary(ordered.schema.field(field.name).type) else field
        for field in ROW_SCHEMA
    ]
    try:
        return ordered.cast(pa.schema(fields))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise DataProblem(f"A column of a batch has the wrong type: {problem}") from problem


def _empties(chunk: pa.Array) -> int:
    values = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
    empties = int(chunk.null_count) + (int(values.null_count) if values is not chunk else 0)
    if pa.types.is_string(values.type) and len(values):
        empties += int(pc.sum(pc.equal(values, "")).as_py() or 0)
    return empties
