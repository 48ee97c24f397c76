"""Two machines measure one caseload at the same moment: what is spent is never less than what was drawn."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from geodata.release.approve import prepare
from geodata.release.manifest import About
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault import open_vault, spending
from geodata.vault.batch import BatchMeta
from geodata.vault.duck import DuckVault
from geodata.vault.spending import MeasurementPlan
from tests.caseloads import WISH, skewed

ABOUT = About("shared", synthetic=True)
PLAN = MeasurementPlan(spending.NEW, 0.25, 9.0, "")
ENGINES = ("duckdb", pytest.param("postgres", marks=pytest.mark.postgres), "spark-files")


def machine(home: Path, address: str, start: Barrier, restate: bool, answers: multiprocessing.Queue[str]) -> None:
    """Prepare a release at the same moment as the others, with releases of its own."""
    vault, store = open_vault(DataSettings(home=home, vault=address)), Store(home / "releases")
    start.wait(60)
    try:
        prepare(vault, store, ABOUT, replace(WISH, restate=restate))
        answers.put("prepared")
    except DataProblem as problem:
        answers.put(str(problem))


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_machines_at_once(engine: str, settings_for: Callable[[str], DataSettings], tmp_path: Path) -> None:
    """One of them measures, the other says why not; the ledger holds the cost of one measurement, not of two."""
    address = settings_for(engine).vault
    vault = open_vault(DataSettings(home=tmp_path, vault=address))
    vault.store_batch(BatchMeta("shared", "f", "f", synthetic=True), skewed(300))
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(3), context.Queue()
    homes = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    machines = [context.Process(target=machine, args=(home, address, start, False, answers)) for home in homes]
    for process in machines:
        process.start()
    told = [answers.get(timeout=120) for _ in machines]
    for process in machines:
        process.join(60)
    assert told.count("prepared") == 1
    assert all("is not under" in line or "being measured" in line for line in told if line != "prepared")
    entries = vault.spending("shared")
    drawn = [one for home in homes for one in Store(home / "releases").measurements("shared")]
    assert len(drawn) == 1
    assert spending.spent(entries) == pytest.approx(drawn[0].rho)
    assert spending.unresolved(entries) == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_measurement_that_was_given_up_stays_spent(
    engine: str, settings_for: Callable[[str], DataSettings], tmp_path: Path
) -> None:
    """Even if the turns fail, as when a server drops a connection: both costs count and one result is not used."""
    settings = (
        DataSettings(home=tmp_path, vault=f"spark:///{tmp_path}/archive")
        if engine == "spark-files"
        else settings_for(engine)
    )
    vault = open_vault(settings)
    vault.store_batch(BatchMeta("shared", "f", "f", synthetic=True), skewed(50))
    first, second = vault.begin("shared", PLAN), vault.begin("shared", PLAN)
    with pytest.raises(DataProblem, match=rf"Measurement {first.attempt} was given up"):
        vault.finish("shared", first.attempt, "0" * 64, "")
    vault.finish("shared", second.attempt, "1" * 64, "")
    entries = vault.spending("shared")
    assert spending.spent(entries) == pytest.approx(2 * PLAN.rho)
    assert spending.confirmed(entries) == {second.attempt: "1" * 64}
    with pytest.raises(DataProblem, match="given up"):
        vault.finish("shared", second.attempt, "2" * 64, "")


@pytest.mark.parametrize("engine", ENGINES)
def test_who_comes_second_is_told(engine: str, settings_for: Callable[[str], DataSettings], tmp_path: Path) -> None:
    address = f"spark:///{tmp_path}/archive" if engine == "spark-files" else settings_for(engine).vault
    vault = open_vault(DataSettings(home=tmp_path, vault=address))
    impatient = replace(vault, patience_s=0.2)  # type: ignore[type-var]  # every vault is a dataclass
    with vault.measuring("shared"):
        with pytest.raises(DataProblem, match="being measured by somebody else"), impatient.measuring("shared"):
            pass
        with impatient.measuring("another"):
            pass
    with impatient.measuring("shared"):
        pass


def test_a_turn_that_is_not_taken_costs_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the tests above can fail: without turns the second measurement gives up the first one."""

    @contextmanager
    def no_turn(_vault: DuckVault, _dataset: str) -> Iterator[None]:
        yield

    vault = DuckVault(tmp_path / "vault.duckdb")
    vault.store_batch(BatchMeta("shared", "f", "f", synthetic=True), skewed(50))
    monkeypatch.setattr(DuckVault, "measuring", no_turn)
    begin = DuckVault.begin

    def overtaken(vault: DuckVault, dataset: str, plan: MeasurementPlan) -> spending.SpendingLine:
        entry = begin(vault, dataset, plan)
        begin(vault, dataset, plan)
        return entry

    monkeypatch.setattr(DuckVault, "begin", overtaken)
    with pytest.raises(DataProblem, match="given up"):
        prepare(vault, Store(tmp_path / "releases"), ABOUT, WISH)
    assert len(spending.announced(vault.spending("shared"))) == 2
