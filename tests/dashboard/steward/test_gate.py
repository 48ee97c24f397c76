"""Who may speak to the desk, and who may not."""

from __future__ import annotations

import io
import re
import socket
import stat
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from dashboard.settings import desk_port, reader_environment
from dashboard.steward.uploads import Shelf, safe_name
from geodata.values import DataProblem

PORT = 5999
ORIGIN = f"http://127.0.0.1:{PORT}"
PAGES = ("/", "/vault", "/releases", "/file/x/report", "/job/x", "/release/abcdef", "/nothing-here")


@pytest.mark.parametrize("path", PAGES)
def test_without_the_token_nothing_answers(outside: Any, path: str) -> None:
    answer = outside.get(path)
    assert answer.status_code == 403
    assert "not signed in" in answer.text
    assert outside.desk.gate.form_secret not in answer.text


def test_a_wrong_token_opens_nothing(outside: Any) -> None:
    for token in ("", "x", outside.desk.gate.token[:-1], "é"):
        assert outside.get("/enter", query_string={"token": token}).status_code == 403
    assert outside.desk.gate.token


def test_the_token_works_once(outside: Any) -> None:
    token = outside.desk.gate.token
    first = outside.get(f"/enter?token={token}")
    assert first.status_code == 200
    cookie = first.headers["Set-Cookie"]
    assert cookie.startswith(f"njia_steward_{PORT}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert outside.get("/").status_code == 200
    other = outside.server.test_client()
    second = other.get(f"/enter?token={token}", base_url=ORIGIN)
    assert second.status_code == 403
    assert "was used already" in second.text
    assert "Set-Cookie" not in second.headers
    assert other.get("/", base_url=ORIGIN).status_code == 403


def test_styles_answer_before_anybody_has_signed_in(outside: Any) -> None:
    page = outside.get("/").text
    (sheet,) = re.findall(r'href="([^"]*css/steward[^"]*)"', page)
    answer = outside.get(sheet)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_same_browser_may_use_its_address_again(sitting: Any) -> None:
    assert sitting.get("/enter?token=anything").status_code == 303


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:5999", "127.0.0.1:80", "127.0.0.1", "localhost.evil.example:5999", "[::1]:5999"],
)
def test_another_name_for_this_computer_is_refused(sitting: Any, host: str) -> None:
    for path in ("/", f"/enter?token={sitting.desk.gate.token}"):
        answer = sitting.client.get(path, base_url=ORIGIN, headers={"Host": host})
        assert answer.status_code == 403
        assert sitting.desk.gate.form_secret not in answer.text


def test_localhost_is_this_computer(outside: Any) -> None:
    base = f"http://localhost:{PORT}"
    assert outside.client.get(f"/enter?token={outside.desk.gate.token}", base_url=base).status_code == 200
    assert outside.client.get("/", base_url=base).status_code == 200


POSTS = ("/dataset", "/profile", "/upload", "/undo/1", "/prepare/caseload", "/publish/caseload", "/close",
         "/file/x/store", "/release/abcdef/withdraw", "/release/abcdef/rollback", "/reader/caseload")  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
def test_a_form_from_elsewhere_is_refused(sitting: Any, path: str) -> None:
    secret = {"desk": sitting.desk.gate.form_secret}
    for headers in (
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
    ):
        answer = sitting.client.post(path, base_url=ORIGIN, data=secret, headers=headers)
        assert answer.status_code == 403, headers
        assert "nothing was done" in answer.text
    for offered in ({}, {"desk": ""}, {"desk": sitting.desk.gate.form_secret[:-1] + "!"}):
        answer = sitting.client.post(path, base_url=ORIGIN, data=offered, headers={"Origin": ORIGIN})
        assert answer.status_code == 403, offered
    assert not sitting.desk.closing.is_set()


def test_a_refused_upload_is_never_read(sitting: Any) -> None:
    class Watched(io.BytesIO):
        read_so_far = 0

        def read(self, size: int | None = -1, /) -> bytes:
            Watched.read_so_far += 1
            return super().read(size)

    answer = sitting.client.post(
        "/upload?desk=wrong", base_url=ORIGIN, headers={"Origin": ORIGIN}, input_stream=Watched(b"x" * 100_000),
        content_type="multipart/form-data; boundary=b", content_length=100_000,
    )  # fmt: skip
    assert answer.status_code == 403
    assert Watched.read_so_far == 0


def test_get_changes_nothing(sitting: Any) -> None:
    for path in POSTS:
        if path.startswith(("/publish", "/file")):
            continue
        assert sitting.get(path).status_code == 404, path
    assert not sitting.desk.closing.is_set()


def test_every_answer_is_strict(sitting: Any) -> None:
    answer = sitting.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"  # no-referrer would empty the Origin of our own forms
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/absolute/cases.csv", "cases.csv"),
        ("C:\\Users\\me\\cases.xlsx", "cases.xlsx"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\x00b\n\x1b[31m.csv", "ab[31m.csv"),
        ("<img src=x onerror=alert(1)>.csv", "img src=x onerror=alert(1).csv"),
        ("watoto – orodha.csv", "watoto – orodha.csv"),
        ("x" * 500 + ".xlsx", "x" * 115 + ".xlsx"),
    ],
)
def test_names_of_files_lose_their_path(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_an_upload_stays_in_the_private_folder(sitting: Any, tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("county,date\nNairobi,2024-05-01\n")
    answer = sitting.upload(cases, "../../../../escaped.csv")
    assert answer.status_code == 303
    (file,) = sitting.desk.files.values()
    shelf = sitting.desk.shelf.folder
    assert file.path.parent.parent == shelf
    assert file.path.name == "escaped.csv"
    assert stat.S_IMODE(shelf.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert not list(shelf.glob("draft-*"))
    assert shelf.is_relative_to(sitting.desk.settings.home)
    sitting.wait()
    sitting.post(f"/file/{file.name}/remove")
    assert not file.path.exists()
    assert not sitting.desk.files


def test_a_dead_desk_is_swept_and_a_living_one_is_not(home: Path) -> None:
    living = Shelf(home)
    (living.folder / "cases.csv").write_text("x")
    dead = living.folder.parent / "desk-dead"
    dead.mkdir()
    (dead / "cases.csv").write_text("names")
    second = Shelf(home)
    assert not dead.exists()
    assert (living.folder / "cases.csv").exists()
    second.clear()
    living.clear()
    assert list((home / "steward").iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "njia.example", "::"])  # noqa: S104 - refused
def test_another_address_is_refused(host: str) -> None:
    with pytest.raises(DataProblem, match="this computer only"):
        desk_port({"HOST": host})


def test_the_readers_site_gets_no_vault(home: Path) -> None:
    given = reader_environment(
        1, home, {"NJIA_VAULT": "postgres://u:p@h/d", "NJIA_VAULT_KEY": "k", "PATH": "/bin", "HOST": "10.0.0.1"}
    )
    assert given["HOST"] == "127.0.0.1"
    assert not {"NJIA_VAULT", "NJIA_VAULT_KEY"} & set(given)
    assert given["PATH"] == "/bin"


def test_the_desk_listens_on_this_computer_only(started: Any) -> None:
    port = int(started.address.rsplit(":", 1)[1])
    name = socket.gethostbyname(socket.gethostname())
    if not name.startswith("127."):
        with pytest.raises(OSError, match=r".*"), socket.create_connection((name, port), timeout=2):
            pass
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(started.address, timeout=10)  # noqa: S310 - our own desk
    assert refused.value.code == 403


def test_closing_deletes_and_ends(started: Any) -> None:
    shelf = next((started.home / "steward").glob("desk-*"))
    assert stat.S_IMODE(shelf.stat().st_mode) == 0o700
    assert started.stop() == 0
    assert list((started.home / "steward").iterdir()) == []
    assert "Traceback" not in started.log.read_text()
