"""Rows are checked at the door, in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pytest

from geodata.values import DataProblem
from geodata.vault.batch import ROW_SCHEMA, BatchMeta, check_rows, month_number
from geodata.vault.words import CODED, encode

Rows = Callable[..., pa.Table]


def test_good_rows_pass_in_any_column_order(rows: Rows) -> None:
    table = rows(["1", "2"])
    assert check_rows(table.select(table.column_names[::-1])).to_pydict() == table.to_pydict()
    assert check_rows(table).schema == ROW_SCHEMA


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda table: table.drop_columns(["sex"]), r"lack \['sex'\]"),
        (lambda table: table.append_column("name", pa.array(["x", "y"])), r"unknown columns \['name'\]"),
        (lambda table: replaced(table, "sex", pa.array(["male", None])), "'sex' of a batch holds empty values"),
        (lambda table: replaced(table, "sex", pa.array(["male", ""])), "'sex' of a batch holds empty values"),
        (
            lambda table: replaced(table, "sex", pa.array(["male", None]).dictionary_encode()),
            "'sex' of a batch holds empty values",
        ),
        (lambda table: replaced(table, "month", pa.array(["May", "June"])), "wrong type"),
        (lambda table: replaced(table, "month", pa.array([1, None], pa.int32())), "'month' of a batch holds empty"),
    ],
)
def test_bad_rows_are_refused(rows: Rows, change: Callable[[pa.Table], pa.Table], sentence: str) -> None:
    with pytest.raises(DataProblem, match=sentence):
        check_rows(change(rows(["1", "2"])))


def replaced(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def test_a_batch_without_a_name_is_refused() -> None:
    with pytest.raises(DataProblem, match="name of a dataset"):
        BatchMeta(" ", "key", "file.csv")
    with pytest.raises(DataProblem, match="time zone"):
        BatchMeta("a", "key", "file.csv", imported_at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_months_are_integers() -> None:
    assert month_number(2024, 1) // 12 == 2024
    assert month_number(2024, 12) + 1 == month_number(2025, 1)


def test_words_get_one_number_each_and_come_back(rows: Rows) -> None:
    table = check_rows(replaced(rows(["1", "2", "3"]), "sex", pa.array(["male", "female", "male"])))
    known = {"unknown": 7, "elsewhere": 8}
    cases, used = encode("shelters", 5, table, known)
    assert set(used) == {"shelters", "KE010", "A", "male", "female", "unknown"}
    assert len(set((known | used).values())) == len(known | used)
    word_of = {number: word for word, number in used.items()}
    for name in CODED:
        assert [word_of[number] for number in cases[name].to_pylist()] == table[name].to_pylist()
    assert {word_of[number] for number in cases["dataset"].to_pylist()} == {"shelters"}
    assert cases["entry"].to_pylist() == [0, 1, 2]


def test_words_nobody_uses_get_no_number(rows: Rows) -> None:
    encoded = pa.DictionaryArray.from_arrays(pa.array([1, 1]), pa.array(["Name In A Dictionary", "male"]))
    _, used = encode("a", 1, check_rows(replaced(rows(["1", "2"]), "sex", encoded)), {})
    assert "male" in used
    assert "Name In A Dictionary" not in used
