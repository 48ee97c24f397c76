"""Whatever is imported, corrected and taken out, in whatever order: every case counts exactly once.

A model of three lines says which row counts; the file vault and the archive are held against it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.vault import Vault
from geodata.vault.archive import Archive
from geodata.vault.batch import BatchMeta
from geodata.vault.duck import DuckVault

Rows = Callable[..., pa.Table]
Meta = Callable[..., BatchMeta]
Story = list[tuple[str, list[str]]]

files = st.sampled_from(["a", "b", "c"])
cases = st.lists(st.sampled_from("123456"), max_size=5)
stories = st.lists(st.tuples(files, cases), min_size=1, max_size=6)
"""A file with cases is imported; a file that is there already is replaced; without cases it is taken out."""


@dataclass
class Model:
    """Batches as they should be: number → cases in order."""

    numbers: dict[str, int] = field(default_factory=dict)
    held: dict[int, list[str]] = field(default_factory=dict)
    next: int = 1

    def counted(self) -> dict[int, list[bool]]:
        """Mark the rows that count: of every case the first row of the oldest batch."""
        seen: set[str] = set()
        counted: dict[int, list[bool]] = {}
        for number in sorted(self.held):
            counted[number] = []
            for case in self.held[number]:
                counted[number].append(case not in seen)
                seen.add(case)
        return counted


def live(story: Story, vault: DuckVault | Archive, rows: Rows, look: Callable[[Model], None]) -> None:
    model = Model()
    for file, held in story:
        if held or file not in model.numbers:
            known = model.numbers.get(file)
            result = vault.store_batch(BatchMeta("d", file, file), rows(held, county=f"KE00{ord(file) - 96}"))
            if known is None:
                known = model.numbers[file] = model.next
                model.next += 1
            model.held[known] = held
            assert result.batch_id == known
            marks = model.counted()[known]
            assert result.counted == sum(marks)
            again = [2 + place for place, mark in enumerate(marks) if not mark]
            assert result.duplicates["row_number"].to_pylist() == again
        else:
            number = model.numbers.pop(file)
            del model.held[number]
            assert vault.undo(number).batch_id == number
        found = {line.batch_id: (line.rows, line.counted) for line in vault.batches()}
        assert found == {number: (len(marks), sum(marks)) for number, marks in model.counted().items()}
    look(model)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
def test_in_the_file(story: Story, rows: Rows) -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault = DuckVault(Path(folder) / "vault.duckdb")

        def look(model: Model) -> None:
            with vault._reading() as session:
                found = session.run("SELECT batch_id, counted FROM {s}.cases ORDER BY batch_id, entry")
            assert found == [(number, mark) for number, marks in model.counted().items() for mark in marks]

        live(story, vault, rows, look)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
def test_in_the_archive(story: Story, rows: Rows) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))

        def look(model: Model) -> None:
            ledger = archive.ledger()
            for number, marks in model.counted().items():
                table = pq.read_table(archive._files(ledger.folders[number])[0]).sort_by("entry")
                assert table["counted"].to_pylist() == marks
                assert table["case_id"].to_pylist() == model.held[number]

        live(story, archive, rows, look)


@pytest.mark.parametrize("engine", ["file", "archive"])
def test_the_model_is_not_trivial(engine: str, rows: Rows, tmp_path: Path) -> None:
    """One story told by hand, so that a wrong model cannot agree with a wrong vault."""
    vault = DuckVault(tmp_path / "v.duckdb") if engine == "file" else Archive(tmp_path)
    vault.store_batch(BatchMeta("d", "a", "a"), rows(["1", "2"]))
    assert vault.store_batch(BatchMeta("d", "b", "b"), rows(["2", "3"])).counted == 1
    assert vault.store_batch(BatchMeta("d", "c", "c"), rows(["3", "2"])).counted == 0
    vault.undo(1)
    assert [line.counted for line in vault.batches()] == [2, 0]
    vault.undo(2)
    assert [line.counted for line in vault.batches()] == [2]


def test_the_terms_of_a_batch_stand_in_its_line_for_everybody(vault: Vault, rows: Rows, meta: Meta) -> None:
    """What a steward stated at import stays; a batch that came without terms takes them later, once."""
    vault.store_batch(replace(meta("a"), terms='{"purpose": "policy"}'), rows(["a1"]))
    vault.store_batch(meta("b"), rows(["b1"]))
    first, second = vault.batches()
    vault.state_terms(first.batch_id, "other")
    vault.state_terms(second.batch_id, "late")
    assert [batch.meta.terms for batch in vault.batches()] == ['{"purpose": "policy"}', "late"]
