"""Pages as tests read them: without the white space that only indents a template."""

from __future__ import annotations

import re


def flat(markup: str) -> str:
    """Return markup with runs of white space as one space, and none between tags or before a tag's end."""
    text = re.sub(r"\s+", " ", markup)
    return re.sub(r" ?(<[^>]*>) ?", r"\1", text)
