"""Old ids of events → the ids they bear now, where that betrays nothing.

Until November 2026 ids were numbered in the order of time. Source: event_redirects.csv. A year in which an event with
fewer than five children stands is left out altogether: a gap in its old numbers would tell its date. Refuses an
id that is not of the old form, one that leads nowhere or to a withheld event, and one of such a year.
"""

from __future__ import annotations

import re
from functools import lru_cache

from geodata.facts import decisions, incidents
from geodata.settings import DataSettings
from geodata.values import DataProblem


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> dict[str, str]:
    """Return old id → present id, checked."""
    table = decisions.read(settings, "event_redirects")
    events = incidents.load(settings).set_index("id")
    silent = set(events.loc[events["is_withheld"], "year"])
    for line in table.itertuples():
        new = str(line.new)
        if not re.fullmatch(r"INC-\d{4}", str(line.old)) or new not in events.index:
            raise DataProblem(f"event_redirects.csv, row {line.row}: expected an old id and the id of an event.")
        year = int(str(events.at[new, "year"]))
        if year in silent:
            raise DataProblem(
                f"event_redirects.csv, row {line.row}: in {year} an event with fewer than five "
                "children stands; old ids of that year would betray it; take the row out."
            )
    return dict(zip(table["old"], table["new"], strict=True))
