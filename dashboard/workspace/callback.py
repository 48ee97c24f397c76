"""One question of the browser, one answer: whatever of a view the reader does not hold yet.

A question names parts by the query string each depends on: `filters` (frames of the map, table and
sentence), `view` (panel, trend, title) and `lines` (corridor and role traces). `held` names the panel
whose unchanging parts the browser keeps, so that they are not sent again. The answer repeats the query
strings, so that the browser can tell a late answer from the one it waits for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.lenses.detected.sentences import timed_frames
from dashboard.view.figure import traces
from dashboard.view.site import Site
from dashboard.view.state import from_query
from dashboard.workspace.panel import panel_data
from layers.animation_frames import pack

PARTS = ("filters", "view", "lines")


def answer_question(site: Site, question: object) -> dict[str, Any]:
    """Return the parts asked for; what is not understood is left out, never an error."""
    parts = question if isinstance(question, Mapping) else {}
    answer: dict[str, Any] = {}
    for part in PARTS:
        query = parts.get(part)
        if not isinstance(query, str):
            continue
        answer[part] = query
        state, notices = from_query(query, site.choices)
        if part == "filters":
            answer["frames"] = pack(timed_frames(site, state))
        elif part == "view":
            answer["panel"] = panel_data(site.world, site.choices, state, notices, str(parts.get("held", "")))
        else:
            answer["drawn"] = traces(site.world, site.basemap, site.choices, state)
    return answer
