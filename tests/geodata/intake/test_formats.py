"""The same three cases from every kind of file come out the same."""

from __future__ import annotations

import codecs
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import geopandas as gpd
import openpyxl
import pandas as pd
import polars as pl
import pyreadstat
import pytest
import shapely

from geodata.intake.outcome import Outcome
from geodata.matching.points import PointMatcher
from geodata.untrusted.sheets import date_order
from geodata.values import DataProblem, Pcode
from tests.geodata.intake.binary_books import DATE, Cell, write_xls, write_xlsb

HEADINGS = ["Case ID", "County of exploitation", "Date", "Sex", "Age", "Form of exploitation"]
CASES = [
    ["A-1", "Isiolo", "2024-03-05", "Female", "15", "Forced labour"],
    ["A-2", "Murang'a", "2023-11-30", "Male", "31", "Sexual exploitation; Forced begging"],
    ["A-3", "Taita/Taveta", "2022-01-01", "F", "17", "Traite des enfants, é"],
]
EXPECTED = [
    ("KE011", 24290, "female", "9-17", "forced_labour"),
    ("KE021", 24286, "male", "30-38", "several"),
    ("KE006", 24264, "female", "9-17", "child_trafficking"),
]

Check = Callable[..., Outcome]


def _lines(separator: str) -> str:
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in [HEADINGS, *CASES]]
    return "\r\n".join(separator.join(row) for row in quoted) + "\r\n"


def _summary(outcome: Outcome) -> list[tuple[Any, ...]]:
    names = ("county_exploitation", "month", "sex", "age_group", "form")
    return [tuple(row[name] for name in names) for row in outcome.table.to_pylist()]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_csv_of_every_encoding_and_separator(check: Check, encoding: str, separator: str) -> None:
    outcome = check(_lines(separator).encode(encoding))
    assert _summary(outcome) == EXPECTED
    assert outcome.rows.tolist() == [2, 3, 4]


def _workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Cases"
    for row in rows:
        sheet.append(row)
    book.create_sheet("Lists").append(["county", "Isiolo"])
    book.save(path)
    return path


def test_xlsx_takes_the_sheet_with_the_cases_and_names_the_other(check: Check, tmp_path: Path) -> None:
    outcome = check(_workbook(tmp_path / "cases.xlsx", [HEADINGS, *CASES]))
    assert _summary(outcome) == EXPECTED
    assert outcome.sheet == "Cases"
    assert any("Lists" in note for note in outcome.notes)


def test_xlsx_with_title_rows_and_merged_headings(check: Check, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Monthly return of the county office"])
    sheet.append(["Case ID", "County of exploitation", "Date", "Person", None, "Form of exploitation"])
    sheet.append([None, None, None, "Sex", "Age", None])
    sheet.merge_cells("D2:E2")
    for row in CASES:
        sheet.append(row)
    book.save(tmp_path / "merged.xlsx")
    outcome = check(tmp_path / "merged.xlsx")
    assert _summary(outcome) == EXPECTED
    assert outcome.rows.tolist() == [4, 5, 6]


def test_row_numbers_are_those_of_the_sheet(check: Check, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for at, row in ((4, ["county", "date"]), (5, ["Meru", "2024-01-01"]), (7, ["Embu", None])):
        for place, cell in enumerate(row, start=1):
            sheet.cell(at, place, cell)
    book.save(tmp_path / "low.xlsx")
    assert check(tmp_path / "low.xlsx").rows.tolist() == [5, 7]


def test_formulas_are_never_evaluated(check: Check, tmp_path: Path) -> None:
    rows = [HEADINGS, CASES[0], ["A-9", '=IF(1,"Meru","")', "2024-01-01", "F", "=20+1", "Forced labour"]]
    outcome = check(_workbook(tmp_path / "formula.xlsx", rows))
    assert _summary(outcome)[1] == ("unknown", 24288, "female", "unknown", "forced_labour")


def _cells() -> list[Cell]:
    """Return the same cases for a binary workbook."""
    return [(row, place, cell, 0) for row, cells in enumerate([HEADINGS, *CASES]) for place, cell in enumerate(cells)]


def test_xlsb_with_real_dates(check: Check, tmp_path: Path) -> None:
    cells = [cell for cell in _cells() if cell[1] != 2 or cell[0] == 0]
    cells += [(row, 2, day, DATE) for row, day in ((1, 45356.0), (2, 45260.0), (3, 44562.0))]
    assert _summary(check(write_xlsb(tmp_path / "cases.xlsb", cells))) == EXPECTED


def test_xlsb_whose_bare_day_numbers_count_from_1904(check: Check, tmp_path: Path) -> None:
    cells = [cell for cell in _cells() if cell[1] != 2 or cell[0] == 0]
    cells += [(row, 2, day - 1462, 0) for row, day in ((1, 45356.0), (2, 45260.0), (3, 44562.0))]
    assert _summary(check(write_xlsb(tmp_path / "cases.xlsb", cells, from_1904=True))) == EXPECTED


@pytest.mark.parametrize("kind", ["dta", "sav", "zsav", "por"])
def test_stata_and_spss_with_value_labels(check: Check, tmp_path: Path, kind: str) -> None:
    sexes, forms = (
        {1.0: "Female", 2.0: "Male"},
        {1.0: CASES[0][5], 2.0: CASES[1][5], 3.0: CASES[2][5].replace("é", "e")},
    )
    frame = pd.DataFrame({
        "caseid": [case[0] for case in CASES],
        "q1": ["Isiolo", "Murang'a", "Taita/Taveta"],
        "date": [case[2] for case in CASES],
        "sex": [1.0, 2.0, 1.0],
        "age": [15.0, 31.0, 17.0],
        "form": [1.0, 2.0, 3.0],
    })  # fmt: skip
    path = tmp_path / f"cases.{kind}"
    labels = {"q1": "County of exploitation"}
    values: dict[str, Any] = {"sex": sexes, "form": forms}
    if kind == "dta":
        whole = {name: {int(code): word for code, word in words.items()} for name, words in values.items()}
        frame = frame.astype({"sex": int, "age": int, "form": int})
        pyreadstat.write_dta(frame, str(path), column_labels=labels, variable_value_labels=whole)
    elif kind == "por":
        worded = frame.assign(sex=frame["sex"].map(sexes), form=frame["form"].map(forms))
        pyreadstat.write_por(worded, str(path), column_labels=[labels.get(name, "") for name in worded])
    else:
        pyreadstat.write_sav(
            frame, str(path), column_labels=labels, variable_value_labels=values, compress=kind == "zsav"
        )
    assert _summary(check(path)) == EXPECTED


@pytest.mark.parametrize("kind", ["dta", "sav", "por", "docx", "xlsb"])
def test_what_is_none_of_these_kinds_is_refused_in_a_sentence(check: Check, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"cases.{kind}"
    for content in (b"\x00" * 400, b"case id,county\nA-1,Meru\n" * 30, b"$FL2" + b"x" * 300, b"PK\x03\x04" + b"x" * 90):
        path.write_bytes(content)
        with pytest.raises(DataProblem, match="cases") as refusal:
            check(path)
        assert "Error" not in str(refusal.value)


def test_the_table_of_a_word_document(check: Check, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Cases of the second quarter")
    table = document.add_table(rows=len(CASES) + 1, cols=len(HEADINGS))
    for row, cells in zip(table.rows, [HEADINGS, *CASES], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(tmp_path / "cases.docx"))
    assert _summary(check(tmp_path / "cases.docx")) == EXPECTED


def test_a_county_merged_over_rows_of_a_word_document_holds_for_them(check: Check, tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=4)
    lines = (("Case ID", "County", "Date", "Form"), ("1/24", "Meru", "2024-03-05", "forced labour"),
             ("2/24", "", "2024-03-06", "forced labour"), ("3/24", "Kwale", "2024-03-07", "begging"))  # fmt: skip
    for row, cells in zip(table.rows, lines, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    document.save(str(tmp_path / "cases.docx"))
    stored = check(tmp_path / "cases.docx").table.to_pylist()
    assert [row["county"] for row in stored] == ["KE012", "KE012", "KE002"]


def test_xls_and_ods(check: Check, tmp_path: Path) -> None:
    old = write_xls(tmp_path / "cases.xls", _cells())
    assert _summary(check(old)) == EXPECTED

    from odf.opendocument import OpenDocumentSpreadsheet  # noqa: PLC0415 - test dependency
    from odf.table import Table, TableCell, TableRow  # noqa: PLC0415
    from odf.text import P  # noqa: PLC0415

    document = OpenDocumentSpreadsheet()
    table = Table(name="Cases")
    for row in [HEADINGS, *CASES]:
        line = TableRow()
        for cell in row:
            box = TableCell(valuetype="string")
            box.addElement(P(text=cell))
            line.addElement(box)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "cases.ods"))
    assert _summary(check(tmp_path / "cases.ods")) == EXPECTED


def test_parquet(check: Check, tmp_path: Path) -> None:
    frame = pl.DataFrame(CASES, schema=HEADINGS, orient="row").with_columns(pl.col("Date").str.to_date())
    frame.write_parquet(tmp_path / "cases.parquet")
    assert _summary(check(tmp_path / "cases.parquet")) == EXPECTED


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".zip"])
def test_map_files_give_the_county_of_their_points(
    check: Check, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    squares = {Pcode("KE001"): shapely.box(37, 0, 38, 1), Pcode("KE002"): shapely.box(38, 0, 39, 1)}
    matcher = PointMatcher({Pcode(f"KE{n:03d}"): squares.get(Pcode(f"KE{n:03d}"), shapely.box(0, 0, 0.1, 0.1))
                            for n in range(1, 48)})  # fmt: skip
    monkeypatch.setattr("geodata.intake.run.point_matcher", lambda _settings: matcher)
    frame = gpd.GeoDataFrame(
        {"case_id": ["p1", "p2", "p3"], "sex": ["F", "M", "F"]},
        geometry=[shapely.Point(37.51234, 0.51234), shapely.Point(38.5, 0.5), shapely.Point(30, 0.5)],
        crs="EPSG:4326",
    ).to_crs("EPSG:32637" if suffix == ".gpkg" else "EPSG:4326")
    path = tmp_path / f"points{suffix}"
    if suffix == ".zip":
        frame.to_file(tmp_path / "points.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("points.*"):
                if part.suffix != ".zip":
                    archive.write(part, part.name)
    else:
        frame.to_file(path)
    outcome = check(path)
    assert [row["pcode"] for row in outcome.row_objects()] == ["KE001", "KE002", ""]
    assert outcome.counts() == {"accepted": 2, "corrected": 0, "to_confirm": 1, "rejected": 0}
    assert outcome.dropped["gps"][0] == 3


def test_coordinates_in_columns_give_the_county_and_leave(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = PointMatcher({Pcode(f"KE{n:03d}"): shapely.box(33 + n, 0, 34 + n, 1) for n in range(1, 48)})
    monkeypatch.setattr("geodata.intake.run.point_matcher", lambda _settings: matcher)
    text = "case id,lat,lon,county\nx1,0.512345,36.612345,\nx2,36.7,0.6,\nx3,0.5,36.5,Meru\nx4,,,Embu\n"
    outcome = check(text)
    rows = list(outcome.row_objects())
    assert [row["pcode"] for row in rows] == ["KE003", "KE003", "KE012", "KE014"]
    assert "exchanged" in rows[1]["changes"][0]
    assert "another county" in rows[2]["changes"][0]
    assert "36.6" not in str(outcome.table.to_pylist())


def test_kobo_export_with_groups_multi_select_and_submission_time(check: Check) -> None:
    text = (
        "start,case/place/county,case/person/gender,case/forms/forced_labour,case/forms/sexual_exploitation,"
        "case/means_of_control,_id,_uuid,_submission_time,_submitted_by\n"
        "2024-05-01T09:00:00.000+03:00,isiolo,female,1,0,threats false_promises,11,aa-bb,2024-05-02T10:11:12,jane\n"
        "2024-05-01T09:00:00.000+03:00,meru,male,1,1,unknown,12,aa-cc,2024-05-03T10:11:12,jane\n"
    )
    rows = check(text).table.to_pylist()
    assert [row["county"] for row in rows] == ["KE011", "KE012"]
    assert [row["forms"] for row in rows] == ["forced_labour", "forced_labour;sexual_exploitation"]
    assert [row["form"] for row in rows] == ["forced_labour", "several"]
    assert [row["means"] for row in rows] == ["false_promises;threats", "unknown"]
    assert {row["month"] for row in rows} == {24292}


def test_hxl_tags_in_the_second_heading_row(check: Check) -> None:
    text = "Where,When,How many\n#adm1 +name,#date,#affected\nTurkana,2023-05-01,3\nLamu,2023-06-01,1\n"
    outcome = check(text)
    assert outcome.rows.tolist() == [3, 4]
    assert [row["county"] for row in outcome.table.to_pylist()] == ["KE023", "KE023", "KE023", "KE005"]
    assert len({row["case_id"] for row in outcome.table.to_pylist()}) == 4


def test_ctdc_columns(check: Check) -> None:
    text = (
        "yearOfRegistration,gender,ageBroad,citizenship,county,isForcedLabour,isSexualExploit,meansThreats,"
        "meansDebtBondageEarnings,recruiterRelationFamily,recruiterRelationFriend,CountryOfExploitation\n"
        "2019,Woman,9--17,ETH,Kwale,1,,1,1,1,1,KEN\n2020,Man,48+,-99,Kwale,0,1,0,0,1,0,KEN\n"
    )
    first, second = check(text).table.to_pylist()
    assert (first["age_group"], first["forms"], first["nationality_group"]) == ("9-17", "forced_labour", "ethiopia")
    assert first["means"] == "debt_bondage_or_earnings;threats"
    assert first["recruiter_relation"] == "several"
    assert first["date_precision"] == "year"
    assert (second["age_group"], second["nationality"], second["recruiter_relation"]) == ("48+", "unknown", "family")


@pytest.mark.parametrize(
    "headings",
    [
        "Kaunti,Tarehe,Jinsia,Umri,Uraia",
        "Comté,Date d'identification,Sexe,Âge,Nationalité",
        "County,Date,Gender,AGE,Citizenship",
    ],
)
def test_headings_in_three_languages(check: Check, headings: str) -> None:
    row = check(f"{headings}\nKilifi,2024-02-02,F,12,Kenya\n").table.to_pylist()[0]
    assert (row["county"], row["month"], row["sex"], row["age_group"], row["nationality"]) == (
        "KE003", 24289, "female", "9-17", "KEN",
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(check: Check, ending: str) -> None:
    assert _summary(check(_lines(",").replace("\r\n", ending))) == EXPECTED


def test_utf16_without_mark_is_not_mistaken(check: Check) -> None:
    assert codecs.BOM_UTF16_LE not in _lines(",").encode("utf-16-le")[:2]
    assert _summary(check(_lines(",").encode("utf-16-be"))) == EXPECTED


def test_repeats_inside_records_of_an_api_are_joined_to_their_case(check: Check) -> None:
    records = [
        {"_id": 1, "case/county": "Turkana", "case/date": "2024-03-05",
         "victims": [{"victims/sex": "female", "victims/age": 15}, {"victims/sex": "male", "victims/age": 31}]},
        {"_id": 2, "case/county": "Meru", "case/date": "2024-03-06",
         "victims": [{"victims/sex": "male", "victims/age": 22}]},
    ]  # fmt: skip
    outcome = check(json.dumps({"results": records}), "kobo.json")
    told = [(row["county"], row["sex"], row["age_group"]) for row in outcome.table.to_pylist()]
    assert told == [("KE023", "female", "9-17"), ("KE023", "male", "30-38"), ("KE012", "male", "21-23")]
    assert outcome.persons == 3


@pytest.mark.parametrize(("format_code", "months"), [("dd/mm/yyyy", [4, 6]), ("[$-409]m/d/yy;@", [3, 5])])
def test_formats_of_dates_in_a_workbook_prove_the_order_of_its_other_dates(
    check: Check, tmp_path: Path, format_code: str, months: list[int]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["case id", "county", "date", "nature", "entered on"])
    for number, text in enumerate(("03/04/2024", "05/06/2024"), start=1):
        book.active.append([f"K/{number}", "Meru", text, "trafficking", date(2024, 7, 1)])
        book.active.cell(row=number + 1, column=5).number_format = format_code
    book.save(tmp_path / "cases.xlsx")
    outcome = check(tmp_path / "cases.xlsx")
    assert not outcome.questions
    assert [row["month"] for row in outcome.table.to_pylist()] == [2024 * 12 + month - 1 for month in months]


@pytest.mark.parametrize(("country", "first"), [("KE", "day"), ("US", ""), ("none", "")])
def test_the_country_of_an_ods_says_which_comes_first(tmp_path: Path, country: str, first: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", "<x/>")
        archive.writestr("styles.xml", f'<style:text-properties fo:language="en" fo:country="{country}"/>')
    assert date_order(tmp_path / "a.ods") == first
