"""The words of the field with their meaning, in every language: `glossary.yaml`, which a reviewer corrects by hand.

Whatever is missing or misspelled in the file is refused in one sentence that names the entry.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from geodata.values import DataProblem, as_sentence

FILE = Path(__file__).with_name("glossary.yaml")
LANGUAGES = ("en", "sw")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Words = tuple[Annotated[str, StringConstraints(min_length=1)], ...]


class GlossaryTerm(BaseModel, extra="forbid", frozen=True):
    """One term, as its lines in the file.

    en, sw: the term. means: what it says. why: why it is translated so. also: other words in use. found: words by
    which a test finds the term in texts. source: an id of the ledger or "".
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", validation_alias="its id")
    en: Text
    sw: Text
    means_en: Text
    means_sw: Text
    why_en: Text
    why_sw: Text
    also_en: Words = ()
    also_sw: Words = ()
    found_en: Words = ()
    found_sw: Words = ()
    source: str = ""

    @property
    def term(self) -> dict[str, str]:
        """Return language → the term."""
        return {"en": self.en, "sw": self.sw}

    @property
    def means(self) -> dict[str, str]:
        """Return language → its meaning."""
        return {"en": self.means_en, "sw": self.means_sw}

    @property
    def why(self) -> dict[str, str]:
        """Return language → the reason for the translation."""
        return {"en": self.why_en, "sw": self.why_sw}

    @property
    def also(self) -> dict[str, Words]:
        """Return language → other words in use."""
        return {"en": self.also_en, "sw": self.also_sw}

    @property
    def found(self) -> dict[str, Words]:
        """Return language → words by which a test finds the term."""
        return {"en": self.found_en, "sw": self.found_sw}


_LINES = tuple(name for name in GlossaryTerm.model_fields if name != "id")
_NEEDED = tuple(name for name in _LINES if GlossaryTerm.model_fields[name].is_required())
_NO_TEXT = "has no text for ‘{field}’: write it, in quotes if it contains a colon."
_NO_LIST = "needs a list for ‘{field}’, such as [one word, another word]."
_WORDS = {
    "its id": "has an id that is no anchor: use small letters, digits and hyphens.",
    "source": "needs one source id for ‘source’, or no such line.",
    "extra_forbidden": f"has a line ‘{{field}}’ that is not known: use {', '.join(sorted(_LINES))}.",
    "model_type": f"has no lines below it: it needs {', '.join(_NEEDED)}.",
    **dict.fromkeys(("missing", "string_type", "string_too_short"), _NO_TEXT),
    **dict.fromkeys((name for name in _LINES if name.startswith(("also_", "found_"))), _NO_LIST),
}


@lru_cache(maxsize=4)
def glossary(path: Path = FILE) -> dict[str, GlossaryTerm]:
    """Return the terms by id, in the order of the file; raise `DataProblem` naming what is wrong where."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        words = " ".join(str(problem).split())
        raise DataProblem(f"{path.name} cannot be read ({words}): put the line right that it names.") from problem
    if not isinstance(written, dict) or not written:
        raise DataProblem(f"{path.name} holds no terms: each term needs an id, a colon, and its lines below.")
    return {str(key): _term(path.name, str(key), lines) for key, lines in written.items()}


def _term(file: str, key: str, lines: object) -> GlossaryTerm:
    known = {**{str(name): text for name, text in lines.items()}, "its id": key} if isinstance(lines, dict) else lines
    try:
        return GlossaryTerm.model_validate(known)
    except ValidationError as error:
        raise DataProblem(f"Entry ‘{key}’ of {file} {as_sentence(error.errors()[0], _WORDS)}") from error
