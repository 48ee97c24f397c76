"""The largest caseload promised: a hundred million records are published on one machine. By `make soak`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks import publish

RECORDS = int(float(os.environ.get("NJIA_SOAK_RECORDS", "1e8")))


@pytest.mark.soak
def test_a_hundred_million_records_are_published(tmp_path: Path) -> None:
    seen = publish.take(RECORDS, "skewed", tmp_path)
    print(seen)  # noqa: T201 - the figure is what one runs this for
    assert seen.published_cells > 50_000  # the lattice has about 100,000 cells, however many records there are
    assert seen.peak_mb < 24_000
