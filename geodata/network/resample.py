"""Resampling the voices behind the network: which ways exist when other newspapers had spoken.

The independent voices (publishers; reposts and press accounts of a report speak with the original's
voice) are drawn with replacement, as many as there are; a way exists in a resample when any of its
voices is drawn. A way only one voice speaks for is missing from 37 % of resamples, so that one
newspaper cannot make a chokepoint. Fixed seed: the same answer for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.network.network import Network
from geodata.network.shortest import Bools, Floats, Graph

RESAMPLES, FEWER = 500, 200
"""Resamples of a network like the shipped one, and of one with more than `LARGE` ways."""
LARGE = 500
SEED = 20_190_730
LOW, HIGH = 5, 95
"""Percentiles of the 90 % interval."""


@dataclass(frozen=True, eq=False)
class Draws:
    """alive: ways × columns. Column 0 is the record as it is, then the resamples, then each voice left out."""

    alive: Bools
    voices: tuple[str, ...]
    resamples: int

    @property
    def drawn(self) -> slice:
        """Columns of the resamples."""
        return slice(1, 1 + self.resamples)

    def without(self, i: int) -> int:
        """Return the column in which voice number `i` is silent."""
        return 1 + self.resamples + i


def draws(network: Network, resamples: int | None = None, seed: int = SEED) -> Draws:
    """Return which ways exist in each resample of the network's voices; their number follows its size."""
    if resamples is None:
        resamples = FEWER if len(network.edges) > LARGE else RESAMPLES
    voices = network.voices
    place = {voice: i for i, voice in enumerate(voices)}
    n = len(voices)
    speaks = np.zeros((len(network.edges), n), dtype=np.int64)
    for i, edge in enumerate(network.edges):
        for voice in edge.voices:
            speaks[i, place[voice]] = 1
    rng = np.random.default_rng(seed)
    heard = np.zeros((n, resamples), dtype=np.int64)
    for column in range(resamples):
        if n:
            heard[rng.integers(0, n, n), column] = 1
    everything = np.ones((n, 1), dtype=np.int64)
    one_less = 1 - np.eye(n, dtype=np.int64)
    alive = speaks @ np.hstack([everything, heard, one_less]) > 0
    alive[:, 0] = True
    return Draws(alive, voices, resamples)


def graph_of(network: Network) -> Graph:
    """Return the ways as a graph over the network's place numbers."""
    number = network.number
    return Graph(len(network.names), tuple((number[w.start], number[w.end], w.weight) for w in network.edges))


def interval(values: Floats) -> tuple[float, float]:
    """Return the 90 % interval of one figure over the resamples."""
    low, high = np.percentile(values, [LOW, HIGH]) if len(values) else (0.0, 0.0)
    return float(low), float(high)
