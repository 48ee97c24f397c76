"""The commands as a data officer and as a script use them, on a real vault in a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from geodata.intake import asking_cli
from geodata.intake.outcome import CountyDoubt

ROOT = Path(__file__).resolve().parents[3]
CASES = ("--as", "cases,undated=undated,numbers=iebc", "--legal-basis", "public_task")
GOOD = "case id,county,date,sex\nA1,Isiolo,2024-03-01,F\nA2,Meru,2024-04-01,M\n"
MIXED = "case id,county,date\nB1,Garrissa,2024-03-01\nB2,Kitu,2024-03-01\nB3,Atlantis,2024-03-01\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NJIA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NJIA_VAULT", raising=False)
    monkeypatch.delenv("NJIA_VAULT_KEY", raising=False)
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


def _json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_json_and_status_when_all_is_well(
    home: Path, file: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *CASES, file("a.csv", GOOD), "--json"]) == 0
    found = _json(capsys)
    assert {name: found[name] for name in ("accepted", "corrected", "to_confirm", "rejected")} == {
        "accepted": 2, "corrected": 0, "to_confirm": 0, "rejected": 0,
    }  # fmt: skip
    assert found["rows"][0] == {"row": 2, "status": "accepted", "pcode": "KE011", "changes": [], "reason": ""}
    assert found["files"][0]["stored"] == 2
    assert Path(found["files"][0]["report"]).parent == home / "reports"


def test_status_two_when_rows_wait_and_one_when_nothing_is_stored(
    home: Path, file: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *CASES, file("b.csv", MIXED), "--json"]) == 2
    found = _json(capsys)
    assert [row["status"] for row in found["rows"]] == ["corrected", "to_confirm", "rejected"]
    assert [row["pcode"] for row in found["rows"]] == ["KE007", "", ""]
    assert found["rows"][1]["suggestion"] == "KE015"
    assert main(["import", *CASES, file("c.csv", "county\nAtlantis\n"), "--json"]) == 1
    assert main(["import", *CASES, file("d.csv", ""), "--json"]) == 1
    assert "empty" in capsys.readouterr().err
    assert home.is_dir()


LONELY = {"case.csv": "KEY,county,date\nu1,Meru,2024-03-01\nu2,Kwale,2024-03-02\n",
          "victims.csv": "KEY,PARENT_KEY,sex,age\nv1,u1,female,15\n"}  # fmt: skip
WHOLE = {**LONELY, "victims.csv": LONELY["victims.csv"] + "v2,u2,male,31\n"}
WIDE = "county,girls trafficked,boys trafficked\nMeru,6,7\nKwale,{},3\n"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("parts", "status"), [(WHOLE, 0), (LONELY, 2)])
def test_a_case_without_a_person_is_something_left_out(tmp_path: Path, parts: dict[str, str], status: int) -> None:
    with zipfile.ZipFile(tmp_path / "odk.zip", "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    assert main(["import", *CASES, str(tmp_path / "odk.zip"), "--json"]) == status


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("cell", "status"), [("5", 0), ("<5", 2)])
def test_a_number_that_is_not_given_is_something_left_out(
    file: Callable[[str, str], str], cell: str, status: int
) -> None:
    answers = ("--as", "trafficking,wide=yes,undated=2024", "--legal-basis", "public_task")
    assert main(["import", *answers, file("wide.csv", WIDE.format(cell)), "--json"]) == status


@pytest.mark.usefixtures("home")
def test_a_person_at_a_terminal_puts_a_date_right(
    file: Callable[[str, str], str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["2024-06-30"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    assert main(["import", *CASES, file("d.csv", GOOD.replace("2024-04-01", "2024-06-31"))]) == 0
    assert "there is no such day" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_a_corrected_file_replaces_its_batch_and_undo_takes_it_out(
    file: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *CASES, file("b.csv", MIXED)]) == 2
    assert main(["import", *CASES, file("b.csv", MIXED.replace("Kitu,", "Kitui,").replace("Atlantis", "Lamu"))]) == 0
    capsys.readouterr()
    assert main(["batches", "--json"]) == 0
    (line,) = _json(capsys)
    assert (line["revision"], line["rows"], line["file"]) == (2, 3, "b.csv")
    assert main(["undo", str(line["batch"])]) == 0
    assert main(["undo", str(line["batch"])]) == 1
    capsys.readouterr()
    assert main(["batches"]) == 0
    assert "Nothing has been imported" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_the_same_case_in_two_files_counts_once_and_is_told(
    file: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *CASES, file("a.csv", GOOD), file("again.csv", GOOD), "--json"]) == 0
    found = _json(capsys)
    assert [one["counted"] for one in found["files"]] == [2, 0]
    assert "same case" in found["rows"][2]["changes"][0]
    assert found["rows"][2]["file"] == "again.csv"


@pytest.mark.usefixtures("home")
def test_a_profile_decides_and_is_saved(
    file: Callable[[str, str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = file("p.csv", "nr,area code,colour,when,who\n7,Kitu,red,2024-01-05,Nyota Centre\n")
    assert main(["import", *CASES, data]) == 1
    profile = file(
        "map.yaml",
        "columns: {area code: county_exploitation, when: date, who: reporting_source}\n"
        "counties: {Kitu: KE015}\norganisations: {Nyota: [Nyota Centre]}\ndataset: north\n",
    )
    saved = tmp_path / "saved.yaml"
    assert main(["import", *CASES, data, "--map", profile, "--save-map", str(saved), "--json"]) == 0
    out = capsys.readouterr().out
    found = json.loads(out[out.index("{") :])
    assert (found["rows"][0]["pcode"], found["dataset"]) == ("KE015", "north")
    assert main(["import", *CASES, data, "--map", str(saved), "--json"]) == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [("columns: {a: nonsense}", "no field"), ("colums: {}", "only"), ("counties: {x: KE099}", "KE047"),
     ("columns: [a]", "followed by"), ("a: [", "YAML")],
)  # fmt: skip
@pytest.mark.usefixtures("home")
def test_a_wrong_profile_is_refused(
    file: Callable[[str, str], str], capsys: pytest.CaptureFixture[str], text: str, word: str
) -> None:
    assert main(["import", *CASES, file("a.csv", GOOD), "--map", file("m.yaml", text)]) == 1
    assert word in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_person_is_asked_about_spellings_and_columns(
    file: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "y"

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert main(["import", *CASES, file("q.csv", "county,date\nKitu,2024-01-01\nKitu,2024-02-01\n")]) == 0
    assert len(asked) == 1
    assert "2 rows" in asked[0]
    assert "Kitui" in asked[0]
    assert "2 corrected" in capsys.readouterr().out


def test_only_yes_is_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, meant in (("y", True), ("ndiyo", True), ("", False), ("nope", False)):
        monkeypatch.setattr("builtins.input", lambda _question, said=said: said)
        assert asking_cli.TerminalAsker().county(CountyDoubt("Kitu", "KE015", "Kitui", 3)) is meant


def test_spreadsheet_formulas_are_neutral_in_reports(
    home: Path, file: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", *CASES, file("=cmd.csv", '"=1+1|calc",county\nx,<script>alert(1)</script>\n')])
    capsys.readouterr()
    (page,) = (home / "reports").glob("*.html")
    (table,) = (home / "reports").glob("*.csv")
    assert "<script>" not in page.read_text(encoding="utf-8")
    cells = table.read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    assert cells[0].startswith("'=")


def test_the_same_file_twice_at_once(home: Path, file: Callable[[str, str], str]) -> None:
    path = file("twice.csv", "case id,county\n" + "".join(f"T{n},Meru\n" for n in range(3000)))
    environment = {**os.environ, "NJIA_HOME": str(home)}
    runs = [
        subprocess.Popen(
            [sys.executable, "app.py", "import", *CASES, path, "--json"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    outputs = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    listed = subprocess.run(
        [sys.executable, "app.py", "batches", "--json"], cwd=ROOT, env=environment, capture_output=True, check=True,
    )  # fmt: skip
    (line,) = json.loads(listed.stdout)
    assert (line["rows"], line["counted"], line["revision"]) == (3000, 3000, 2)


def test_variables_prints_the_page_that_is_in_the_house(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["variables"]) == 0
    assert capsys.readouterr().out == (ROOT / "geodata" / "intake" / "schema.md").read_text(encoding="utf-8")
