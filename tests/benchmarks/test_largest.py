"""The largest caseload promised: a hundred million records are published on one machine. By `make soak`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks import archive, publish

RECORDS = int(float(os.environ.get("NJIA_SOAK_RECORDS", "1e8")))


@pytest.mark.soak
def test_a_hundred_million_records_are_published(tmp_path: Path) -> None:
    seen = publish.take(RECORDS, "skewed", tmp_path)
    print(seen)  # noqa: T201 - the figure is what one runs this for
    assert seen.publish_s <= publish.TIMES * seen.bare_s + publish.PLUS_S
    assert seen.build_s <= publish.BUILD_S
    assert seen.peak_mb <= publish.MOST_MB
    assert seen.sums < 50_000  # what leaves the vault does not grow with the records


@pytest.mark.soak
@pytest.mark.spark
def test_a_hundred_million_records_are_published_by_spark(tmp_path: Path) -> None:
    imported, counted = archive.take(RECORDS, tmp_path)
    print(imported, counted)  # noqa: T201
    assert imported.last_s <= 3 * imported.first_s  # a quadratic import would be a hundred times slower at last
    assert imported.peak_mb <= archive.MOST_MB
    assert counted.peak_mb <= archive.MOST_MB
    assert counted.java_mb <= archive.MOST_MB
    assert abs(counted.off) < 500
