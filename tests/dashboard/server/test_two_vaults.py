"""Two vaults with other cases but equal measurements: every HTTP answer, file, manifest, report and log is the same.

What depends on measurements only cannot tell a case. The site is crawled from every route through every link, so that
a page added later is compared as well.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.export import FORMATS
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from geodata.release import measure
from geodata.settings import DataSettings
from tests.caseloads import publish_rows, skewed

DATASET = "partners"
MOST_PER_ROUTE = pytest.mark.parametrize("most", [4, pytest.param(12, marks=pytest.mark.soak)])
"""Addresses that are compared of one route."""
LINKS = re.compile(r"""(?:href|src|action)=["']([^"'#]+)""")
VALUES = {"asked": "KE002", "table": "legs", "kind": "csv", "number": "1", "place": "map"}
VARYING = {"Date", "Content-Length"}
"""Headers of the moment; the body is compared itself."""
OF_THE_MOMENT = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)?|D:\d{14}[^)]*"  # when a file was made
    rb'|"end_id":"[^"]+"'  # Dash signs every page with a secret of the process
    rb'|name="id"\s+value="[0-9a-f]{32}"'  # a form's number, drawn when it is shown
)
"""What is of the moment or of the process in an answer, and of no release."""


@dataclass
class Told:
    """One vault, the site over it, and what was printed while it was published and read."""

    home: Path
    server: Flask
    client: FlaskClient
    printed: StringIO


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told]:
    """Publish twice in each vault: 400 cases and 90 late ones, 2,000 and 700; the noise makes the same of both."""
    drawn: dict[tuple[str, int], Any] = {}
    calls: Counter[str] = Counter()
    noisy = measure.noisy

    def drawn_once(spec: Any, counts: Any, scale: float) -> Any:
        calls[spec.name] += 1
        return drawn.setdefault((spec.name, calls[spec.name]), noisy(spec, counts, scale))

    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "noisy", drawn_once)
        for seed, (first, late) in enumerate(((400, 90), (2000, 700)), start=1):
            calls.clear()
            home = tmp_path_factory.mktemp("vault")
            settings, printed = DataSettings(home=home, vault=""), StringIO()
            with redirect_stdout(printed), redirect_stderr(printed):
                publish_rows(settings, skewed(first, seed), dataset=DATASET)
                publish_rows(settings, skewed(late, seed, start=first), dataset=DATASET, file="late")
                server = create_app(open_world(settings), AppSettings()).server
            told.append(Told(home, server, server.test_client(), printed))
    return told[0], told[1]


def test_every_file_of_the_releases_is_the_same(two: tuple[Told, Told]) -> None:
    """Manifests, cells, measurements, reports, and the steward's log of approvals."""
    files = [
        {path.relative_to(told.home).as_posix(): path.read_bytes() for path in told.home.rglob("*") if path.is_file()}
        for told in two
    ]
    assert files[0].pop("vault.duckdb") != files[1].pop("vault.duckdb")
    assert sorted(files[0]) == sorted(files[1])
    assert {Path(name).name for name in files[0]} >= {"manifest.json", "report.html", "approvals.jsonl"}
    assert [name for name, content in files[0].items() if files[1][name] != content] == []


@MOST_PER_ROUTE
def test_every_answer_is_the_same(two: tuple[Told, Told], most: int) -> None:
    one = two[0]
    compared: Counter[str] = Counter()
    waiting, seen = [*starts(one.server)], set[str]()
    differing = []
    adapter = one.server.url_map.bind("localhost")
    with redirect_stdout(one.printed), redirect_stderr(one.printed):
        while waiting:
            path = waiting.pop(0)
            rule = rule_of(adapter, path)
            if path in seen or compared[rule] >= most:
                continue
            seen.add(path)
            compared[rule] += 1
            answers = [told.client.get(path) for told in two]
            if whole(answers[0]) != whole(answers[1]):
                differing.append(path)
            waiting += links_of(answers[0])
    assert differing == []
    assert sum(compared.values()) > 17 * most, compared
    assert {"/", "/country", "/county/<asked>", "/changes", "/api/v1/changes.json", "/lite/<asked>.txt"} <= set(
        compared
    )
    figures = one.client.get(f"/api/v1/indicators.json?dataset={DATASET}").get_json()
    assert DATASET in str(figures), "the answers that were compared are of the caseload"


@pytest.mark.parametrize(
    "asked", ["", "&county=KE002&lang=sw", "&nature=smuggling&measure=rate&from=2024&to=2024", "&sex=female&roles=1"]
)
def test_every_answer_of_the_workspace_is_the_same(two: tuple[Told, Told], asked: str) -> None:
    """What Dash asks the server for, each callback by itself, as the browser posts it."""
    questions = [
        callback
        for callback in two[0].client.get("/_dash-dependencies").get_json()
        if not callback["clientside_function"]
    ]
    assert len(questions) >= 6
    contents = []
    for callback in questions:
        answers = [told.client.post("/_dash-update-component", json=posted(callback, asked)) for told in two]
        assert answers[0].status_code == 200, callback["output"]
        assert whole(answers[0]) == whole(answers[1]), callback["output"]
        contents.append(answers[0].text)
    assert any("persons" in content for content in contents), "the answers that were compared are of the caseload"


def posted(callback: dict[str, Any], asked: str) -> dict[str, Any]:
    """Return what a browser posts for a callback whose inputs are queries of the caseload."""
    names = callback["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    query = f"dataset={DATASET}{asked}"
    inputs = [{**given, "value": query} for given in callback["inputs"]]
    return {
        "output": callback["output"],
        "outputs": outputs if len(outputs) > 1 else outputs[0],
        "inputs": inputs,
        "changedPropIds": [f"{given['id']}.{given['property']}" for given in inputs],
        "state": [{**given, "value": ""} for given in callback["state"]],
    }


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_every_file_to_take_away_is_the_same(two: tuple[Told, Told], kind: str) -> None:
    contents = [exported(told.client, kind) for told in two]
    assert contents[0] == contents[1]
    assert contents[0]


def test_a_view_that_is_frozen_is_the_same(two: tuple[Told, Told]) -> None:
    form, own = {"link": f"/?dataset={DATASET}&county=KE001"}, {"Origin": "http://localhost"}
    answers = [told.client.post("/s", data=form, headers=own) for told in two]
    assert answers[0].status_code in (200, 303)
    assert whole(answers[0]) == whole(answers[1])


def test_nothing_is_printed(two: tuple[Told, Told]) -> None:
    assert [told.printed.getvalue() for told in two] == ["", ""]


def test_the_comparison_can_fail(two: tuple[Told, Told], tmp_path: Path) -> None:
    """A third vault with a measurement of its own gives other answers."""
    settings = DataSettings(home=tmp_path, vault="")
    publish_rows(settings, skewed(400, 1), dataset=DATASET)
    client = create_app(open_world(settings), AppSettings()).server.test_client()
    path = f"/?dataset={DATASET}"
    assert whole(client.get(path)) != whole(two[0].client.get(path))


def starts(server: Flask) -> Iterator[str]:
    """Yield an address of every route, in two languages, with the dataset named."""
    for rule in server.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/_dash-component-suites"):  # files of libraries
            path = re.sub(r"<[^>]*?(\w+)>", lambda found: VALUES.get(found[1], "KE002"), rule.rule)
            for lang in ("en", "sw"):
                yield f"{path}?dataset={DATASET}&county=KE002&lang={lang}"


def rule_of(adapter: Any, path: str) -> str:
    """Return the route of an address; its parts keep apart what is shown of the caseload and of the public record."""
    bare, _, query = path.partition("?")
    try:
        rule = adapter.match(bare, "GET", return_rule=True)[0].rule
    except Exception:  # noqa: BLE001 - werkzeug has no common class for "no such route" and "elsewhere"
        rule = "none"
    return rule if DATASET in query else f"{rule} of the public record"


def links_of(answer: TestResponse) -> list[str]:
    """Return the addresses of ours that a page leads to; those of the dataset first."""
    if answer.mimetype != "text/html":
        return []
    found = [unescape(link) for link in LINKS.findall(answer.text)]
    ours = [link for link in found if link.startswith("/") and not link.startswith(("//", "/a/", "/export/", "/_dash"))]
    return sorted(dict.fromkeys(ours), key=lambda link: DATASET not in link)


def whole(answer: TestResponse) -> tuple[Any, ...]:
    """Return everything of an answer that is not of the moment."""
    headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
    if OF_THE_MOMENT.search(answer.data):
        headers.pop("ETag", None)  # a digest of what is of the moment
    return answer.status_code, headers, timeless(answer.data)


def exported(client: FlaskClient, kind: str) -> object:
    """Return a file that is made of a view, as a reader takes it away."""
    view = f"dataset={DATASET}&nature=trafficking&lang=en"
    begun = client.post(f"/export/to/{kind}?{view}", headers={"Sec-Fetch-Site": "same-origin"})
    assert begun.status_code == 303, begun.text
    job = begun.headers["Location"].split("?")[0]
    end = time.monotonic() + 120
    while not (state := client.get(f"{job}.json").get_json())["state"].startswith(("done", "failed")):
        assert time.monotonic() < end, state
        time.sleep(0.1)
    page = client.get(job).text
    found = [link for link in LINKS.findall(page) if link.startswith(f"{job}/") and "stop" not in link]
    assert found, page
    return timeless(client.get(unescape(found[0])).data)


def timeless(content: bytes) -> object:
    """Return a file without the moments it was made at; a package part by part."""
    if content[:2] == b"PK" and is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as package:
            return {name: timeless(package.read(name)) for name in package.namelist()}
    return OF_THE_MOMENT.sub(b"", content)
