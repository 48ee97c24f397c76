"""What is written under NJIA_HOME is readable by its owner alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(os.name == "nt", reason="permissions of Unix")
def test_a_frozen_view_is_the_owners(tmp_path: Path) -> None:
    home = tmp_path / "home"
    env = {**os.environ, "NJIA_HOME": str(home)}
    command = f"umask 022; exec {sys.executable} {ROOT / 'app.py'} snapshot '/?county=KE011'"
    subprocess.run(["/bin/sh", "-c", command], check=True, env=env, cwd=tmp_path, timeout=120)
    written = [home, *home.rglob("*")]
    assert any(path.suffix == ".json" for path in written)
    assert [path for path in written if path.stat().st_mode & 0o077] == []
