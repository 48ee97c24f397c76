"""Nothing that faces a reader can reach case records: not by any chain of imports.

The web process opens releases only (DESIGN §1). Rooms that may touch the vault are the intake,
the steward's commands and the publisher; everything else must not import them, directly or not.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
BEHIND = ("geodata.vault", "geodata.intake", "geodata.demo")
FACING = ("dashboard", "layers", "geodata.query", "geodata.release.reader", "geodata.release.lookup")
STEWARDS = ("dashboard.steward",)
"""Rooms of another process, for the data officer alone."""
DOORS = ("dashboard.cli",)
"""The command line starts the desk as well as the site; what the site's process loads is looked at below."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("geodata", "layers", "dashboard", cache_dir=None)


def inside(graph: grimp.ImportGraph, rooms: tuple[str, ...]) -> set[str]:
    return {module for module in graph.modules for room in rooms if module == room or module.startswith(f"{room}.")}


def shortest(graph: grimp.ImportGraph, module: str, behind: set[str]) -> tuple[str, ...]:
    chains = [graph.find_shortest_chain(module, room) for room in behind]
    return min((chain for chain in chains if chain), key=len)


def test_the_rooms_exist(graph: grimp.ImportGraph) -> None:
    """A renamed room would make the tests below pass for nothing."""
    assert {"geodata.vault.door", "geodata.vault.duck", "geodata.intake.run"} <= inside(graph, BEHIND)
    assert {"dashboard.server.app", "layers.figure", "geodata.query"} <= inside(graph, FACING)


def test_no_chain_of_imports_leads_to_the_vault(graph: grimp.ImportGraph) -> None:
    facing = inside(graph, FACING) - inside(graph, STEWARDS) - inside(graph, DOORS)
    behind = inside(graph, BEHIND)
    leaks = [module for module in sorted(facing) if graph.find_upstream_modules(module) & behind]
    chains = {module: shortest(graph, module, behind) for module in leaks}
    assert chains == {}


def test_the_vault_knows_nobody_above_it(graph: grimp.ImportGraph) -> None:
    """It is the ground: values, settings, raw cells; nothing of intake, release, pages."""
    vault = inside(graph, ("geodata.vault",))
    known = {module for room in vault for module in graph.find_modules_directly_imported_by(room)} - vault
    assert known <= {"geodata.values", "geodata.settings", "geodata.raw_cells", "geodata.files"}


def test_the_running_site_has_no_vault_loaded(tmp_path: Path) -> None:
    """Late imports do not show in a graph built at import time: look into a process."""
    script = (
        "import sys, app, dashboard.cli, dashboard.server.app, dashboard.server.serve, geodata.query.world\n"
        "app.server\n"
        "seen = [name for name in sys.modules if name.split('.')[0] in ('duckdb', 'ibis', 'psycopg', 'pyspark')\n"
        "        or name.startswith(('geodata.vault', 'geodata.intake', 'geodata.demo'))]\n"
        "sys.stdout.write(' '.join(sorted(seen)))"
    )
    environment = os.environ | {"NJIA_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.stdout == ""


def test_opening_a_vault_loads_one_engine() -> None:
    script = (
        "import sys; from pathlib import Path; from geodata.settings import DataSettings\n"
        "from geodata.vault import open_vault\n"
        "open_vault(DataSettings(home=Path('/nowhere'), vault='duckdb:///nowhere/v.duckdb'))\n"
        "sys.stdout.write(' '.join(n for n in ('ibis', 'psycopg', 'pyspark', 'duckdb') if n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "duckdb"


def test_the_doors_name_rooms_as_text() -> None:
    """What the graph cannot see is at least spelled correctly."""
    for room in importlib.import_module("geodata.cli").ROOMS:
        assert importlib.util.find_spec(room) is not None, room
