"""Small networks for the corridor desk's tests: drawn by hypothesis, and a larger one grown from the shipped shape."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

from geodata.network.network import Leg, Network, Node, build

NATURES = ("trafficking", "smuggling")


def leg(
    corridor: str, start: str, end: str, km: float | None = 100.0, voices: Sequence[str] = ("v0",), *,
    nature: str = "smuggling", counties: Sequence[str] = (), mode: str = "road", grade: str = "B",
) -> Leg:  # fmt: skip
    key = f"{corridor}.{start}.{end}"
    return Leg(key, corridor, start, end, nature, mode, grade, km, frozenset(voices), frozenset(counties))


def spots(names: Sequence[str], counties: int = 3) -> dict[str, Node]:
    """Every third place lies outside Kenya; the others share a few counties."""
    return {
        name: Node(name, "KEN" if i % 3 else "ETH", f"KE{1 + i % counties:03d}" if i % 3 else "")
        for i, name in enumerate(names)
    }


@st.composite
def networks(draw: st.DrawFn, *, most: int = 7) -> Network:
    """Draw a network of a few corridors over at most `most` places, with circles, ties and unknown lengths."""
    names = [f"p{i}" for i in range(draw(st.integers(3, most)))]
    known = spots(names)
    legs = []
    for c in range(draw(st.integers(1, 4))):
        nature = draw(st.sampled_from(NATURES))
        pairs = draw(
            st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), min_size=1, max_size=6, unique=True)
        )
        for start, end in pairs:
            if start != end:
                km = draw(st.sampled_from([1.0, 2.0, 3.0, 5.0, None]))
                voices = draw(st.lists(st.sampled_from(["v0", "v1", "v2"]), min_size=1, max_size=2, unique=True))
                crossed = draw(st.lists(st.sampled_from(["KE001", "KE002", "KE003", "KE004"]), max_size=2, unique=True))
                touched = {*crossed, known[start].pcode, known[end].pcode} - {""}
                legs.append(leg(f"C{c}", start, end, km, voices, nature=nature, counties=sorted(touched)))
    return build(legs, known, coarse=draw(st.booleans()))


def grown(n_corridors: int = 250, n_places: int = 990, seed: int = 7) -> Network:
    """Return a synthetic network: corridors of a few stops over places of which a few are hubs."""
    rng = random.Random(seed)
    names = [f"p{i:04d}" for i in range(n_places)]
    at = {name: (rng.uniform(0, 40), rng.uniform(0, 60)) for name in names}
    known = {name: Node(name, "KEN" if rng.random() < 0.6 else f"X{rng.randrange(20):02d}", "") for name in names}
    known = {n: Node(n, s.iso3, f"KE{1 + rng.randrange(47):03d}" if s.iso3 == "KEN" else "") for n, s in known.items()}
    hubs = names[:30]
    legs = []
    fresh = iter(names[30:])
    for c in range(n_corridors):
        stops = [next(fresh, rng.choice(names)) for _ in range(3)] + rng.sample(hubs, 3)
        stops = sorted(set(stops), key=lambda name: -at[name][1])
        nature = rng.choice(["trafficking", "smuggling", "mixed", "unclear"])
        for start, end in pairwise(stops):
            km = 111 * ((at[start][0] - at[end][0]) ** 2 + (at[start][1] - at[end][1]) ** 2) ** 0.5
            touched = {known[start].pcode, known[end].pcode, f"KE{1 + rng.randrange(47):03d}"} - {""}
            voices = [f"v{rng.randrange(310)}" for _ in range(rng.choice([1, 1, 2]))]
            legs.append(leg(f"C{c:03d}", start, end, round(km, 1), voices, nature=nature, counties=sorted(touched)))
        for _ in range(1):  # an alternative beside the trunk
            i = rng.randrange(len(stops) - 1)
            aside = next(fresh, rng.choice(names))
            for start, end in ((stops[i], aside), (aside, stops[i + 1])):
                if start != end:
                    legs.append(leg(f"C{c:03d}", start, end, rng.uniform(50, 900), ["v1"], nature=nature))
    return build(legs, known)
