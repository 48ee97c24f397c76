"""Shapes of the JSON answers, strict: a key that is not listed here is an error of ours."""

from __future__ import annotations

from typing import Any

from dashboard.api.csv import EVENT_COLUMNS

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
COUNT: Shape = {"type": "integer", "minimum": 0}
NUMBER: Shape = {"type": ["number", "null"]}
HASH: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DAY: Shape = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
LIST: Shape = {"type": "array"}


def _object(fields: Shape, *, more: bool = False) -> Shape:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": more}


def _page(items: Shape) -> Shape:
    return _object(
        {
            "dataset": TEXT,
            "release": HASH,
            "as_of": DAY,
            "boundaries": TEXT,
            "licence": TEXT,
            "synthetic": FLAG,
            "cite": TEXT,
            "page": {"type": "integer", "minimum": 1},
            "per_page": {"type": "integer", "minimum": 1},
            "total": COUNT,
            "next": {"type": ["string", "null"]},
            "items": {"type": "array", "items": items},
        }
    )


EVENT: Shape = _object(
    {
        **dict.fromkeys(EVENT_COLUMNS, TEXT),
        "year": {"type": "integer"},
        "persons": {"type": ["integer", "null"]},
        "is_withheld": FLAG,
    }
)
SCHEMAS: Shape = {
    "Error": _object({"error": TEXT}),
    "Indicators": _page({"type": "object", "required": ["pcode"], "properties": {"pcode": TEXT}}),
    "Incidents": _page(EVENT),
    "Sources": _page({"type": "object", "required": ["source_id", "uses"], "properties": {"uses": COUNT}}),
    "Releases": _object(
        {
            "releases": {
                "type": "array",
                "items": _object(
                    {
                        "dataset": TEXT,
                        "title": TEXT,
                        "id": HASH,
                        "policy": TEXT,
                        "published": TEXT,
                        "k": {"type": ["integer", "null"]},
                        "period": {"type": ["array", "null"], "items": {"type": "integer"}},
                        "synthetic": FLAG,
                        "boundaries": TEXT,
                        "licence": TEXT,
                    }
                ),
            }
        }
    ),
    "Brief": _object(
        {
            "template": TEXT,
            "lang": TEXT,
            "subject": LIST,
            "name": TEXT,
            "title": TEXT,
            "headline": TEXT,
            "sentences": LIST,
            "figures": LIST,
            "map": {"type": "object"},
            "trends": LIST,
            "tables": LIST,
            "notes": LIST,
            "sources": LIST,
            "stamp": {"type": "object"},
            "words": {"type": "object"},
        }
    ),
    "Changes": {"type": "object", "required": ["from", "to", "changes"], "properties": {"changes": LIST}},
    "Description": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Found": _object({"pcode": TEXT, "said": TEXT}),
    "Features": {
        "type": "object",
        "required": ["type", "release", "as_of", "boundaries", "licence", "synthetic", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["type", "properties", "geometry"],
                    "properties": {"type": {"const": "Feature"}},
                },
            },
        },
    },
}
