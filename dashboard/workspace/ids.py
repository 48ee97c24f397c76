"""Ids of Dash components; strings appear nowhere else in Python (link.js and map.js name them once each)."""

QUESTION = "question"
ANSWER = "answer"
MAP = "map-graph"
TREND = "trend-graph"
SINK = "painted"
