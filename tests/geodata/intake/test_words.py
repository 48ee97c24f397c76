"""Codes, dates and columns: what single words mean, and that lists agree with the schema."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.intake import coding, schema
from geodata.intake.dates import Order, lag_of_ethiopia, order_of, read_birth, read_date, says_ethiopian
from geodata.intake.headings import known_heading, listed_field
from geodata.intake.profile import FIELDS
from geodata.vault.batch import DATE_PRECISIONS, ROW_SCHEMA

TODAY = date(2026, 11, 22)


def test_the_schema_has_every_column_of_the_vault() -> None:
    names = [variable.name for variable in schema.VARIABLES]
    assert set(ROW_SCHEMA.names) - set(names) == {"row_number"}
    assert schema.BY_NAME["date_precision"].code_names() == DATE_PRECISIONS


def test_every_word_list_codes_into_the_schema() -> None:
    listed = coding.load_yaml(coding.FOLDER / "vocabulary.yaml")
    for name, codes in listed.items():
        if name not in ("unknown", "boolean"):
            assert set(codes) <= set(schema.BY_NAME[name].code_names()), name
    fields = coding.load_yaml(coding.FOLDER / "columns.yaml")["fields"]
    assert set(fields) - {"kobo_id"} == FIELDS - {"ignore"}


def test_no_word_means_two_codes() -> None:
    for name, codes in coding.load_yaml(coding.FOLDER / "vocabulary.yaml").items():
        if isinstance(codes, dict):
            words = [coding.fold(str(word)) for spellings in codes.values() for word in set(spellings)]
            assert sorted(words) == sorted(set(words)), name


@pytest.mark.parametrize(
    ("text", "group"),
    [("0", "0-8"), ("8", "0-8"), ("9", "9-17"), ("17", "9-17"), ("18", "18-20"), ("48", "48+"), ("120", "48+"),
     ("15.0", "9-17"), ("17 years", "9-17"), ("miaka", "unknown"), ("6 months", "0-8"), ("9--17", "9-17"),
     ("48+", "48+"), ("30 - 38", "30-38"), ("<18", "minor"), ("under 18", "minor"), ("18+", "adult"), (">18", "adult"),
     ("14-17", "9-17"), ("5-17", "minor"), ("18-35", "adult"), ("15-24", "unknown"), ("mtoto", "minor"),
     ("Adulte", "adult"), ("-99", "unknown"), ("", "unknown"), ("haijulikani", "unknown")],
)  # fmt: skip
def test_ages(text: str, group: str) -> None:
    assert coding.code_age(text).code == group


@given(st.integers(0, 120))
def test_every_age_has_one_group_and_its_side_of_eighteen(age: int) -> None:
    group = coding.code_age(str(age)).code
    bands = {schema.band_name(*band): band for band in schema.AGE_BANDS}
    assert bands[group][0] <= age <= bands[group][1]
    assert (bands[group][0] >= 18) == (age >= 18)


@pytest.mark.parametrize(
    ("field", "text", "codes"),
    [("forms", "Forced labour; Sexual exploitation", "forced_labour;sexual_exploitation"),
     ("forms", "forced_labour sexual_exploitation", "forced_labour;sexual_exploitation"),
     ("forms", "ndoa ya kulazimishwa", "forced_marriage"), ("forms", "mendicité forcée", "forced_begging"),
     ("forms", "", "unspecified"), ("forms", "gibberish here", "unspecified"),
     ("means", "DebtBondage;FalsePromises", "debt_bondage;false_promises"), ("means", "vitisho", "threats")],
)  # fmt: skip
def test_several_choices(field: str, text: str, codes: str) -> None:
    assert coding.code_many(field, text).code == codes


def test_a_word_in_no_list_is_said() -> None:
    assert "no list" in coding.code_many("forms", "gibberish here").change
    assert "no list" in coding.code_one("sex", "gibberish").change
    assert coding.code_one("sex", "").change == ""


def test_an_unknown_organisation_is_a_mark() -> None:
    coded = coding.code_organisation("Pendo Wanjiku", lambda word: str(len(word)))
    assert coded.code == "org-13"
    assert coding.code_organisation("haart", str).code == "HAART Kenya"


@pytest.mark.parametrize(
    ("text", "month", "precision"),
    [("2024-03-01", 24290, "day"), ("01/03/2024", 24290, "day"), ("1.3.24", 24290, "day"), ("03/2024", 24290, "month"),
     ("March 2024", 24290, "month"), ("1 Machi 2024", 24290, "day"), ("1er mars 2024", 24290, "day"),
     ("2024", 24288, "year"),
     ("45352", 24290, "day"), ("20240301", 24290, "day"), ("March 1, 2024", 24290, "day"), ("n/a", 0, "unknown"),
     ("2024-03-01 10:00:00", 24290, "day"), ("Q2 2024", 24288, "year")],
)  # fmt: skip
def test_dates(text: str, month: int, precision: str) -> None:
    dated = read_date(text, Order(), TODAY)
    assert (dated.month, dated.precision) == (month, precision)


@given(st.dates(date(1990, 1, 1), TODAY), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%d.%m.%Y"]))
def test_every_real_date_keeps_its_month(day: date, layout: str) -> None:
    dated = read_date(day.strftime(layout), Order(), TODAY)
    assert (dated.month, dated.precision, dated.refuse, dated.ask) == (day.year * 12 + day.month - 1, "day", "", "")


def test_order_of_day_and_month() -> None:
    assert order_of(["01/02/2024", "25/02/2024"]) == Order(day_first=True)
    assert order_of(["01/02/2024", "02/25/2024"]) == Order(day_first=False)
    assert order_of(["25/02/2024", "02/25/2024"]).ambiguous
    assert order_of([]) == Order()


def test_ethiopian_calendar_signs() -> None:
    assert says_ethiopian("Date (E.C.)")
    assert says_ethiopian("Date EC")
    assert not says_ethiopian("Date of decision")
    assert lag_of_ethiopia(2019 * 12, TODAY)
    assert not lag_of_ethiopia(2024 * 12, TODAY)
    assert not lag_of_ethiopia(0, TODAY)


def test_birth_dates_of_the_last_century() -> None:
    assert read_birth("17/05/80", Order(), TODAY) == 1980 * 12 + 4
    assert read_birth("2010-05-17", Order(), TODAY) == 2010 * 12 + 4
    assert read_birth("not known", Order(), TODAY) == 0


@pytest.mark.parametrize(
    ("heading", "field"),
    [("prs_Gender", "sex"), ("vic_MethodsOfControl", "means"), ("cas_ReferringOrganisation", "reporting_source"),
     ("hte_State", "county_identification"), ("ageBroad", "age_group"), ("yearOfRegistration", "year"),
     ("CountryOfExploitation", "country_exploitation"), ("group/sub/Kaunti", "county_identification"),
     ("_submission_time", "date"), ("_uuid", "kobo_id"), ("ADM1_PCODE", "county_identification"),
     ("Nationalité", "nationality")],
)  # fmt: skip
def test_headings(heading: str, field: str) -> None:
    assert listed_field(heading)[0] == field
    assert known_heading(heading)


@pytest.mark.parametrize(
    "heading", ["Jina kamili", "Victim name", "prs_FirstName", "Mobile Number", "Remarks", "Passport No."]
)
def test_private_headings_are_known_but_no_field(heading: str) -> None:
    assert known_heading(heading)
    assert listed_field(heading)[0] == ""
