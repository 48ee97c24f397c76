"""From a file of cases to what a reader sees, through the real doors: commands, vault, release, web.

No answer of the site carries a small cell, and nothing that was kept out at the door is found in any
file afterwards.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from dashboard.view.figure import filters_of
from dashboard.view.site import choices_of
from dashboard.view.state import from_query
from geodata.intake import privacy
from geodata.query.caseload import crossed
from geodata.query.cube import NATURES, Filters
from geodata.query.indicators import cube
from geodata.query.world import World, open_world
from geodata.settings import DataSettings, from_environment
from geodata.values import Period
from tests.geodata.intake.corpus import corpus, telling

ROOT = Path(__file__).resolve().parent.parent
MANY = pytest.param(10_000, marks=pytest.mark.soak)


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "app.py"), *words]
    environment = {"NJIA_HOME": str(home), "PATH": "/usr/bin:/bin", "HOME": str(home)}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> DataSettings:
    """Return a home in which `demo` imported and published a synthetic caseload of 4,000 persons."""
    home = tmp_path_factory.mktemp("home")
    done = run(home, "demo", "--rows", "4000")
    assert done.returncode == 0, done.stderr
    return from_environment({"NJIA_HOME": str(home)})


@pytest.fixture(scope="module")
def world(settings: DataSettings) -> World:
    return open_world(settings)


@pytest.fixture(scope="module")
def client(world: World) -> FlaskClient:
    return create_app(world, AppSettings()).server.test_client()


def some_query(rng: random.Random, world: World) -> str:
    """Return a legal or nearly legal question about the caseload."""
    release = world.releases["demo"]
    first, last = release.manifest.period or (2016, 2025)
    years = sorted(rng.choices(range(first, last + 1), k=2))
    parts = ["dataset=demo", f"nature={rng.choice(NATURES)}", f"measure={rng.choice(['incidents', 'persons', 'rate'])}"]
    dims = {
        "form": "form",
        "nationality": "nationality_group",
        "sex": "sex",
        "age": "age_group",
    }
    for key, dim in rng.sample(sorted(dims.items()), k=rng.randrange(3)):
        values = [str(value) for value in release.values(dim)]
        parts.append(f"{key}={','.join(rng.sample(values, k=min(len(values), rng.choice([1, 1, 2]))))}")
    if rng.random() < 0.5:
        parts.append(f"from={years[0]}&to={years[1]}")
    if rng.random() < 0.4:
        parts.append(f"t={rng.randrange(first, last + 1)}")
    if rng.random() < 0.3:
        parts.append(f"county=KE{rng.randrange(1, 48):03d}")
    if rng.random() < 0.2:
        parts.append(f"role={rng.choice(['source', 'transit', 'destination'])}&rule={rng.choice(['strict', 'loose'])}")
    return "&".join(parts)


def test_the_caseload_is_marked_synthetic_on_page_and_file(client: FlaskClient) -> None:
    page = client.get("/?dataset=demo").get_data(as_text=True)
    assert "Synthetic – for training" in page
    assert "Synthetic – for training" in client.get("/?beside=demo").get_data(as_text=True)
    assert "Synthetic – for training" not in client.get("/").get_data(as_text=True)
    answer = client.get("/api/v1/indicators.csv?dataset=demo")
    assert "synthetic" in answer.headers["Content-Disposition"]
    assert answer.get_data(as_text=True).splitlines()[1].endswith("Synthetic – for training")
    assert client.get("/api/v1/counties.geojson?dataset=demo").get_json()["synthetic"] is True


@pytest.mark.parametrize("requests", [2_500, MANY])
def test_random_questions_recover_no_small_cell(client: FlaskClient, world: World, requests: int) -> None:
    """Every number of persons in every answer is an estimate of the release that clears the floor, never 1 to 9."""
    rng = random.Random(20261122)
    shown = 0
    for i in range(requests):
        query = some_query(rng, world)
        if i < requests // 80:
            assert client.get(f"/?{query}").status_code == 200
        if i % 10 == 0:
            text = client.get(f"/api/v1/indicators.csv?{query}").get_data(as_text=True)
            numbers = [line.split(",")[6] for line in text.splitlines()[1:]]
            counts = [int(number) for number in numbers if number]
            asked = i % 200 == 0
            features = client.get(f"/api/v1/counties.geojson?{query}").get_json()["features"] if asked else []
            for feature in features:
                given = feature["properties"]
                assert given["incidents_trafficking"] is given["incidents_smuggling"] is None
                counts += [v for v in (given["persons_trafficking"], given["persons_smuggling"]) if v is not None]
        else:
            counts = answered_by_query(query, world)
        assert all(count == 0 or count >= 10 for count in counts), query
        shown += sum(count > 0 for count in counts)
    assert shown > requests


def answered_by_query(query: str, world: World) -> list[int]:
    """Return every count behind one view, read the way pages and files read it."""
    state, _ = from_query(query, choices_of(world))
    filters = filters_of(world, state)
    counted = cube(world, state.dataset, filters)
    assert len(crossed(world.releases["demo"], filters)) <= 1
    assert counted.whole is not None
    return [*counted.persons.ravel().tolist(), *counted.whole.ravel().tolist()]


def test_a_county_too_small_says_what_it_can_show(client: FlaskClient, world: World) -> None:
    first, last = world.releases["demo"].manifest.period or (0, 0)
    counted = cube(world, "demo", Filters(Period(first, last)))
    hidden = [
        area for i, area in enumerate(counted.areas[:-1]) if counted.hidden is not None and counted.hidden[0, 1, i]
    ]
    assert hidden, "in one year some county is always too small"
    page = client.get(f"/?dataset=demo&county={hidden[0]}&from={first}&to={first}").get_data(as_text=True)
    assert "Over all its years this release can show" in page or "can show nothing of this county" in page


def test_nothing_kept_out_at_the_door_is_found_anywhere(tmp_path: Path) -> None:
    """Seeded names, phones, e-mails, ids, places and stories: import, publish, then look into every file."""
    rng = random.Random(7)
    names = [f"Zawadi{rng.randrange(10**5, 10**6)} Mwakilili" for _ in range(400)]
    phones = [f"+2547{rng.randrange(10**7, 10**8)}" for _ in names]
    papers = [f"{rng.randrange(10**7, 10**8)}" for _ in names]
    mails = [f"person{rng.randrange(10**9)}@example.org" for _ in names]
    stories = [
        f"She was met at gate{rng.randrange(10**7, 10**8)} by a man from the village and taken away." for _ in names
    ]
    lines = ["case_id,victim_name,phone,national_id,email,county,date,sex,age,form,story"]
    for i, (name, phone, paper, mail, story) in enumerate(zip(names, phones, papers, mails, stories, strict=True)):
        county = rng.choice(["Isiolo", "Nairobi", "Busia", "Mombasa"])
        lines.append(
            f"NJ-{i:05d}-x,{name},{phone},{paper},{mail},{county},2023-0{rng.randrange(1, 10)}-15,"
            f"{rng.choice('FM')},{rng.randrange(12, 40)},forced labour,{story}"
        )
    source = tmp_path / "cases.csv"
    source.write_text("\n".join(lines), encoding="utf-8")
    home = tmp_path / "home"
    imported = run(home, "import", str(source), "--yes", "--dataset", "secret", "--legal-basis", "public_task")
    assert imported.returncode in (0, 2), imported.stderr
    published = run(home, "publish", "--dataset", "secret", "--alone", "--json")
    assert published.returncode == 0, published.stderr
    said = imported.stdout + imported.stderr + published.stdout + published.stderr
    contents = [said.encode(), *(path.read_bytes() for path in home.rglob("*") if path.is_file())]
    assert len(contents) > 5
    contents += [gzip.decompress(part) for part in contents if part[:2] == b"\x1f\x8b"]
    everything = b"\n".join(contents)
    for kind in (names, phones, papers, mails, stories):
        for value in kind:
            needle = max(re.split(r"[ +@.]", value), key=lambda word: sum(c.isdigit() for c in word))
            assert len(needle) > 6
            assert needle.encode() not in everything, f"a kept-out value was found: {needle}"
    assert b"NJ-00001-x" not in everything


def dumped(home: Path) -> bytes:
    """Return every value of the vault as text: its file packs words, so its bytes alone would prove little."""
    (vault,) = home.rglob("*.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{vault}' AS held (READ_ONLY)")
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        rows = [connection.execute(f"SELECT * FROM held.main.{name}").fetchall() for name in tables]  # noqa: S608
    assert sum(map(len, rows)) > 4_000
    return repr(rows).encode()


def found_in(everything: bytes, parts: set[str]) -> list[str]:
    """Return the parts that occur: tens of thousands are looked for at once by their first eight bytes."""
    needles = [part.lower().encode() for part in parts]
    window = np.lib.stride_tricks.sliding_window_view(np.frombuffer(everything, np.uint8), 8)
    starts = np.unique(np.ascontiguousarray(window).view(np.uint64))
    firsts = np.array([int.from_bytes(needle[:8].ljust(8, b"\0"), sys.byteorder) for needle in needles], np.uint64)
    maybe = np.isin(firsts, starts) | np.array([len(needle) < 8 for needle in needles])
    return [needle.decode() for needle, look in zip(needles, maybe, strict=True) if look and needle in everything]


def test_five_thousand_messy_rows_leave_no_trace_of_a_person(tmp_path: Path) -> None:
    """As CSV and as a workbook, by the real commands: quarantined at the door, and then in no byte of any file."""
    text, seeds = corpus()
    table = tmp_path / "messy.csv"
    table.write_text(text, encoding="utf-8")
    book = tmp_path / "messy.xlsx"
    pl.read_csv(table, infer_schema=False).write_excel(book)
    home, said = tmp_path / "home", []
    for path, dataset in ((table, "from-csv"), (book, "from-book")):
        imported = run(home, "import", str(path), "--dataset", dataset, "--json", "--legal-basis", "research")
        assert imported.returncode == 2, imported.stderr
        told = json.loads(imported.stdout)
        for kind in seeds[0]:
            assert told["kept_out"][privacy.LABELS[kind]] >= 0.95 * len(seeds), (path.name, kind)
        # A tenth of the counties are bare numbers: which list they are from is asked, never assumed.
        assert told["accepted"] + told["corrected"] + told["to_confirm"] > 0.95 * len(seeds)
        assert told["accepted"] + told["corrected"] > 0.85 * len(seeds)
        published = run(home, "publish", "--dataset", dataset, "--alone", "--json")
        assert published.returncode == 0, published.stderr
        said += [imported.stdout, imported.stderr, published.stdout, published.stderr]
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {".duckdb", ".html", ".csv", ".parquet", ".json"} <= {path.suffix for path in files}
    contents = [path.read_bytes() for path in files] + [dumped(home), "\n".join(said).encode()]
    contents += [repr(pl.read_parquet(path).rows()).encode() for path in files if path.suffix == ".parquet"]
    contents += [gzip.decompress(part) for part in contents if part[:2] == b"\x1f\x8b"]
    # Keyed marks and hashes are random: eight digits in a row in them would be a telephone number by chance.
    everything = re.sub(rb"[0-9a-f]{16,}", b"", b"\n".join(contents).lower())
    for kind, parts in telling(seeds).items():
        assert found_in(everything, parts) == [], kind
    # The search can find: what is stored on purpose is there.
    assert len(found_in(everything, {"forced_labour", "messy.csv", "reporting_source"})) == 3
