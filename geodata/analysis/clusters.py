"""Local clusters: where a rate is high, or low, beside neighbours alike, more than shuffling explains.

Local Moran's I (Anselin 1995) of empirical-Bayes rates with row-standardised weights from shared edges,
conditional permutations from a fixed seed, two-sided p, and a false-discovery rate over all areas
(Benjamini & Hochberg through esda). Needs esda: import this only in a process of its own (see `apart`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from geodata.analysis.apart import ClusterArea, Clusters
from geodata.analysis.smoothing import MIN_AREAS, empirical_bayes

SEED = 20_190_312
PERMUTATIONS = 9_999
ALPHA = 0.05
KINDS = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
"""esda's quadrant → own rate, then the neighbours'."""


def local_clusters(
    counts: Mapping[str, float],
    residents: Mapping[str, float],
    neighbours: Mapping[str, Sequence[str]],
    *,
    seed: int = SEED,
    permutations: int = PERMUTATIONS,
) -> Clusters | None:
    """Return, per area with a count and a neighbour with one: its local statistic; None where it cannot be said.

    counts: only areas where a count is known.
    """
    from esda import Moran_Local, fdr  # noqa: PLC0415 - heavy
    from esda.smoothing import Spatial_Empirical_Bayes  # noqa: PLC0415
    from libpysal.weights import W  # noqa: PLC0415

    near = {code: [other for other in neighbours.get(code, ()) if other in counts] for code in sorted(counts)}
    order = [code for code, others in near.items() if others]
    alone = [code for code, others in near.items() if not others]
    x = np.array([counts[code] for code in order], dtype=float)
    n = np.array([residents[code] for code in order], dtype=float)
    smoothed = empirical_bayes(x, n) if len(order) >= MIN_AREAS else None
    if smoothed is None or not smoothed.variance:
        return None
    weights = W({code: near[code] for code in order}, id_order=order, silence_warnings=True)
    beside = Spatial_Empirical_Bayes(x, n, weights).r.ravel()
    moran = Moran_Local(smoothed.rate, weights, permutations=permutations, seed=seed, keep_simulations=False)
    p = np.minimum(1.0, 2 * np.asarray(moran.p_sim))  # esda 2.9 gives one tail; a later esda may give both
    cut = float(fdr(p, ALPHA))
    areas: dict[str, ClusterArea] = {
        code: {
            "smoothed": float(smoothed.rate[i]),
            "beside": None if np.isnan(beside[i]) else float(beside[i]),
            "i": float(moran.Is[i]),
            "p": float(p[i]),
            "kind": KINDS[int(moran.q[i])],
            "clear": bool(p[i] < cut),
        }
        for i, code in enumerate(order)
    }
    return {"areas": areas, "cut": cut, "alone": alone, "seed": seed, "permutations": permutations}
