"""Facts for alt texts, captions and the sentence above a view: numbers and keys, never sentences.

The words are the dashboard's business; what is counted, and that natures stay apart, is decided
here once, from the same specs the pictures are drawn from, so text and picture cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from geodata.values import Empty, Grade, Nature, Pcode, Role
from layers.charts import TrendSpec, split
from layers.corridors import CorridorSpec, style_of
from layers.counties import CountySpec
from layers.scales import EMPTY_CODE


@dataclass(frozen=True, slots=True)
class CountyFacts:
    """One county map: counties with a value, each kind of empty, total of what is shown, highest first.

    `total` adds the shown values only and is None when nothing is shown; it means nothing for rates.
    """

    nature: Nature
    shown: int
    empties: dict[Empty, int]
    total: float | None
    highest: tuple[tuple[Pcode, float], ...]


@dataclass(frozen=True, slots=True)
class CorridorFacts:
    """Drawn legs: how many, inferred, old, alternative, by nature and grade, and the thickest."""

    corridors: int
    legs: int
    inferred: int
    alternatives: int
    old: int
    by_nature: dict[Nature, int]
    by_grade: dict[Grade, int]
    most_sources: int
    last_confirmed: int | None


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """Counties by role, with all three roles, resting on grade C alone, and without a statement."""

    by_role: dict[Role, int]
    all_three: tuple[Pcode, ...]
    only_c: int
    without: int


@dataclass(frozen=True, slots=True)
class TrendFacts:
    """One nature over the years: first and last year with a value, the peak, and years of each emptiness."""

    nature: Nature
    years_shown: int
    total: float
    peak: tuple[int, float] | None
    empties: dict[Empty, int]


def county_facts(spec: CountySpec, values: dict[Pcode, float], top: int = 3) -> CountyFacts:
    """Return the facts of a county map; `values` holds the values of the classed counties.

    Raises `ValueError` when a classed county has no value or an empty one has: text would then
    say something else than the map.
    """
    classed = {p for p, code in zip(spec.order, spec.codes, strict=True) if code.isdigit()}
    if classed != set(values):
        raise ValueError(f"values and classes speak of different counties: {sorted(classed ^ set(values))[:3]}")
    kinds = {code: kind for kind, code in EMPTY_CODE.items()}
    empties = Counter(kinds[code] for code in spec.codes if code in kinds)
    highest = sorted(values.items(), key=lambda item: (-item[1], item[0]))[:top]
    total = sum(values.values()) if values else None
    return CountyFacts(spec.nature, len(classed), {kind: empties.get(kind, 0) for kind in Empty}, total, tuple(highest))


def corridor_facts(spec: CorridorSpec) -> CorridorFacts:
    """Return the facts of the drawn legs; of the highlighted corridor only, when there is one."""
    legs = spec.legs if spec.highlight is None else spec.legs[spec.legs["corridor_id"] == spec.highlight]
    styles = [style_of(leg, spec) for leg in legs.itertuples(index=False)]
    natures = Counter(Nature(n) for n in legs["nature"])
    grades = Counter(Grade(g) for g in legs["grade"]) if "grade" in legs.columns else Counter()
    years = legs["last_confirmed"].dropna()
    return CorridorFacts(
        corridors=legs["corridor_id"].nunique(),
        legs=len(legs),
        inferred=int(legs["inferred"].astype(bool).sum()),
        alternatives=int(legs["is_alternative"].astype(bool).sum()),
        old=sum(style.opacity < 1 for style in styles),
        by_nature={nature: natures.get(nature, 0) for nature in Nature},
        by_grade={grade: grades.get(grade, 0) for grade in Grade},
        most_sources=int(legs["n_sources"].max()) if len(legs) else 0,
        last_confirmed=int(years.max()) if len(years) else None,
    )


def role_facts(roles: pd.DataFrame, counties: int) -> RoleFacts:
    """Return the facts of the role layer; `counties` is the number of counties on the map."""
    held = {Pcode(str(p)): {Role(r) for r in rows["role"]} for p, rows in roles.groupby("pcode")}
    best = roles.groupby("pcode")["grade"].min()
    return RoleFacts(
        by_role={role: sum(role in roles_of for roles_of in held.values()) for role in Role},
        all_three=tuple(sorted(p for p, roles_of in held.items() if roles_of == set(Role))),
        only_c=int((best == Grade.C.value).sum()),
        without=counties - len(held),
    )


def trend_facts(spec: TrendSpec, nature: Nature) -> TrendFacts:
    """Return the facts of one of the small charts; the earliest of equal peaks is named."""
    values, empties = split(spec, nature)
    kinds = Counter(empties.values())
    peak = max(values.items(), key=lambda item: (item[1], -item[0])) if values else None
    return TrendFacts(nature, len(values), sum(values.values()), peak, {kind: kinds.get(kind, 0) for kind in Empty})
