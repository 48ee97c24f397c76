"""What every data file says of itself."""

from __future__ import annotations

from typing import Any

from dashboard.export.model import Brief

SCHEMA = 1
"""Version of the layout of data files."""


def manifest(brief: Brief) -> dict[str, Any]:
    """Return the manifest of a brief's data files, JSON-able, keys in reading order."""
    stamp = brief.stamp
    return {
        "title": brief.title,
        "headline": brief.headline,
        "template": brief.template,
        "language": brief.lang,
        "link": stamp.address or stamp.link,
        "dataset": stamp.dataset,
        "release": stamp.release,
        "published": stamp.published,
        "as_of": stamp.as_of,
        "boundaries": stamp.boundaries,
        "boundaries_title": stamp.boundaries_title,
        "boundaries_citation": stamp.boundaries_citation,
        "licence": stamp.boundaries_licence,
        "cite": stamp.citation,
        "synthetic": stamp.synthetic,
        "banner": stamp.banner,
        "disclaimer": stamp.disclaimer,
        "help": stamp.help_line,
        "cautions": list(brief.notes),
        "schema": SCHEMA,
    }
