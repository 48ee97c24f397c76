"""Ids of Dash components: strings appear nowhere else in Python (assets/js/workspace.js names them once each)."""

from __future__ import annotations

URL = "url"
ACTION = "action"
"""A choice that no Dash control made: a link, the slider, the map, a key. Data: key of the link → value."""
VIEW = "now"
"""The view: key of the link → value as text; a mirror of the link, never more."""
SCOPE = "scope"
"""Language and dataset, which controls and words depend on; set once in the browser. Were it an output of the reducer,
the controls it brings could not wake the reducer: Dash would see a circle."""
CONTROLS = "controls"
DRAWER = "drawer"
DRAWER_BUTTON = "drawer-button"
WORDS = "words"
FRAMES = "frames"
PANEL = "panel-part"
HELD = "panel-held"
"""`panel.panel_key` of the panel on the screen: its unchanging parts are not sent again."""
STRIP = "strip-part"
QUESTION = "question-part"
"""What the lens of the view writes: sentence, legend, table, fills, its own controls and folds."""
MAP = "map-graph"
TREND = "trend-graph"
PAINTED = "painted"
CONTROL = "control"


def control(key: str) -> dict[str, str]:
    """Return the id of the control of one key of the link."""
    return {"type": CONTROL, "key": key}


def ask(part: str) -> str:
    """Return the id of the store that holds the question for a part (`view.reducer.PARTS`): a query string."""
    return f"ask-{part}"
