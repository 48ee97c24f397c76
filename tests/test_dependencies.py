"""What is imported is declared, and what is declared is imported: for the product and for its tests."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

from dashboard.cli import STEWARD_ONLY

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = [
    ROOT / "app.py",
    *(path for name in ("geodata", "layers", "dashboard") for path in (ROOT / name).rglob("*.py")),
]
TESTS = list((ROOT / "tests").rglob("*.py"))
OWN = {"app", "geodata", "layers", "dashboard", "tests"}
OPTIONAL = {
    "pyspark": "an archive beyond one machine; who has none needs no Java",
    "duckdb-extension-avro": "an archive elsewhere that is an Iceberg table",
    "duckdb-extension-iceberg": "the same",
}
"""Imported by the product where it is wanted, and declared for the tests only."""
COMMANDS = {
    "mypy", "ruff", "import-linter", "pytest-xdist", "pytest-rerunfailures", "pandas-stubs", "types-networkx",
    "types-pyyaml", "types-shapely", "types-requests", "djlint", "cyclonedx-bom", "hatchling", "pip-licenses",
}  # fmt: skip
"""Run from the command line, or read by mypy: nobody imports them."""


def imported(paths: Iterable[Path]) -> set[str]:
    """Return the distributions that files import from, wherever in the file; ``?name`` if not installed."""
    names: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
    installed = packages_distributions()
    beside = {path.stem for path in TESTS} - set(installed)
    modules = {name.partition(".")[0] for name in names} - OWN - beside - sys.stdlib_module_names
    return {canonical(package) for module in modules for package in installed.get(module, [f"?{module}"])}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: Iterable[str]) -> set[str]:
    return {canonical(re.split(r"[\[<>=;~! ]", line, maxsplit=1)[0]) for line in requirements}


def project() -> tuple[set[str], set[str]]:
    """Return what the product and what its tests declare."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    whole = [*settings["project"]["dependencies"], *settings["project"]["optional-dependencies"]["steward"]]
    return declared(whole), declared(settings["dependency-groups"]["dev"])


def test_what_the_product_imports_is_declared_and_nothing_else() -> None:
    product, development = project()
    used = imported(PRODUCT)
    assert used - product == set(OPTIONAL), "imported and not declared"
    assert set(OPTIONAL) <= development
    assert product - used == set(), "declared and not imported"


def test_what_the_tests_import_is_declared_and_nothing_else() -> None:
    product, development = project()
    used = imported(TESTS)
    assert used - product - development == set(), "imported and not declared"
    assert development - used - imported(PRODUCT) <= COMMANDS, "declared and not imported"


def test_a_reader_s_site_does_without_the_packages_of_the_steward() -> None:
    """The command names exactly the packages of the extras; a reader's site imports none of them (see test_wheel)."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    extras = declared([*settings["steward"], *settings["spark"], *settings["iceberg"]])
    packages = packages_distributions()
    assert extras == {canonical(packages.get(name, [name])[0]) for name in STEWARD_ONLY}
    assert extras & declared(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]) == set()
