"""The 43 files in the shapes people bring: stored right, asked about, or refused with the way out; by command and desk.

For each file: what must be true when it is read without an answer (the questions that are open, or the words of the
refusal), and what is stored once they are answered as a person who knows the file would.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from geodata.intake.outcome import Outcome
from geodata.intake.profile import Profile
from geodata.intake.run import Options, check_file
from geodata.settings import DataSettings
from geodata.values import DataProblem, Pcode
from tests.geodata.intake.conftest import TODAY

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "reference" / "intake_cases"
needs_reference = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/reference is not here")


@dataclass(frozen=True)
class Case:
    """One file. asks: keys of open questions.  refused: words of the refusal.  then: persons by key once answered.

    waits: rows that wait unanswered.
    doubts: spelling → the county suggested.  offers: spelling → counties offered.
    """

    asks: tuple[str, ...] = ()
    refused: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    counties: dict[str, str] = field(default_factory=dict)
    by: tuple[str, ...] = ("county",)
    then: dict[Any, int] | None = None
    waits: int = 0
    doubts: dict[str, str] = field(default_factory=dict)
    offers: dict[str, tuple[str, ...]] = field(default_factory=dict)


TRAFFICKING = {"list": "trafficking"}
MONTHS_2023 = {month: 2023 * 12 + month - 1 for month in range(1, 13)}
MONTHS_2024 = {month: 2024 * 12 + month - 1 for month in range(1, 13)}


def month(year: int, number: int) -> int:
    """Return the vault's number of a month."""
    return year * 12 + number - 1


CASES: dict[str, Case] = {
    "01-ctdc-synthetic.csv": Case(refused="by country, not by county"),
    "03-kobo-labels-repeat.xlsx": Case(
        by=("county", "month", "nature"),
        then={
            ("KE011", month(2024, 3), "mixed"): 3,
            ("KE027", month(2024, 4), "trafficking"): 1,
            ("KE004", month(2024, 5), "trafficking"): 2,
        },
    ),
    "04-kobo-xml-semicolon.csv": Case(
        by=("month",), then={(month(2023, number),): 1 for number in (5, 6, 7, 8, 11, 12)}
    ),
    "05-kobo-api-v2.json": Case(then={("KE023",): 1, ("KE040",): 1, ("KE007",): 1}),
    "06-odk-central.zip": Case(asks=("list",), answers=TRAFFICKING, then={("KE008",): 2, ("KE009",): 1}),
    "07-dhis2-events.csv": Case(
        asks=("list",),
        waits=3,
        answers={"list": "only"},
        words={"child labour": "forced_labour"},
        then={("KE010",): 1, ("KE040",): 1},
    ),
    "08-dhis2-aggregate-long.csv": Case(
        asks=("persons",),
        answers={"persons": "Value"},
        by=("county", "month", "nature"),
        then={
            ("KE010", month(2024, 1), "trafficking"): 14,
            ("KE010", month(2024, 2), "trafficking"): 9,
            ("KE011", month(2024, 1), "trafficking"): 31,
            ("KE047", month(2024, 1), "trafficking"): 57,
            ("KE047", month(2024, 2), "trafficking"): 44,
        },
    ),
    "09-pivot-county-month.xlsx": Case(
        asks=("list", "wide", "large", "undated"),
        waits=1,
        answers={"list": "trafficking", "wide": "yes", "large": "yes", "undated": "2023"},
        by=("county", "month"),
        then={
            ("KE001", month(2023, 1)): 12,
            ("KE001", month(2023, 4)): 7,
            ("KE002", month(2023, 1)): 3,
            ("KE002", month(2023, 2)): 1,
            ("KE002", month(2023, 4)): 2,
            ("KE023", month(2023, 1)): 1204,
            ("KE023", month(2023, 2)): 30,
            ("KE023", month(2023, 3)): 12,
            ("KE023", month(2023, 4)): 9,
            ("KE047", month(2023, 1)): 40,
            ("KE047", month(2023, 2)): 35,
            ("KE047", month(2023, 4)): 22,
        },
    ),
    "10-primero-gbv.csv": Case(asks=("list",), answers={"list": "only"}, waits=3, then={("KE007",): 1, ("KE008",): 1}),
    "11-cpims-all-categories.csv": Case(
        asks=("list",),
        waits=9,
        answers={"list": "only"},
        words={
            "child labour": "forced_labour",
            "child marriage": "forced_marriage",
            "sexual exploitation and abuse": "sexual_exploitation",
        },
        then={("KE040",): 1, ("KE044",): 1, ("KE003",): 1, ("KE033",): 1},
    ),
    "13-stata.dta": Case(
        asks=("list", "numbers", "sex"),
        answers={"list": "trafficking", "numbers": "iebc", "sex": "1:male-2:female"},
        waits=3,
        by=("county", "sex", "month"),
        then={
            ("KE001", "male", month(2022, 1)): 1,
            ("KE023", "female", month(2023, 1)): 1,
            ("KE047", "female", month(2024, 1)): 1,
        },
    ),
    "15-mac-1904.xlsx": Case(
        asks=("list",),
        answers=TRAFFICKING,
        by=("month",),
        then={(month(2023, 4),): 1, (month(2023, 11),): 1, (month(2024, 1),): 1},
    ),
    "15b-mac-1904-serials.xlsx": Case(
        asks=("list",),
        answers=TRAFFICKING,
        by=("month",),
        then={(month(2023, 4),): 1, (month(2023, 11),): 1, (month(2024, 1),): 1},
    ),
    "16-kiswahili.csv": Case(then={("KE003",): 1, ("KE004",): 2, ("KE047",): 1, ("KE006",): 14}),
    "16-kiswahili.ods": Case(then={("KE003",): 1, ("KE004",): 2, ("KE047",): 1, ("KE006",): 14}),
    "17-google-sheets-us-dates.csv": Case(by=("month",), then={(MONTHS_2024[n],): 1 for n in (3, 5, 7, 9, 10)}),
    "18-google-form-questions.csv": Case(
        by=("month", "age_group"),
        then={
            (MONTHS_2024[1], "9-17"): 1,
            (MONTHS_2024[2], "18-20"): 1,
            (MONTHS_2024[3], "21-23"): 1,
            (MONTHS_2024[4], "24-26"): 1,
        },
    ),
    "20-missing-migrants.csv": Case(asks=("list", "persons"), answers={"list": "none", "persons": "none"}, then={}),
    "21-unhcr-progres.csv": Case(
        asks=("list",),
        waits=4,
        doubts={"Kakuma": "KE023", "Dadaab": "KE007", "Kalobeyei": "KE023"},
        answers={"list": "only"},
        counties={"Kakuma": "KE023", "Urban Nairobi": "KE047"},
        then={("KE023",): 1, ("KE047",): 1},
    ),
    "22-unodc-portal.xlsx": Case(refused="by country, not by county"),
    "24-sheet-per-month.xlsx": Case(
        asks=("sheets",),
        answers={"sheets": "all"},
        by=("month",),
        then={(MONTHS_2024[1],): 3, (MONTHS_2024[2],): 5, (MONTHS_2024[3],): 4},
    ),
    "25-several-counties.csv": Case(
        waits=6,
        offers={
            "Garissa, Wajir": ("KE007", "KE008"),
            "Mombasa/Kwale": ("KE001", "KE002"),
            "Moyale - Isiolo - Nairobi": ("KE010", "KE011", "KE047"),
            "Busia and Kakamega": ("KE037", "KE040"),
            "Between Meru and Isiolo": ("KE011", "KE012"),
            "Nairobi & Kiambu": ("KE022", "KE047"),
        },
        counties={
            "Garissa, Wajir": "KE007",
            "Mombasa/Kwale": "KE002",
            "Moyale - Isiolo - Nairobi": "KE011",
            "Busia and Kakamega": "KE040",
            "Between Meru and Isiolo": "KE012",
            "Nairobi & Kiambu": "KE022",
        },
        by=("county", "nature"),
        then={
            (pcode, "smuggling"): 1
            for pcode in ("KE047", "KE010", "KE007", "KE002", "KE011", "KE040", "KE012", "KE022")
        },
    ),
    "26-aggregate-by-sex.csv": Case(
        asks=("wide", "large"),
        waits=2,
        answers={"wide": "yes", "large": "yes"},
        by=("county", "nature"),
        then={
            ("KE001", "trafficking"): 43,
            ("KE011", "trafficking"): 7,
            ("KE047", "trafficking"): 88,
            ("KE001", "smuggling"): 5,
            ("KE011", "smuggling"): 1240,
            ("KE010", "smuggling"): 2310,
        },
    ),
    "28-police-stations.csv": Case(
        waits=6, doubts={"Isebania Police Station": "KE044", "Kakuma Police Station": "KE023"}, then={}
    ),
    "29-acled.csv": Case(asks=("list", "persons"), answers={"list": "none", "persons": "none"}, then={}),
    "31-hxl-blank-top.csv": Case(
        asks=("list", "undated"),
        answers={"list": "cases", "undated": "2023"},
        then={("KE007",): 14, ("KE008",): 3, ("KE009",): 6},
    ),
    "33-survey-codes.csv": Case(
        asks=("list", "persons", "numbers", "sex", "undated"),
        waits=5,
        answers={
            "list": "trafficking",
            "persons": "none",
            "numbers": "iebc",
            "sex": "1:male-2:female",
            "undated": "E",
        },
        by=("county", "sex", "month", "date_precision"),
        then={
            ("KE001", "female", MONTHS_2023[1], "year"): 1,
            ("KE023", "male", MONTHS_2023[1], "year"): 1,
            ("KE047", "female", MONTHS_2023[1], "year"): 1,
            ("KE007", "male", MONTHS_2023[1], "year"): 1,
            ("KE010", "female", MONTHS_2023[1], "year"): 1,
        },
    ),
    "34-cp1252-tabs.txt": Case(
        asks=("list",),
        answers=TRAFFICKING,
        by=("county", "month"),
        then={
            ("KE021", MONTHS_2024[2]): 1,
            ("KE006", MONTHS_2024[2]): 1,
            ("KE047", MONTHS_2024[3]): 1,
            ("KE026", MONTHS_2024[3]): 1,
        },
    ),
    "36-pivot-row-labels.xlsx": Case(
        asks=("list", "wide", "undated"),
        answers={"list": "cases", "wide": "yes", "undated": "undated"},
        then={("KE040",): 17, ("KE042",): 18, ("KE023",): 62},
    ),
    "38-case-type-tip-som.csv": Case(by=("nature",), then={("trafficking",): 7, ("smuggling",): 3}),
    "39-zipped-csv.zip": Case(asks=("list",), answers=TRAFFICKING, then={("KE040",): 1}),
    "40-power-bi.xlsx": Case(
        asks=("list", "persons"),
        answers={"list": "cases", "persons": "Sum of Victims"},
        then={("KE047",): 120, ("KE011",): 64, ("KE010",): 71},
    ),
    "43-arrested-suspects.csv": Case(asks=("list",), waits=5, answers={"list": "none"}, then={}),
    "44-county-twice.csv": Case(
        asks=("list",),
        waits=2,
        answers=TRAFFICKING,
        by=("county_origin", "county"),
        then={("KE040", "KE047"): 1, ("KE003", "KE001"): 1},
    ),
    "45-month-year-cols.csv": Case(
        asks=("list",),
        answers=TRAFFICKING,
        by=("county", "month", "date_precision"),
        then={
            ("KE040", MONTHS_2024[1], "month"): 4,
            ("KE040", MONTHS_2024[2], "month"): 2,
            ("KE005", MONTHS_2024[3], "month"): 7,
            ("KE005", MONTHS_2024[1], "year"): 1,
        },
    ),
    "46-county-id-alphabetical.csv": Case(
        asks=("numbers",),
        waits=4,
        answers={"numbers": "alphabetical"},
        then={("KE011",): 1, ("KE010",): 1, ("KE047",): 1, ("KE007",): 1},
    ),
    "48-police-register-messy.xlsx": Case(
        asks=("list", "order"),
        waits=5,
        doubts={"Moyale": "KE010", "Meru North": "KE012"},
        answers={"list": "trafficking", "order": "day"},
        counties={"Moyale": "KE010", "Meru North": "KE012", "East Pokot": "KE030", "Kakuma": "KE023"},
        then={("KE010",): 2, ("KE011",): 1, ("KE047",): 1, ("KE001",): 1, ("KE012",): 1, ("KE023",): 1, ("KE030",): 1},
    ),
    "49-pii-odd-headings.csv": Case(then={("KE040",): 1, ("KE005",): 1}),
    "50-no-headings.csv": Case(refused="no headings"),
    "51-sex-codes.csv": Case(
        asks=("list",),
        answers=TRAFFICKING,
        by=("county", "sex"),
        then={("KE040", "female"): 1, ("KE040", "male"): 1, ("KE005", "female"): 1},
    ),
    "52-one-row-per-service.csv": Case(by=("month",), then={(MONTHS_2024[n],): 1 for n in (2, 3, 4, 5)}),
    "53-amharic.csv": Case(
        asks=("list",),
        answers=TRAFFICKING,
        by=("county", "sex", "age_group"),
        then={("KE010", "female", "9-17"): 1, ("KE011", "male", "21-23"): 1},
    ),
    "54b-date-words.csv": Case(waits=5, by=("county",), then={("KE032",): 16}),
    "55-moyale-register.csv": Case(
        waits=4,
        doubts={"Moyale": "KE010", "Kakuma": "KE023", "Eastleigh": "KE047"},
        counties={"Moyale": "KE010", "Kakuma": "KE023", "Eastleigh": "KE047"},
        then={("KE010",): 2, ("KE011",): 1, ("KE023",): 1, ("KE047",): 1},
    ),
}


def persons_by(outcome: Outcome, names: tuple[str, ...]) -> dict[Any, int]:
    """Return how many different persons are to be stored, by some of their columns."""
    persons = {row["case_id"]: tuple(row[name] for name in names) for row in reversed(outcome.table.to_pylist())}
    return dict(Counter(persons.values()))


def read(path: Path, settings: DataSettings, profile: Profile) -> Outcome:
    return check_file(path, settings, Options(profile=profile, today=TODAY))


@needs_reference
def test_every_file_of_the_folder_is_here() -> None:
    files = {path.name for path in FOLDER.iterdir() if not path.name.endswith(".md")}
    assert files == set(CASES)


@needs_reference
@pytest.mark.parametrize("name", CASES)
def test_a_file_is_stored_right_asked_about_or_refused(settings: DataSettings, name: str) -> None:
    case, path = CASES[name], FOLDER / name
    if case.refused:
        with pytest.raises(DataProblem, match=case.refused):
            read(path, settings, Profile())
        return
    first = read(path, settings, Profile())
    assert {question.key for question in first.questions} >= set(case.asks)
    assert first.counts()["to_confirm"] == case.waits
    offered = {doubt.spelling: doubt.pcode for doubt in first.doubts}
    assert {spelling: offered.get(spelling) for spelling in case.doubts} == case.doubts
    candidates = {doubt.spelling: tuple(sorted(doubt.candidates)) for doubt in first.doubts}
    assert {spelling: candidates.get(spelling) for spelling in case.offers} == case.offers
    counties = {spelling: Pcode(pcode) for spelling, pcode in case.counties.items()}
    answered = read(path, settings, Profile(answers=dict(case.answers), words=dict(case.words), counties=counties))
    if case.then is not None:
        assert not answered.blocked
        assert persons_by(answered, case.by) == case.then
        assert answered.persons == sum(case.then.values())


@needs_reference
@pytest.mark.parametrize("name", CASES)
def test_the_command_says_what_it_takes_a_file_for_and_stores_nothing_unanswered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv("NJIA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NJIA_VAULT", raising=False)
    case = CASES[name]
    status = main(["import", str(FOLDER / name), "--json", "--legal-basis", "public_task"])
    answer = json.loads(capsys.readouterr().out)
    if case.refused:
        assert status == 1
        return
    (file,) = answer["files"]
    blocks = any(question["blocks"] for question in answer["questions"])
    assert (status, file["stored"]) == (2, 0) if blocks else (status in (0, 2), file["stored"] > 0 or case.waits > 0)
    assert set(answer["coverage"]) == {"county", "date", "nature", "sex", "age"}
    assert all(set(cover) == {"column", "known", "of"} for cover in answer["coverage"].values())
    if not blocks and not case.waits and case.then:
        assert answer["persons"] == sum(case.then.values())
