"""Hostile files: nothing is fetched, no other file is read, no room is allocated for nothing, the asker lives on."""

from __future__ import annotations

import io
import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from geodata.boundaries.official import read as read_boundaries
from geodata.intake.outcome import Outcome
from geodata.untrusted import run
from geodata.values import DataProblem
from tests.geodata.intake.binary_books import write_xls, write_xlsb

Check = Callable[..., Outcome]
ROOT = Path(__file__).resolve().parents[3]


class Listener:
    """A server on loopback that answers nothing and counts who comes."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _ = self.socket.accept()
            except OSError:
                return
            with visitor:
                visitor.settimeout(1)
                try:
                    self.visits.append(visitor.recv(200))
                except OSError:
                    self.visits.append(b"")


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.socket.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file that a hostile one would like to be read."""
    path = tmp_path / "secret.csv"
    path.write_text("case id,county,date\nS1,Isiolo,2024-01-01\n", encoding="utf-8")
    return path


def vrt(source: str) -> str:
    return (
        "<OGRVRTDataSource><OGRVRTLayer name='secret'>"
        f"<SrcDataSource relativeToVRT='0'>{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )


def sqlite_with(path: Path, statement: str) -> Path:
    base = sqlite3.connect(path)
    base.execute("pragma application_id = 1196444487")
    base.execute("create table gpkg_contents (table_name text, data_type text)")
    base.execute("create table note (words text)")
    base.execute("insert into note values (?)", (statement,))
    base.commit()
    base.close()
    return path


def hostile_files(folder: Path, address: str, secret: Path) -> dict[str, bytes]:
    points = {"type": "Point", "coordinates": [37.5, 0.3]}
    feature = {"type": "Feature", "properties": {"county": "Isiolo", "note": vrt(str(secret))}, "geometry": points}
    collection = {"type": "FeatureCollection", "features": [feature]}
    link = {"type": "link", "properties": {"href": address, "type": "proj4"}}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cases.shp", vrt(f"/vsicurl/{address}"))
    gpkg = sqlite_with(folder / "base.gpkg", vrt(f"/vsicurl/{address}")).read_bytes()
    return {
        "vrt.geojson": vrt(str(secret)).encode(),
        "curl.geojson": vrt(f"/vsicurl/{address}").encode(),
        "vrt.gpkg": vrt(str(secret)).encode(),
        "vrt.shp": vrt(f"/vsicurl/{address}").encode(),
        "vrt.zip": packed.getvalue(),
        "hidden.geojson": (json.dumps(vrt(str(secret))) + json.dumps(collection)).encode(),
        "link.geojson": json.dumps({**collection, "crs": link}).encode(),
        "name.geojson": json.dumps({**collection, "crs": {"type": "name", "properties": {"name": address}}}).encode(),
        "note.gpkg": gpkg,
        "string.geojson": json.dumps(f"/vsicurl/{address}").encode(),
        "esri.json": json.dumps({"type": "FeatureCollection", "features": f"/vsicurl/{address}"}).encode(),
    }


NAMES = ("vrt.geojson", "curl.geojson", "vrt.gpkg", "vrt.shp", "vrt.zip", "hidden.geojson", "link.geojson",
         "name.geojson", "note.gpkg", "string.geojson", "esri.json")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_map_file_fetches_nothing_and_reads_no_other(
    check: Check, tmp_path: Path, listener: Listener, secret: Path, name: str
) -> None:
    content = hostile_files(tmp_path, f"http://127.0.0.1:{listener.port}/x.geojson", secret)[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataProblem) as refusal:
        check(path)
    assert "S1" not in str(refusal.value)
    if path.suffix != ".json":
        with pytest.raises(DataProblem):
            read_boundaries(path)
    assert listener.visits == []


def test_an_address_inside_a_good_map_file_stays_a_word(check: Check, tmp_path: Path, listener: Listener) -> None:
    feature = {
        "type": "Feature",
        "properties": {"county": "Isiolo", "note": f"/vsicurl/http://127.0.0.1:{listener.port}/"},
        "geometry": {"type": "Point", "coordinates": [37.5, 0.3]},
    }
    path = tmp_path / "good.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert [row["county"] for row in check(path).table.to_pylist()] == ["KE011"]
    assert listener.visits == []


def test_gdal_starts_with_two_drivers_only() -> None:
    code = (
        "import sys\nfrom geodata.untrusted import vector\n"
        "sys.argv = ['child', 'vector', 'x']\nimport os\nos.execve = lambda *a: print(a[2]['OGR_SKIP'])\n"
        "vector._few_drivers()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    left_out = done.stdout.strip().split(",")
    assert {"OGR_VRT", "WFS", "HTTP", "CSV", "GeoJSON", "SQLite"} <= set(left_out)
    assert not {"GPKG", "ESRI Shapefile"} & set(left_out)


def far_xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["case id", "county", "date"])
    sheet.append(["1", "Meru", "2024-01-13"])
    sheet["XFD1048576"] = "x"
    book.save(path)
    return path


def far_ods(path: Path) -> Path:
    rows = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>county</text:p></table:table-cell>'
        '</table:table-row><table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
        '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    content = (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>'
        f'<table:table table:name="a">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def far_xls(path: Path) -> Path:
    return write_xls(path, [(0, 0, "case id", 0), (0, 1, "county", 0), (65_535, 255, "x", 0)])


def far_xlsb(path: Path) -> Path:
    return write_xlsb(path, [(0, 0, "case id", 0), (0, 1, "county", 0), (1_048_575, 16_383, "x", 0)])


FAR = {"far.xlsx": far_xlsx, "far.ods": far_ods, "far.xls": far_xls, "far.xlsb": far_xlsb}


@pytest.mark.parametrize("name", FAR)
def test_a_cell_far_outside_the_table_is_refused_at_once(check: Check, tmp_path: Path, name: str) -> None:
    path = FAR[name](tmp_path / name)
    start = time.process_time()
    with pytest.raises(DataProblem, match="far outside the table"):
        check(path)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("name", FAR)
def test_far_cells_take_no_room(tmp_path: Path, name: str) -> None:
    path = FAR[name](tmp_path / name)
    code = (
        "import sys\nfrom pathlib import Path\nfrom geodata.untrusted.used_range import refuse_far_cells\n"
        "from geodata.values import DataProblem\n"
        "try:\n    refuse_far_cells(Path(sys.argv[1]))\nexcept DataProblem:\n"
        "    (line,) = [line for line in Path('/proc/self/status').read_text().splitlines() if line[:6] == 'VmHWM:']\n"
        "    print(int(line.split()[1]) / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 100


def test_a_parser_that_dies_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cases.xlsx"
    openpyxl.Workbook().save(path)
    real = subprocess.run

    def killed(command: list[str], **options: object) -> object:
        crash = [command[0], "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
        return real(crash, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(run.subprocess, "run", killed)
    with pytest.raises(DataProblem, match="stopped in the middle"):
        run.parse("workbook", path)


def test_a_parser_knows_nothing_of_the_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NJIA_VAULT_KEY", "secret words")
    monkeypatch.setenv("NJIA_VAULT", "postgresql://somewhere")
    assert not any("NJIA" in name for name in run.parser_environment({}))
