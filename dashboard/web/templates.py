"""HTML by Jinja: one environment; the words and links of one view are bound to it by `view.template_tools`.

Every value is escaped by the template engine; only markup made here passes unescaped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from dashboard.web.links import address

ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.globals["address"] = address


def render(template: str, **values: Any) -> str:
    """Return a template filled in."""
    return ENVIRONMENT.get_template(template).render(**values)
