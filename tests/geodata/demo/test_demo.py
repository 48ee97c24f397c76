"""The synthetic caseload: clearly synthetic, skewed, correlated, the same every time, importable."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from geodata.demo import cases as demo
from geodata.demo import cli as demo_cli
from geodata.intake import schema
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault import open_vault
from geodata.vault.batch import COUNTABLE, ROW_SCHEMA, check_rows
from geodata.vault.counting import digest


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    return check_rows(next(demo.caseload(50_000, seed=3))).to_pandas().astype(str)


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    return DataSettings(home=tmp_path, vault=f"duckdb:///{tmp_path}/vault.duckdb")


def test_every_code_is_on_its_list(cases: pd.DataFrame) -> None:
    for name in ("sex", "age_group", "form", "nature", "role", "nationality_group", "recruiter_relation", "transport"):
        assert set(cases[name]) <= set(schema.BY_NAME[name].code_names()), name
    for name in ("forms", "means"):
        codes = {code for held in set(cases[name]) for code in held.split(";")}
        assert codes <= set(schema.BY_NAME[name].code_names()), name
    assert set(cases["county"]) == {f"KE{number:03d}" for number in range(1, 48)}


def test_it_cannot_be_mistaken_for_real(cases: pd.DataFrame) -> None:
    assert all(name.startswith("Synthetic organisation ") for name in cases["reporting_source"])


def test_the_same_seed_gives_the_same_cases_however_many_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "CHUNK_ROWS", 1000)
    some, again = list(demo.caseload(2500, seed=1)), list(demo.caseload(2500, seed=1))
    assert [chunk.num_rows for chunk in some] == [1000, 1000, 500]
    assert all(one.equals(other) for one, other in zip(some, again, strict=True))
    assert next(demo.caseload(9000, seed=1)).equals(some[0])
    assert not next(demo.caseload(2500, seed=2)).equals(some[0])
    ids = np.concatenate([chunk["case_id"].to_numpy() for chunk in some])
    assert len(set(ids)) == 2500
    assert all(chunk.column_names == ROW_SCHEMA.names for chunk in some)


def test_it_is_skewed_and_correlated(cases: pd.DataFrame) -> None:
    by_county = cases["county"].value_counts(normalize=True)
    assert by_county.iloc[:5].sum() > 0.25
    assert by_county.iloc[-10:].sum() < 0.1
    women = cases["sex"] == "female"
    form = cases["form"]
    assert women[form == "sexual_exploitation"].mean() > 0.85
    assert women[form == "smuggling_transit"].mean() < 0.3
    young = cases["age_group"].isin(["0-8", "9-17"])
    assert young[form == "child_trafficking"].mean() > 0.9
    assert young[form == "recruitment_abroad"].mean() < 0.1
    assert (cases["nationality"] == "ETH")[cases["corridor"] == "C01"].mean() > 0.6
    first_home = cases[cases["county"] == by_county.index[0]]["reporting_source"].value_counts(normalize=True)
    assert first_home.iloc[:3].sum() > 0.7


def test_the_file_gives_the_cells_it_was_made_from(settings: DataSettings) -> None:
    """Through the intake, with all its disorder, and not one case lost or bent."""
    stored = demo_cli.fill(settings, rows=3000, seed=5)
    assert (stored.rows, stored.counted, stored.batches) == (3000, 3000, 1)
    vault = open_vault(settings)
    dims = [*(name for name in COUNTABLE if name not in {"form", "year"}), "month", "forms"]
    found = counted(vault.sums(demo.DATASET, [tuple(dims)])[tuple(dims)].frame, dims)
    straight = check_rows(next(demo.caseload(3000, seed=5))).to_pandas()
    pd.testing.assert_frame_equal(found, counted(straight.assign(n=1), dims))
    assert all(line.meta.synthetic for line in vault.batches())


def counted(frame: pd.DataFrame, dims: list[str]) -> pd.DataFrame:
    plain = frame[[*dims, "n"]].astype({name: str for name in dims if name != "month"})
    plain["month"] = plain["month"].astype("int64")
    return plain.groupby(dims, sort=True)["n"].sum().reset_index()


def test_a_new_demo_takes_the_place_of_the_old_one(settings: DataSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "CHUNK_ROWS", 1000)
    monkeypatch.setattr(demo_cli, "LARGEST_FILE", 1500)
    assert demo_cli.fill(settings, 800, 1).counted == 800
    assert demo_cli.fill(settings, 2500, 1) == demo_cli.Stored(2500, 2500, 3)
    assert demo_cli.fill(settings, 1600, 2) == demo_cli.Stored(1600, 1600, 2)
    once = digest(open_vault(settings).sums(demo.DATASET, [COUNTABLE]))
    demo_cli.fill(settings, 1600, 2)
    assert digest(open_vault(settings).sums(demo.DATASET, [COUNTABLE])) == once
    assert demo_cli.fill(settings, 700, 1) == demo_cli.Stored(700, 700, 1)


def test_no_made_up_person_gets_into_the_vault(settings: DataSettings) -> None:
    demo_cli.fill(settings, 500, 1)
    held = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    assert b"Synthetic Person" not in held
    assert b"254 700" not in held


def test_the_file_is_for_spreadsheets_and_never_overwritten(settings: DataSettings, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    demo_cli.write_file(settings, path, 50, 1)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf_id;case/case_number;")
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 51
    with pytest.raises(DataProblem, match="is there already"):
        demo_cli.write_file(settings, path, 50, 1)
    with pytest.raises(DataProblem, match="could not be written"):
        demo_cli.write_file(settings, tmp_path / "no such folder" / "cases.csv", 50, 1)


def test_the_verb(settings: DataSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo_cli, "from_environment", lambda: settings)
    monkeypatch.setattr(demo_cli, "publish", lambda *, as_json: 0 if as_json else 3)
    parser = argparse.ArgumentParser()
    demo_cli.register(parser.add_subparsers())
    args = parser.parse_args(["demo", "--rows", "300", "--json"])
    assert args.run(args) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": 300, "counted": 300, "batches": 1}
    args = parser.parse_args(["demo", "--rows", "0"])
    with pytest.raises(DataProblem, match="1 or more"):
        args.run(args)


def test_case_numbers_are_hexadecimal() -> None:
    ids = next(demo.caseload(1000, seed=9))["case_id"]
    assert pa.types.is_string(ids.type)
    assert all(len(case) == 16 and int(case, 16) >= 0 for case in ids.to_pylist())
