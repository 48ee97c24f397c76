"""What some tests need from outside Python, and how a test is left out, with its reason, where that is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
NO_AXE = "axe-core is not installed (make setup needs npm)"
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason=NO_AXE)


def axe_script() -> str:
    """Return axe-core's script; skip the rest of the test where it is not installed."""
    if not AXE.is_file():
        pytest.skip(NO_AXE)
    return AXE.read_text(encoding="utf-8")


def ask_for_java() -> None:
    """Skip the test where Spark cannot run."""
    pytest.importorskip("pyspark", reason="PySpark is not installed")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Java is missing: Spark needs 17 or 21")
    # A short life: compile quickly rather than well. Halves the time of these tests.
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def tracked(*folders: str) -> list[str]:
    """Return the files that git holds, all or those of some folders; skip the test where that is not known."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed: the list of tracked files is not known")
    done = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout: the list of tracked files is not known")
    return done.stdout.splitlines()
