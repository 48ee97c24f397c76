"""The page of variables holds what the schema holds, and one finds it."""

from __future__ import annotations

import html
from typing import Any

from geodata.intake.schema import VARIABLES


def test_every_variable_code_and_counterpart_is_on_the_page(sitting: Any) -> None:
    text = html.unescape(sitting.get("/variables").text)
    for variable in VARIABLES:
        for words in (variable.label, variable.description, variable.ictip, variable.htcds, variable.ctdc):
            assert words in text, variable.name
        for code in variable.codes:
            assert f"<code>{code.code}</code>" in text
            assert code.label in text
            assert code.htcds in text
            assert code.ctdc in text
    assert 'href="/variables"' in sitting.get("/").text
