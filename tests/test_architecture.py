"""The house stands as drawn: imports point one way, files stay short, only settings read the environment."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import networkx as nx
import pytest

from tests.outside import tracked

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("geodata", "layers", "dashboard")
ALLOWED_ROOT = {
    "app.py", "pyproject.toml", "dashboard", "geodata", "layers", "assets", "tests", "README.md", "Makefile",
    "LICENSE", "CHANGELOG.md", "CITATION.cff", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "Dockerfile",
    "compose.yaml", "deploy", "requirements.lock", "requirements-dev.lock",
}  # fmt: skip
MAX_LINES = 400
MAX_LOOSE_FILES = 6
MAX_FLOORS = 9
DOORS_OF_GEODATA = (
    "geodata.query.",
    "geodata.values.",
    "geodata.settings.",
    "geodata.files.",
    "geodata.cli.",
)


def sources() -> list[Path]:
    return [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_nobody_imports_the_door() -> None:
    guilty = [str(path) for path in sources() if "app" in imports(path)]
    assert not guilty


def test_dashboard_enters_geodata_by_its_doors_only() -> None:
    inside = [path for path in (ROOT / "dashboard").rglob("*.py") if "steward" not in path.parts]
    guilty = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in inside
        for name in imports(path)
        if name.startswith("geodata.") and not f"{name}.".startswith(DOORS_OF_GEODATA)
    ]
    assert not guilty


def room_of(module: str, house: str) -> str:
    """Return the room a module of a house stands in, or the name of a loose file; "" outside the house."""
    first, _, rest = module.partition(".")
    return rest.split(".")[0] if first == house else ""


def arrows(house: str) -> nx.DiGraph:
    """Return which room of a house imports which, loose files being rooms of their own."""
    graph = nx.DiGraph()
    for path in (ROOT / house).rglob("*.py"):
        room = path.relative_to(ROOT / house).with_suffix("").parts[0]
        if room == "__init__":
            continue
        graph.add_node(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module == house:
                names = [f"{house}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            rooms = {room_of(name, house) for name in names} - {"", room}
            graph.add_edges_from((room, other) for other in rooms)
    return graph


@pytest.mark.parametrize("house", ["geodata", "dashboard"])
def test_no_arrow_between_rooms_runs_back_up(house: str) -> None:
    circles = [sorted(circle) for circle in nx.strongly_connected_components(arrows(house)) if len(circle) > 1]
    assert not circles


@pytest.mark.parametrize("house", ["geodata", "dashboard"])
def test_houses_stay_low(house: str) -> None:
    floors = nx.dag_longest_path(nx.condensation(arrows(house)))
    assert len(floors) <= MAX_FLOORS


@pytest.mark.parametrize("house", ["geodata", "dashboard"])
def test_few_files_stand_outside_rooms(house: str) -> None:
    loose = [path.name for path in (ROOT / house).iterdir() if path.is_file() and path.name != "__init__.py"]
    assert len(loose) <= MAX_LOOSE_FILES


def imported_modules(path: Path) -> set[str]:
    """Return the modules a file imports, whichever way it names them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_cli_modules_are_used_by_the_command_line_only() -> None:
    commands = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sources()
        if path.stem == "cli" or path.stem.endswith("_cli")
    }
    assert "geodata.release.cli" in commands
    guilty = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in sources()
        for name in imported_modules(path) & commands
        if path.stem != "cli"
    }
    assert not guilty


def test_only_settings_read_the_environment() -> None:
    allowed = {"geodata/settings.py", "dashboard/settings.py"}
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
        and path.relative_to(ROOT).as_posix() not in allowed
    ]
    assert not guilty


@pytest.mark.parametrize("suffix", [".py", ".js", ".css", ".html"])
def test_files_stay_short(suffix: str) -> None:
    files = [p for folder in (*FOLDERS, "assets", "tests") for p in (ROOT / folder).rglob(f"*{suffix}")]
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in files
        if "node_modules" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long


def test_the_root_holds_what_was_agreed() -> None:
    top = {name.split("/")[0] for name in tracked()}
    assert {name for name in top if not name.startswith(".")} <= ALLOWED_ROOT


def test_no_host_of_a_registry_in_the_locks() -> None:
    locks = [name for name in tracked() if name.endswith((".lock", "package-lock.json", "package.json", ".npmrc"))]
    assert locks
    for name in locks:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!github\.com|opencollective\.com)", text), name
        if name.endswith("package-lock.json"):
            assert '"resolved"' not in text


def test_every_requirement_is_pinned_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([A-Za-z0-9_.\[\]-]+)==[^\s]+", text, re.MULTILINE)
        assert len(pins) > 30
        assert text.count("--hash=sha256:") >= len(pins)


def test_third_party_javascript_is_not_committed() -> None:
    assert not [name for name in tracked() if "node_modules" in name or name.endswith((".min.js", ".woff2"))]


NAMES_TO_COME = {"Ledger", "Prepared"}
"""Public classes that still share a name; a name leaves this list with its second bearer."""
ALIKE_FILES_TO_COME = {"geodata/facts: counties, countries", "geodata/corridors: prepare, prepared"}


def test_no_two_public_classes_bear_one_name() -> None:
    bearers: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bearers[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: paths for name, paths in bearers.items() if len(paths) > 1 and name not in NAMES_TO_COME} == {}


def differ_by_a_letter(first: str, second: str) -> bool:
    """Say whether one letter changed, added or taken away makes one word the other."""
    if len(first) == len(second):
        return sum(a != b for a, b in zip(first, second, strict=True)) == 1
    short, long = sorted((first, second), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def test_files_of_one_folder_differ_by_more_than_a_letter() -> None:
    assert differ_by_a_letter("county", "country")
    names: dict[str, set[str]] = defaultdict(set)
    for path in sources():
        inside = path.parent if path.name == "__init__.py" else path
        names[inside.parent.relative_to(ROOT).as_posix()].add(inside.stem)
    alike = {
        f"{folder}: {first}, {second}"
        for folder, stems in names.items()
        for first, second in itertools.combinations(sorted(stems), 2)
        if differ_by_a_letter(first, second)
    }
    assert alike - ALIKE_FILES_TO_COME == set()
