"""What every test may ask for: the yardstick folder, the real site on a free port, one Chromium.

Tests marked `soak` run only with ``-m soak``. A test that needs what this machine lacks is skipped
with the reason in its line.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import PATIENCE_MS

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared" / "reference"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run a browser test that fails once more; leave soak tests out unless the `-m` expression asks for them."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items[:] = spread(items)
    if "soak" in (config.option.markexpr or ""):
        return
    heavy = [item for item in items if item.get_closest_marker("soak")]
    if heavy:
        config.hook.pytest_deselected(items=heavy)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]


def spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with files that wait for Chromium between files that compute, and small files at the end.

    Two workers that take a file each (`make test`) then neither fight over the browser nor wait for a last long file.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waits = {path: any(item.get_closest_marker("browser") for item in tests) for path, tests in files.items()}
    browsing = [path for path in files if waits[path]]
    computing = sorted((path for path in files if not waits[path]), key=lambda path: path.parent != ROOT / "tests")
    order = [path for pair in zip_longest(browsing, computing) for path in pair if path is not None]
    return [item for path in order for item in files[path]]


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder of reference layers beside the product; they are not ours to redistribute."""
    if not REFERENCE.is_dir():
        pytest.skip("the reference layers are not beside the product's folder (../shared/reference)")
    return REFERENCE


def free_port() -> int:
    """Return a port of this worker's own, below those that connections get: nothing takes it before its server does."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = 20_000 + 8 * secrets.randbelow(1_500) + worker % 8
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the product as a reader gets it, with an empty home of its own; return its address."""
    with serving(tmp_path_factory.mktemp("served")) as address:
        yield address


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """Serve the product on a free port, with settings of its own and its home in a folder; give its address."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("NJIA_")}
    port = free_port()
    env = {**kept, "HOST": "127.0.0.1", "PORT": str(port), "NJIA_HOME": str(folder / "home"), "NJIA_WORKERS": "1"}
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")], cwd=folder, env=env | settings, stdout=stream, stderr=stream,
            start_new_session=True,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, process, log)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the site did not start: {log.read_text(errors='replace')[-2000:]}")


@dataclass(frozen=True)
class PatientBrowser:
    """A Chromium whose pages all wait as long as a computer with other work needs."""

    browser: Any

    def new_context(self, **options: Any) -> Any:
        """Return a reader without a past: no cookies, nothing kept."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        return context

    def new_page(self, **options: Any) -> Any:
        """Return the page of a context of its own, which closes with it."""
        page = self.browser.new_page(**options)
        page.set_default_timeout(PATIENCE_MS)
        return page


@pytest.fixture(scope="session")
def chromium() -> Iterator[PatientBrowser]:
    """Return one headless Chromium for the whole run; give each test a context of its own."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing: install the package 'chromium' or set CHROMIUM=/path/to/chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield PatientBrowser(browser)
        browser.close()
