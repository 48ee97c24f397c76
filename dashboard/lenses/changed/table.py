"""The table of the page on change as a file: one line per county, then the region and the country."""

from __future__ import annotations

from collections.abc import Iterator

from geodata.query.changes import WindowChanges
from geodata.query.world import World
from geodata.values import Period

CHANGE_COLUMNS = (
    "area",
    "name",
    "kind",
    "nature",
    "before_from",
    "before_to",
    "after_from",
    "after_to",
    "incidents_before",
    "incidents_after",
    "incidents_per_year_before",
    "incidents_per_year_after",
    "incidents_ratio",
    "incidents_ratio_low",
    "incidents_ratio_high",
    "incidents_p",
    "persons_before",
    "persons_after",
    "persons_per_year_before",
    "persons_per_year_after",
    "persons_ratio",
    "persons_ratio_low",
    "persons_ratio_high",
    "persons_p",
    "status_before",
    "status_after",
    "clear",
)


def change_lines(world: World, answer: WindowChanges) -> Iterator[dict[str, object]]:
    """Yield one line per county, then the region and the 47 counties together: the table as a file."""
    groups = [("county", change) for change in answer.counties]
    groups += [("former province", answer.region)] if answer.region else []
    for kind, change in [*groups, ("country", answer.country)]:
        line: dict[str, object] = {
            "area": change.area,
            "name": world.names.get(change.area, change.area if change.area != "KE" else "Kenya, 47 counties"),
            "kind": kind,
            "nature": answer.nature,
            **_window_columns(answer.before, answer.after),
            "status_before": change.before.empty or "reported",
            "status_after": change.after.empty or "reported",
            "clear": "yes" if change.clear else "no",
        }
        for name, own in (("incidents", change.events), ("persons", change.persons)):
            line |= {
                f"{name}_before": own.before if change.before.incidents or change.before.empty == "zero" else None,
                f"{name}_after": own.after if change.after.incidents or change.after.empty == "zero" else None,
                f"{name}_per_year_before": round(own.rate_before, 4) if change.before.incidents else None,
                f"{name}_per_year_after": round(own.rate_after, 4) if change.after.incidents else None,
            }
            if not change.empty:
                line |= {
                    f"{name}_ratio": None if own.ratio is None else round(own.ratio, 4),
                    f"{name}_ratio_low": round(own.low, 4),
                    f"{name}_ratio_high": round(own.high, 4),
                    f"{name}_p": float(f"{own.p:.3g}"),
                }
        yield line


def _window_columns(before: Period, after: Period) -> dict[str, object]:
    return {"before_from": before.first, "before_to": before.last, "after_from": after.first, "after_to": after.last}
