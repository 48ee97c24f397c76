"""The product as it is installed: what is in the wheel, and a reader's site without the steward's packages."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from dashboard.cli import STEWARD_ONLY
from tests.outside import tracked

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {"assets/.npmrc", "assets/package-lock.json"}
"""Needed to fetch third-party files, not to serve them."""
PAGES = (
    "/?lang=en", "/lite?lang=sw", "/lite/KE011", "/county/KE011", "/about?lang=en", "/sources?lang=en",
    "/api/v1/indicators.json", "/briefing?lang=en", "/corrections?lang=en", "/embed?lang=en",
)  # fmt: skip
READER = f"""
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {sorted(STEWARD_ONLY)!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from dashboard.cli import main
from dashboard.server.serve import application
asked = application().test_client()
print([asked.get(page).status_code for page in {PAGES!r}])
print(main(["budget"]))
"""


def test_the_wheel_holds_every_file_of_the_product_and_the_command(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("njia-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        (points,) = (name for name in inside if name.endswith("entry_points.txt"))
        assert "njia = dashboard.cli:run" in archive.read(points).decode()
    product = tracked("dashboard", "geodata", "layers", "assets")
    wanted = {name for name in product if name not in LEFT_OUT and (ROOT / name).is_file()}
    installed = {f"dashboard/{name}" if name.startswith("assets/") else name for name in wanted}
    assert installed - inside == set()
    assert not any(name.startswith("tests/") for name in inside)


def test_a_reader_s_site_runs_without_the_steward_s_packages(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", READER],
        cwd=ROOT,
        env=os.environ | {"NJIA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    answers, status = ran.stdout.splitlines()
    assert answers == str([200] * len(PAGES))
    assert status == "1"
    assert "pip install 'njia[steward]'" in ran.stderr
