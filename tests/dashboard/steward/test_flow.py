"""From a file to the vault through the desk's pages, without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from dashboard.jobs import FAILED, DeskJobs
from geodata.intake.outcome import Status
from geodata.vault import open_vault

NAME, PHONE, WORDS = "Wanjiru Kamau", "+254 712 345 678", "She said her uncle took her to the lorry at night"
CASES = f"""case number,name,phone,county,when it happened,sex,notes
c1,{NAME},{PHONE},Nairobi,2024-05-01,female,{WORDS}
c2,{NAME},{PHONE},Kajado N,2024-05-02,male,{WORDS}
c3,{NAME},{PHONE},Elgeyo,2024-06-02,male,{WORDS}
c4,{NAME},{PHONE},Atlantis,2024-06-02,male,{WORDS}
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_text(CASES, encoding="utf-8")
    return path


def put(sitting: Any, path: Path) -> Any:
    """Put a file on the desk and wait until its columns are known."""
    answer = sitting.upload(path)
    assert answer.status_code == 303
    sitting.wait()
    return list(sitting.desk.files.values())[-1]


def test_a_file_of_text_tells_its_rows_or_its_size_in_words(sitting: Any, tmp_path: Path) -> None:
    path = tmp_path / "400.csv"
    path.write_text("county,date,notes\n" + f"Nairobi,2024-05-01,{'x' * 30}\n" * 400 + "\n", encoding="utf-8")
    page = plain(sitting.get(f"/file/{put(sitting, path).name}/columns").text)
    assert " 400 rows " in page
    assert " kB" not in page
    path = tmp_path / "many.csv"
    path.write_text("county,date\n" + "Nairobi,2024-05-01\n" * 20_000, encoding="utf-8")
    page = plain(sitting.get(f"/file/{put(sitting, path).name}/columns").text)
    assert " A file of 380 kB; its rows are counted when they are checked " in page
    assert " rows " not in page.split("Njia knows")[0].replace("its rows are", "")


def check(sitting: Any, file: Any, **answers: str) -> str:
    assert sitting.post(f"/file/{file.name}/columns", answers).status_code == 303
    sitting.wait()
    text: str = sitting.get(f"/file/{file.name}/report").text
    return text


def answer_list(sitting: Any, file: Any, **answers: str) -> None:
    """Say on the page of questions what the file is a list of."""
    form = {"version": str(file.version), "answer-list": "cases", **answers}
    assert sitting.post(f"/file/{file.name}/questions", form).status_code == 303
    sitting.wait()


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u202f", "")


def test_columns_name_what_is_known_and_what_is_private(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    page = plain(sitting.get(f"/file/{file.name}/columns").text)
    assert "Private, never stored: 3 columns" in page
    for words in ("B name names", "C phone phone numbers", "G notes free text", "D county County where identified"):
        assert words in page
    for secret in (NAME, PHONE, "lorry", "c1"):
        assert secret not in page


def test_the_whole_way_to_the_vault_and_back(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    page = check(sitting, file)
    assert sitting.desk.vault.batches() == []
    counts = {status.word: file.outcome.count(status) for status in Status}
    assert counts["accepted"] == 1
    assert counts["to_confirm"] == 2
    assert counts["rejected"] == 1
    assert "3 spellings of counties wait for you" in page
    for secret in (NAME, PHONE, "lorry", "Atlantis"):
        assert secret not in page
    asked = sitting.get(f"/file/{file.name}/counties").text
    assert "Kajado N" in asked
    assert "Elgeyo" in asked
    assert "Kajiado – suggested" in asked
    answers = {"version": str(file.version), "spelling-1": "KE028", "spelling-2": "KE034", "save": "Kobo 2026"}
    assert asked.index("Elgeyo") < asked.index("Kajado N")
    sitting.post(f"/file/{file.name}/counties", answers)
    sitting.wait()
    assert file.storable == 3
    sitting.store(file)
    sitting.wait()
    assert sitting.desk.vault.batches() == []  # nothing says yet what this is a list of
    answer_list(sitting, file)
    sitting.store(file)
    sitting.wait()
    page = plain(sitting.get(f"/file/{file.name}/report").text)
    assert "Stored as batch 1 of ‘caseload’: 3 persons, 3 of them counted." in page
    assert "1 case" not in page
    (batch,) = open_vault(sitting.desk.settings).batches()
    assert (batch.rows, batch.meta.file_name, batch.meta.rejected) == (3, "cases.csv", 1)
    assert "Kobo-2026" not in sitting.desk.profiles()
    assert sitting.desk.profiles() == ["kobo-2026"]
    assert "cases.csv" in sitting.get("/vault").text
    gone = sitting.post("/undo/1", follow_redirects=True)
    assert "Batch 1 was taken out" in gone.text
    assert sitting.desk.vault.batches() == []


def test_saved_decisions_serve_the_next_file(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    check(sitting, file)
    sitting.post(
        f"/file/{file.name}/counties", {"version": "1", "spelling-1": "KE028", "spelling-2": "KE034", "save": "p1"}
    )
    sitting.wait()
    sitting.desk.profile = type(sitting.desk.profile)()
    assert sitting.post("/profile", {"profile": "../../p1"}).status_code == 409
    assert sitting.post("/profile", {"profile": "p1"}).status_code == 303
    sitting.wait()
    check(sitting, file)
    assert file.storable == 3


def test_answers_to_an_older_list_are_not_taken(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    check(sitting, file)
    answer = sitting.post(f"/file/{file.name}/counties", {"version": "0", "spelling-1": "KE028"})
    assert answer.status_code == 409
    assert "read again in the meantime" in answer.text
    assert not sitting.desk.profile.counties


def test_an_unsure_column_is_asked_and_a_lost_county_can_be_found(sitting: Any, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("where the thing is,date\nNairobi,2024-05-01\nsomewhere,2024-05-01\nthere,2023-01-01\n")
    file = put(sitting, path)
    assert not file.look.located
    page = sitting.get(f"/file/{file.name}/columns").text
    assert "No column says in which county" in page
    check(sitting, file, **{"column-0": "county_identification"})
    assert file.outcome.count(Status.ACCEPTED) == 1
    assert sitting.desk.profile.columns == {"where the thing is": "county_identification"}


def test_a_column_can_be_left_out(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    check(sitting, file, **{"column-5": "ignore", "column-3": "county_identification", "column-1": "nonsense"})
    assert sitting.desk.profile.columns == {"sex": "ignore"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("page.xlsx", b"<html><body>no</body></html>", "holds a web page"),
        ("cut.xlsx", b"PK\x03\x04 cut off", "damaged"),
        ("cases.exe", b"MZ", "of a kind Njia does not read"),
        ("heads.csv", b"county,date\n", "no row below"),
    ],
)
def test_a_bad_file_ends_in_a_sentence(sitting: Any, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    file = put(sitting, path)
    page = sitting.get(f"/file/{file.name}/columns").text
    if "was not taken" not in page:
        page = check(sitting, file)
    assert said in page
    assert "Nothing was stored or changed" in page
    assert sitting.desk.vault.batches() == []


def test_an_empty_form_is_refused(sitting: Any) -> None:
    answer = sitting.client.post(
        f"/upload?desk={sitting.desk.gate.form_secret}", base_url="http://127.0.0.1:5999",
        headers={"Origin": "http://127.0.0.1:5999"}, data={"x": "y"}, content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 409
    assert "No file came" in answer.text


def test_a_refusal_is_said_in_the_language_of_the_desk(sitting: Any, cases: Path) -> None:
    for lang, words in (("sw", "Fomu haikuleta faili"), ("en", "No file came with the form")):
        sitting.post("/language", {"lang": lang})
        answer = sitting.post("/upload")
        assert answer.status_code == 409
        assert words in answer.get_data(as_text=True)
    file = sitting.upload(cases).headers["Location"]
    sitting.wait()
    sitting.post("/language", {"lang": "sw"})
    assert "nambari za simu" in sitting.get(file).get_data(as_text=True)


def test_a_full_disk_is_told_and_leaves_nothing(sitting: Any, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.steward.uploads._SPARE", 1 << 60)
    answer = sitting.upload(cases)
    assert answer.status_code == 409
    assert "not enough room" in answer.text
    assert not list(sitting.desk.shelf.folder.glob("*/*"))
    assert not list(sitting.desk.shelf.folder.glob("draft-*"))


@pytest.mark.parametrize("name", ["", "öl", "public", "a" * 41, "../x", "a;b"])
def test_names_a_release_could_not_have_are_refused(sitting: Any, name: str) -> None:
    assert sitting.post("/dataset", {"dataset": name}).status_code == 409
    assert sitting.desk.dataset == "caseload"


def test_a_dataset_is_named_and_marked_as_invented(sitting: Any, cases: Path) -> None:
    sitting.post("/dataset", {"dataset": "Partners 2026", "synthetic": "yes"})
    assert (sitting.desk.dataset, sitting.desk.synthetic) == ("partners-2026", True)
    file = put(sitting, cases)
    check(sitting, file)
    answer_list(sitting, file)
    sitting.store(file)
    sitting.wait()
    (batch,) = sitting.desk.vault.batches()
    assert (batch.meta.dataset, batch.meta.synthetic) == ("partners-2026", True)


def test_reports_can_be_taken_away_and_hold_no_case(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    check(sitting, file)
    table = sitting.get(f"/file/{file.name}/download?as=csv")
    page = sitting.get(f"/file/{file.name}/download?as=html")
    assert table.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    header, *rows = table.text.lstrip("\ufeff").splitlines()
    assert header == "file,sheet,row,column,status,reason,suggestion"
    assert any(row.startswith("cases.csv,,5,") and "rejected" in row for row in rows)
    for secret in (NAME, PHONE, "lorry", "Atlantis", "Kajado"):
        assert secret not in table.text + page.text


def test_what_is_left_in_the_home_holds_no_person(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    check(sitting, file)
    answer_list(sitting, file)
    sitting.store(file)
    sitting.wait()
    sitting.post(f"/file/{file.name}/remove")
    held = b"".join(path.read_bytes() for path in sitting.desk.settings.home.rglob("*") if path.is_file())
    assert held
    for secret in (NAME, PHONE, "lorry", "Atlantis", "Kajado", "c1,"):
        assert secret.encode() not in held


def test_a_fault_is_told_by_place_and_never_by_text() -> None:
    jobs = DeskJobs()

    def work(_job: Any) -> None:
        raise KeyError(NAME)

    job = jobs.start("check", "/", work)
    jobs.worker.close(wait=True)
    assert job.state == FAILED
    assert job.fault
    assert job.problem.startswith("KeyError, test_flow.py:")
    assert NAME not in job.problem


def test_a_fault_in_a_page_is_told_by_place(sitting: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def broken() -> list[str]:
        raise KeyError(NAME)

    monkeypatch.setattr(sitting.desk, "profiles", broken)
    answer = sitting.get("/")
    assert answer.status_code == 500
    said = answer.text + capsys.readouterr().err
    assert "KeyError" in said
    assert NAME not in said


def test_terms_that_are_not_in_order_are_said_beside_what_was_typed(sitting: Any, cases: Path) -> None:
    file = put(sitting, cases)
    check(sitting, file)
    answer_list(sitting, file)
    terms = {"legal_basis": "consent", "agreement": "", "purpose": "training", "keep_until": "2033"}
    answer = sitting.post(f"/file/{file.name}/store", terms)
    assert answer.status_code == 422
    form = html.fromstring(answer.text).xpath('//form[contains(@action, "/store")]')[0]
    assert form.xpath('.//*[@role="alert"]/text()') == [
        "Say which consent form or agreement it rests on, by its reference."
    ]
    assert form.xpath('.//select[@name="legal_basis"]/option[@selected]/@value') == ["consent"]
    assert form.xpath('.//select[@name="purpose"]/option[@selected]/@value') == ["training"]
    assert form.xpath('.//input[@name="keep_until"]/@value') == ["2033"]
    assert sitting.desk.rights is None
    assert sitting.desk.vault.batches() == []


def test_long_lists_come_in_pages(sitting: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("county,date\n" + "Atlantis,2024-01-01\n" * 70 + "Nairobi county.,31/31/2024\n" * 60)
    file = put(sitting, path)
    page = plain(check(sitting, file))
    assert "Page 1 of 3" in page
    second = plain(sitting.get(f"/file/{file.name}/report?standing=rejected&page=2").text)
    assert "Page 2 of" in second
    assert "Page 3 of 3" in plain(sitting.get(f"/file/{file.name}/report?page=99").text)
    assert sitting.get(f"/file/{file.name}/report?standing=x&page=-3").status_code == 200


def test_work_says_how_far_it_is(sitting: Any, kobo: Any) -> None:
    file = put(sitting, kobo(2000))
    sitting.post(f"/file/{file.name}/columns")
    name = file.job.name
    sitting.wait()
    told = sitting.get(f"/job/{name}").json
    assert told["state"] == "done"
    assert told["rows"] == told["size"] == 2000
    assert told["then"] == f"/file/{file.name}/report"
