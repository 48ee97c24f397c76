"""The notebook and the R script of the README read a running server, and both see what the map shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
HERE = "http://127.0.0.1:8050"


def blocks(language: str) -> list[str]:
    """Return the README's pieces of code in a language, from its section on notebooks."""
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("## From a notebook and from R")[1].split("\n## ")[0]
    )
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def test_the_notebook_runs_cell_by_cell(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for cell in blocks("python"):
        exec(compile(cell.replace(HERE, served), "README.md", "exec"), names)  # noqa: S102 - our own README
    assert len(names["smuggling"]) == 47
    assert names["corridors"]["corridor_id"].nunique() == 35
    assert names["smuggling"].crs == 4326
    assert names["smuggling"]["persons"].sum() > 1000
    told = capsys.readouterr().out
    assert "Marsabit" in told
    assert re.search(r"\b[0-9a-f]{64}\b", told)


def test_the_script_in_r_runs(served: str) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is missing: install Debian's packages r-base-core, r-cran-sf and r-cran-jsonlite")
    command = ["Rscript", "--vanilla", "-e", "\n".join(blocks("r"))]
    environment = os.environ | {"NJIA": served}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=True)
    assert "Marsabit" in done.stdout
    assert re.search(r"\b[0-9a-f]{64}\b", done.stdout)
