"""Files that are too large for something: for the limit, for memory, for the disk. Real files, real processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from geodata.intake import readers
from geodata.intake.run import Options, check_file
from geodata.settings import DataSettings
from geodata.values import DataProblem

ROOT = Path(__file__).resolve().parents[3]
TWO_GB = 2 << 30
LARGE = 1 << 30


def _sparse(path: Path, start: bytes, size: int) -> Path:
    """Write a file that claims a size and occupies next to nothing."""
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
    return path


@pytest.mark.parametrize(
    ("name", "start"),
    [("cases.xlsx", b"PK\x03\x04"), ("cases.geojson", b'{"type": "FeatureCollection"'), ("cases.zip", b"PK\x03\x04")],
)
def test_two_gigabytes_of_what_is_read_whole_are_refused_at_once(tmp_path: Path, name: str, start: bytes) -> None:
    path = _sparse(tmp_path / name, start, TWO_GB)
    with pytest.raises(DataProblem, match=r"2,048 MB; the limit .* streamed"):
        check_file(path, DataSettings(home=tmp_path / "home", vault=""), Options())
    assert not (tmp_path / "home").exists()


def test_a_csv_of_nine_gigabytes_is_refused_and_so_is_one_of_zeros(tmp_path: Path) -> None:
    settings = DataSettings(home=tmp_path / "home", vault="")
    most = readers.MOST_BYTES[readers.CSV]
    with pytest.raises(DataProblem, match="the limit for a CSV"):
        check_file(_sparse(tmp_path / "huge.csv", b"case id,county\n1,Meru\n", most + 1), settings, Options())
    with pytest.raises(DataProblem, match="not UTF-8"):
        check_file(_sparse(tmp_path / "zeros.csv", b"case id,county\n1,Meru\n", TWO_GB), settings, Options())


@pytest.mark.parametrize("room_kb", [1, 16, 700])
def test_a_full_disk_stores_nothing_or_all_and_says_so(tmp_path: Path, room_kb: int) -> None:
    """No file may grow beyond the room: the case key, the vault or the report is what does not fit."""
    path = tmp_path / "cases.csv"
    lines = (f"c{number},Meru,2024-01-{number % 28 + 1:02d}" for number in range(60_000))
    path.write_text("case id,county,date\n" + "\n".join(lines) + "\n", encoding="utf-8")
    home = tmp_path / "home"
    command = [sys.executable, str(ROOT / "app.py"), "import", "--as", "cases", str(path)]
    command += ["--legal-basis", "public_task"]
    # Without bytecode: Python would leave its own files cut short on the full disk, for every later run.
    quiet = {"PYTHONDONTWRITEBYTECODE": "1"}
    environment = {"NJIA_HOME": str(home), "PATH": os.environ["PATH"], "HOME": str(tmp_path), **quiet}
    room = room_kb << 10

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    full = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=300, preexec_fn=limited,
    )  # fmt: skip
    assert full.returncode == 1, full.stdout
    assert "Traceback" not in full.stderr
    assert "nothing was changed" in full.stderr.casefold() or "make room" in full.stderr
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert again.returncode == 0, again.stderr
    listed = subprocess.run(
        [*command[:2], "batches"], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert "60,000" in listed.stdout
    assert "imported 2 times" not in listed.stdout


@pytest.mark.soak
def test_a_csv_of_a_gigabyte_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    line = "{0},Jane Wanjiku {0},Meru County,2024-03-05,F,23,Forced labour,HAART,a note that nobody needs and is long\n"
    with path.open("w", encoding="utf-8") as file:
        file.write("case id,victim name,county,date,sex,age,form of exploitation,reporting organisation,notes\n")
        number = 0
        while file.tell() < LARGE:
            file.writelines(line.format(f"K/{n:09d}") for n in range(number, number + 100_000))
            number += 100_000
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from geodata.intake.run import Options, check_file\nfrom geodata.settings import DataSettings\n"
        "from tests.benchmarks.intake import peak_mb\nbefore = peak_mb()\n"
        "outcome = check_file(Path(sys.argv[1]), DataSettings(home=Path(sys.argv[2]), vault=''), Options())\n"
        "print(len(outcome.rows), peak_mb() - before)\n"
    )
    command = [sys.executable, "-c", code, str(path), str(tmp_path / "home")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=1800)
    rows, grown = done.stdout.split()
    assert int(rows) == number
    assert float(grown) <= 3 * path.stat().st_size / 2**20
