"""Local clusters against published results, an independent computation, and a shuffle of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from geodata.analysis import apart
from geodata.analysis.clusters import local_clusters
from geodata.analysis.smoothing import empirical_bayes
from geodata.query.detection import clusters
from geodata.query.world import World, open_world
from geodata.settings import from_environment
from geodata.values import DataProblem

esda = pytest.importorskip("esda")
libpysal = pytest.importorskip("libpysal")


def sids() -> tuple[dict[str, float], dict[str, float], dict[str, list[str]]]:
    """Sudden infant deaths 1974–78 and births in North Carolina's 100 counties, as libpysal ships them."""
    table = libpysal.io.open(libpysal.examples.get_path("sids2.dbf"))
    weights = libpysal.io.open(libpysal.examples.get_path("sids2.gal")).read()
    codes = [f"C{i:03d}" for i in range(100)]
    named = dict(zip(weights.id_order, codes, strict=True))
    near = {named[one]: [named[other] for other in weights.neighbors[one]] for one in weights.id_order}
    return (
        dict(zip(codes, table.by_col("SID74"), strict=True)),
        dict(zip(codes, table.by_col("BIR74"), strict=True)),
        near,
    )


def by_hand(counts: Mapping[str, float], residents: Mapping[str, float], near: Mapping[str, list[str]]) -> Any:
    """Local Moran's I_i = (n − 1) z_i Σ_j w_ij z_j / Σ z², rows of w adding to one."""
    codes = sorted(counts)
    smoothed = empirical_bayes([counts[c] for c in codes], [residents[c] for c in codes])
    assert smoothed is not None
    z = (smoothed.rate - smoothed.rate.mean()) / smoothed.rate.std()
    at = {code: i for i, code in enumerate(codes)}
    lag = np.array([np.mean([z[at[other]] for other in near[code]]) for code in codes])
    return codes, z, lag, (len(z) - 1) * z * lag / (z**2).sum()


def test_the_published_quadrants_of_the_documentation() -> None:
    weights = libpysal.io.open(libpysal.examples.get_path("desmith.gal")).read()
    y = np.array(libpysal.io.open(libpysal.examples.get_path("desmith.txt")).by_col["z"])
    found = esda.Moran_Local(y, weights, transformation="r", permutations=99, seed=12345)
    assert found.q.tolist() == [4, 4, 4, 2, 3, 3, 1, 4, 3, 3]


def test_local_i_and_kinds_are_those_of_the_formula() -> None:
    counts, residents, near = sids()
    found = local_clusters(counts, residents, near, permutations=999)
    assert found is not None
    codes, z, lag, i = by_hand(counts, residents, near)
    assert [found["areas"][code]["i"] for code in codes] == pytest.approx(i.tolist(), rel=1e-9)
    kinds = [f"{'high' if a > 0 else 'low'}_{'high' if b > 0 else 'low'}" for a, b in zip(z, lag, strict=True)]
    assert [found["areas"][code]["kind"] for code in codes] == kinds


def test_p_is_that_of_a_shuffle_written_here_and_the_same_for_the_same_seed() -> None:
    counts, residents, near = sids()
    found = local_clusters(counts, residents, near)
    assert found == local_clusters(counts, residents, near)
    assert found is not None
    codes, z, lag, _ = by_hand(counts, residents, near)
    rng = np.random.default_rng(7)
    for at in np.argsort([found["areas"][code]["p"] for code in codes])[:6]:
        others, k = np.delete(z, at), len(near[codes[at]])
        drawn = np.array([rng.choice(others, k, replace=False).mean() for _ in range(4000)]) * z[at]
        tail = min((drawn >= lag[at] * z[at]).sum(), (drawn <= lag[at] * z[at]).sum())
        assert found["areas"][codes[at]]["p"] == pytest.approx(min(1, 2 * (tail + 1) / 4001), abs=0.012)


def test_only_what_holds_against_the_false_discovery_rate_is_clear() -> None:
    found = local_clusters(*sids())
    assert found is not None
    p = np.sort([area["p"] for area in found["areas"].values()])
    passing = p[p < 0.05 * np.arange(1, len(p) + 1) / len(p)]
    clear = [area["p"] for area in found["areas"].values() if area["clear"]]
    assert sorted(clear) == pytest.approx([one for one in p if len(passing) and one <= passing.max()])
    assert 0 < len(clear) < len(p)


def test_areas_without_a_neighbour_that_has_a_count_are_named_and_left_out() -> None:
    counts, residents, near = sids()
    near = {**near, "C000": []}
    near = {code: [other for other in others if other != "C000"] for code, others in near.items()}
    found = local_clusters(counts, residents, near, permutations=99)
    assert found is not None
    assert found["alone"] == ["C000"]
    assert "C000" not in found["areas"]


def test_too_few_areas_or_no_spread_say_nothing() -> None:
    ring = {str(i): [str((i + 1) % 12), str((i - 1) % 12)] for i in range(12)}
    same = dict.fromkeys(ring, 5.0)
    assert local_clusters(same, dict.fromkeys(ring, 1e5), ring) is None
    assert local_clusters({"0": 1.0, "1": 2.0}, {"0": 9.0, "1": 9.0}, ring) is None


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(from_environment({"NJIA_HOME": "/nonexistent"}))


def test_the_shipped_record_is_answered_from_a_process_of_its_own(world: World) -> None:
    found = clusters(world, world.coverage, "smuggling", "incidents")
    assert found is not None
    assert 10 <= len(found["areas"]) <= 47
    assert all(0 < area["p"] <= 1 for area in found["areas"].values())


def test_a_child_that_fails_or_is_busy_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataProblem, match="could not be computed"):
        apart.ask(nonsense=1)
    monkeypatch.setattr(apart, "PATIENCE", 0.05)
    with apart._one, pytest.raises(DataProblem, match="other readers"):
        apart.ask(counts={}, residents={}, neighbours={})
