"""What is wrong with a file ends in one sentence; what is wrong with a row ends in that row's reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from geodata.intake import readers, workbook
from geodata.intake.event_dates import LEAVE_OUT, NO_DATE
from geodata.intake.keys import case_key
from geodata.intake.outcome import Outcome
from geodata.intake.profile import Profile, load_profile, save_profile
from geodata.settings import DataSettings
from geodata.values import DataProblem

Check = Callable[..., Outcome]


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["case id", "county", "date"])
    for number in range(50):
        book.active.append([f"k{number}", "Meru", "2024-01-01"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


OLE_LOCKED = workbook.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600

FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("cases.csv", b"", "empty"),
    "blank": ("cases.csv", b"\n \n", "empty"),
    "headings only": ("cases.csv", b"case id,county\n", "no row"),
    "cut off": ("cases.csv", b"case id,county,date\n1,Meru,2024-01-01\n2,Me", "cut off"),
    "open quotes": ("cases.csv", b'id,county\n1,Meru\n2,"Embu\n3,Kitui\n', "quotation"),
    "binary as csv": ("cases.csv", b"a,b\n" + bytes(range(256)) * 8, "not a text file"),
    "xlsx as csv": ("cases.csv", _xlsx(), "rename"),
    "csv as xlsx": ("cases.xlsx", b"id,county\n1,Meru\n", "rename"),
    "web page as xls": ("cases.xls", b"<!DOCTYPE html><table><tr><td>county", "web page"),
    "cut off xlsx": ("cases.xlsx", _xlsx()[:3000], "damaged or cut off"),
    "locked": ("cases.xlsx", OLE_LOCKED, "password"),
    "hidden macros": ("cases.xlsx", _zip(xl__vbaProject_dot_bin=b"x", xl__workbook_dot_xml=b"<x/>"), "macros"),
    "bomb": ("cases.xlsx", _zip(xl__sheet_dot_xml=bytes(90 << 20)), "unpack"),
    "no county": ("cases.csv", b"id,colour\n1,red\n", "No column"),
    "no headings": ("cases.csv", b"1,Meru,2024-01-01\n2,Embu,2024-01-02\n", "no headings"),
    "unread kind": ("cases.accdb", b"PK\x03\x04", "kind"),
    "broken map": ("cases.geojson", b'{"type": "FeatureCollection", "features": [', "damaged"),
    "zip without shapes": ("cases.zip", _zip(readme_dot_txt=b"hello"), "no Shapefile"),
    "broken parquet": ("cases.parquet", b"PAR1" + b"\0" * 60, "damaged"),
    "too wide": ("cases.csv", b",".join(b"c%d" % n for n in range(5000)) + b"\n", "columns"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_refused_in_one_sentence_that_names_it(check: Check, case: str) -> None:
    name, content, word = FILES[case]
    with pytest.raises(DataProblem) as refusal:
        check(content, name)
    sentence = str(refusal.value)
    assert word in sentence
    assert name in sentence
    assert "\n" not in sentence


def test_a_zip_that_understates_its_size_is_refused(check: Check) -> None:
    content = bytearray(_zip(xl__sheet_dot_xml=bytes(1 << 20)))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.find(mark) + (22 if mark == b"PK\x03\x04" else 24)
        content[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(DataProblem, match="damaged"):
        check(bytes(content), "cases.xlsx")


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DataProblem, match="NJIA_HOME"):
        case_key(DataSettings(home=tmp_path / "file" / "home", vault=""))


def test_a_missing_file_and_one_too_large(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataProblem, match="no file"):
        check(tmp_path / "gone.csv")
    monkeypatch.setitem(readers.MOST_BYTES, readers.CSV, 10)
    with pytest.raises(DataProblem, match="limit"):
        check("case id,county\n1,Meru\n")


def test_macros_in_a_workbook_that_admits_them_are_noted(check: Check) -> None:
    plain = zipfile.ZipFile(io.BytesIO(_xlsx()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in plain.namelist():
            archive.writestr(part, plain.read(part))
        archive.writestr("xl/vbaProject.bin", b"not run")
    outcome = check(out.getvalue(), "cases.xlsm")
    assert outcome.count(outcome.status.dtype.type(0)) == 50  # type: ignore[arg-type]
    assert any("macros" in note and "not run" in note for note in outcome.notes)


def test_a_thousand_columns_are_read(check: Check) -> None:
    headings = ["county", *(f"extra {n}" for n in range(999))]
    cells = ["Lamu", *("x" for _ in range(999))]
    outcome = check(",".join(headings) + "\n" + ",".join(cells) + "\n")
    assert [row["pcode"] for row in outcome.row_objects()] == ["KE005"]
    assert outcome.dropped[""] == (999, 999)


ROWS = {
    "Meru,2030-01-01,,": ("rejected", "future"),
    "Meru,31/04/2024,,": ("rejected", "no such day"),
    "Meru,2024-13-02,,": ("rejected", "Ethiopian"),
    "Meru,30/02/2016,,": ("rejected", "Ethiopian"),
    "Meru,12 Meskerem 2015,,": ("rejected", "Ethiopian"),
    "Meru,some time ago,,": ("to_confirm", "not readable"),
    "Meru,1975-02-03,,": ("to_confirm", "before 1990"),
    "Meru,2024-02-03,-3,": ("rejected", "negative"),
    "Meru,2024-02-03,250,": ("rejected", "over 120"),
    "Meru,2024-02-03,,-2": ("rejected", "negative"),
    "Meru,2024-02-03,,0": ("rejected", "zero"),
    "Meru,2024-02-03,,2.5": ("rejected", "whole"),
    "Meru,2024-02-03,,9999": ("to_confirm", "500"),
    "Atlantis,2024-02-03,,": ("rejected", "not the name"),
    "KE048,2024-02-03,,": ("rejected", "P-code"),
    "Kitu,2024-02-03,,": ("to_confirm", "Kitui"),
    "Eldoret,2024-02-03,,": ("to_confirm", "a town in Uasin Gishu"),
    "Meru,2024-02-03,,,surplus": ("rejected", "more cells"),
}


@pytest.mark.parametrize("line", ROWS)
def test_a_bad_row_has_its_number_and_reason(check: Check, line: str) -> None:
    expected, word = ROWS[line]
    outcome = check(f"county,date,age,number of victims\nEmbu,2024-01-01,4,1\n\n{line}\n")
    good, bad = list(outcome.row_objects())
    assert (good["row"], good["status"], good["pcode"]) == (2, "accepted", "KE014")
    assert (bad["row"], bad["status"], bad["pcode"]) == (4, expected, "")
    assert word in bad["reason"]
    assert outcome.table.num_rows == 1


def test_two_digit_years_are_read_and_said(check: Check) -> None:
    row = next(check("county,date\nEmbu,25/03/21\n").row_objects())
    assert row["status"] == "corrected"
    assert "2021" in row["changes"][0]


def test_day_and_month_are_told_by_the_whole_column(check: Check) -> None:
    american = check("county,date\nEmbu,03/25/2024\nEmbu,02/01/2024\n").table["month"].to_pylist()
    assert american == [24290, 24289]
    mixed = check("county,date\nEmbu,25/03/2024\nEmbu,03/25/2024\nEmbu,02/01/2024\n")
    assert [row["status"] for row in mixed.row_objects()] == ["accepted", "accepted", "to_confirm"]


def test_a_birth_date_becomes_an_age_group_and_leaves(check: Check) -> None:
    outcome = check("county,date,date of birth\nEmbu,2024-03-01,2010-05-17\nEmbu,2024-03-01,17/05/80\n")
    assert outcome.table["age_group"].to_pylist() == ["9-17", "39-47"]
    assert outcome.dropped["birth_date"] == (2, 1)
    assert "2010" not in str(outcome.table.to_pylist())


def test_yes_takes_suggestions_and_says_so(check: Check) -> None:
    row = next(check("county,date\nKitu,2024-03-01\n", yes=True).row_objects())
    assert (row["status"], row["pcode"]) == ("corrected", "KE015")
    assert "as suggested" in row["changes"][0]


def test_a_place_abroad_is_never_a_county(check: Check) -> None:
    text = "county of origin,country of origin,county of exploitation\nBusia,Uganda,Nairobi\nBusia,Kenya,\nBusia,UG,\n"
    rows = list(check(text).row_objects())
    assert [row["pcode"] for row in rows] == ["KE047", "KE040", ""]
    assert [row["status"] for row in rows] == ["corrected", "accepted", "to_confirm"]


def test_a_column_is_read_as_iso_only_if_it_says_so(check: Check) -> None:
    assert next(check("iso code\n9\n").row_objects())["pcode"] == "KE011"
    asked = check("county code\n9\n")
    assert next(asked.row_objects())["status"] == "to_confirm"
    assert [question.key for question in asked.questions if not question.blocks] == ["numbers"]
    for answer, pcode in (("iebc", "KE009"), ("alphabetical", "KE011"), ("iso", "KE011")):
        answered = check("county code\n9\n", answers=(("numbers", answer),))
        assert next(answered.row_objects())["pcode"] == pcode
    assert next(check("county code\nKE-09\n").row_objects())["pcode"] == "KE011"


def test_the_same_text_gives_the_same_rows_across_chunks(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    places = np.array(["Meru", "Kisii", "Lamu", "Wajir", "Busia", "Nandi"])[rng.integers(0, 6, 4000)]
    sexes = np.array(["F", "M", "", "Woman"])[rng.integers(0, 4, 4000)]
    text = "case id,county,sex,age\n" + "".join(
        f"c{n},{place},{sex},{n % 60}\n" for n, (place, sex) in enumerate(zip(places, sexes, strict=True))
    )
    whole = check(text).table.to_pylist()
    monkeypatch.setattr("geodata.intake.csv_file.CHUNK_ROWS", 64)
    assert check(text).table.to_pylist() == whole
    assert {row["county"] for row in whole} == {"KE012", "KE045", "KE005", "KE008", "KE040", "KE029"}


def test_an_impossible_date_is_put_to_a_person_and_decided(check: Check) -> None:
    lines = "c1,Meru,30/06/2024\nc2,Meru,31/06/2024\nc3,Meru,next week\nc4,Meru,0712345678\nc5,Meru,31/06/2024\n"
    text = f"case id,county,date\n{lines}"
    first = check(text, profile=Profile(answers={"list": "cases"}))
    assert [(doubt.text, doubt.n_rows) for doubt in first.dates] == [("31/06/2024", 2), ("next week", 1)]
    assert "no such day" in first.dates[0].reason
    decided = Profile(answers={"list": "cases"}, dates={"31/06/2024": "2024-06-30", "next week": NO_DATE})
    outcome = check(text, profile=decided)
    assert outcome.dates == []
    assert [row["month"] for row in outcome.table.to_pylist()] == [24293, 24293, 0, 24293]
    left = check(text, profile=Profile(answers={"list": "cases"}, dates={"31/06/2024": LEAVE_OUT, "next week": "2024"}))
    assert [row["date_precision"] for row in left.table.to_pylist()] == ["day", "year"]


def test_a_decision_about_a_date_is_kept_in_a_profile_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "ngo.yaml"
    save_profile(path, Profile(dates={"31/06/2024": "2024-06-30"}))
    assert load_profile(path).dates == {"31/06/2024": "2024-06-30"}
    path.write_text("dates:\n  31/06/2024: some day\n", encoding="utf-8")
    with pytest.raises(DataProblem, match="some day"):
        load_profile(path)
