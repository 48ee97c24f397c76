"""Private data in 5,000 messy rows: found, counted, and nowhere in what an import leaves behind."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from geodata.intake import privacy
from geodata.intake.cli import as_json, summary
from geodata.intake.keys import case_key
from geodata.intake.run import Options, import_file
from geodata.settings import DataSettings
from geodata.values import DataProblem
from tests.geodata.intake.corpus import N_ROWS, telling
from tests.geodata.intake.corpus import corpus as messy_corpus

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def corpus() -> tuple[str, list[dict[str, str]]]:
    return messy_corpus()


def test_each_kind_is_recognised_by_its_cells_alone(corpus: tuple[str, list[dict[str, str]]]) -> None:
    _, seeds = corpus
    for kind in seeds[0]:
        found = sum(bool(privacy.kind_of_value(seed[kind])) for seed in seeds)
        assert found / len(seeds) >= 0.95, kind


def test_private_data_is_counted_and_left_out_of_everything(
    corpus: tuple[str, list[dict[str, str]]], tmp_path: Path, settings: DataSettings, vault: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    text, seeds = corpus
    path = tmp_path / "messy.csv"
    path.write_text(text, encoding="utf-8")
    imported = import_file(path, settings, vault, Options())
    quarantined = sum(cells for kind, (cells, _) in imported.outcome.dropped.items() if kind)
    assert quarantined >= 0.95 * 6 * N_ROWS
    for kind in seeds[0]:
        assert imported.outcome.dropped[kind][0] >= 0.95 * N_ROWS, kind

    ((_, rows),) = vault.held.values()
    left = [rows.to_pandas().to_csv(), str(imported.outcome.notes), summary(imported)]
    left.append(json.dumps(as_json([(path, imported)], [], Options())))
    left += [file.read_text(encoding="utf-8") for file in (settings.home / "reports").iterdir()]
    left += list(capsys.readouterr())
    leavings = "\n".join(left).casefold()
    assert len(leavings) > 100_000
    leaked = [(kind, value) for seed in seeds[::25] for kind, value in seed.items() if value.casefold() in leavings]
    assert leaked == []
    words = set(re.findall(r"[\w.@+-]+", leavings))
    telling = {word for seed in seeds for word in (
        seed[privacy.NAME].split()[-1], seed[privacy.EMAIL], seed[privacy.ID_NUMBER], seed[privacy.GPS].split()[0],
        seed[privacy.PHONE].replace(" ", ""), seed[privacy.FREE_TEXT].split()[-3],
    )}  # fmt: skip
    assert words & {word.casefold() for word in telling} == set()


_IMPORT_AND_LOOK = """
import re, sys
from pathlib import Path
from dashboard.cli import main
main(["import", sys.argv[1], "--as", "cases", "--legal-basis", "public_task"])
kept = []
for line in Path("/proc/self/maps").read_text().splitlines():
    span, _, _, _, node, *name = line.split(maxsplit=5)
    path = name[0] if name else ""
    if node == "0" or re.search(r"[.]so([.0-9]*)?$|^/usr/|^/lib|site-packages|locale", path):
        continue
    start, end = (int(part, 16) for part in span.split("-"))
    with open("/proc/self/mem", "rb") as memory:
        memory.seek(start)
        kept.append(memory.read(min(end - start, 1 << 26)))
Path(sys.argv[2]).write_bytes(b"\\n".join(kept))
"""
"""Imports a file, then writes down every file that is mapped into memory, deleted or not, apart from libraries."""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system shows no memory maps")
def test_nothing_private_is_found_afterwards_in_any_file_map_or_log(
    corpus: tuple[str, list[dict[str, str]]], tmp_path: Path
) -> None:
    text, seeds = corpus
    outside, inside = tmp_path / "messy.csv", tmp_path / "inside"
    outside.write_text(text, encoding="utf-8")
    for name in ("home", "tmp", "user"):
        (inside / name).mkdir(parents=True)
    environment = {
        "PATH": os.environ["PATH"], "NJIA_HOME": str(inside / "home"), "TMPDIR": str(inside / "tmp"),
        "HOME": str(inside / "user"),
    }  # fmt: skip
    shared = {path.name for path in Path("/dev/shm").iterdir()} if Path("/dev/shm").is_dir() else set()  # noqa: S108
    command = [sys.executable, "-c", _IMPORT_AND_LOOK, str(outside), str(inside / "maps")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=300)
    (inside / "log").write_bytes(done.stdout + done.stderr)
    assert b"rows" in done.stdout
    left = [path for path in inside.rglob("*") if path.is_file()]
    if shared:  # others on this machine may have begun something meanwhile: what is new is read, not only named
        new = [path for path in Path("/dev/shm").iterdir() if path.name not in shared]  # noqa: S108 - looked into only
        left += [file for path in new for file in (path, *path.rglob("*")) if file.is_file()]
    assert any(path.name.startswith("vault") for path in left)
    words = set().union(*(re.findall(rb"[\w.@+-]{7,}", path.read_bytes()) for path in left))
    secret = {part.encode() for kind, parts in telling(seeds).items() if kind != privacy.FREE_TEXT for part in parts}
    assert words & secret == set()
    assert not [path for path in left if any(part in path.read_bytes() for part in (b"from her aunt", b"not to speak"))]


def test_a_file_without_headings_does_not_leak_its_first_row(
    tmp_path: Path, settings: DataSettings, vault: Any
) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("Jane Wanjiku,0712345678,Somewhere\nJohn Otieno,0722000111,Elsewhere\n", encoding="utf-8")
    with pytest.raises(DataProblem) as refusal:
        import_file(path, settings, vault, Options())
    assert "Wanjiku" not in str(refusal.value)
    assert "0712345678" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    ["Forced labour", "Isiolo County", "IOM", "2024-03-01", "2024-03-01T10:00:00.000+03:00", "KE011", "HAART Kenya",
     "Sexual exploitation; Forced begging", "female", "15", "45352", "International Organization for Migration"],
)  # fmt: skip
def test_ordinary_cells_are_not_taken_for_private(text: str) -> None:
    assert privacy.kind_of_value(text) == ""


def test_case_numbers_are_keyed_per_machine(tmp_path: Path) -> None:
    one = DataSettings(home=tmp_path / "one", vault="")
    two = DataSettings(home=tmp_path / "two", vault="")
    assert case_key(one).mark("A-1") == case_key(one).mark("A-1")
    assert case_key(one).mark("A-1") != case_key(two).mark("A-1")
    assert len(case_key(one).mark("A-1")) == 32
    assert stat.S_IMODE((tmp_path / "one" / "case-ids.key").stat().st_mode) == 0o600
    assert "A-1" not in repr(vars(case_key(one)))


def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path) -> None:
    settings = DataSettings(home=tmp_path, vault="")
    case_key(settings)
    (tmp_path / "case-ids.key").write_bytes(b"short")
    with pytest.raises(DataProblem, match="damaged"):
        case_key(settings)
    assert (tmp_path / "case-ids.key").read_bytes() == b"short"
