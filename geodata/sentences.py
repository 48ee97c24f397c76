"""What is wrong with a text from outside, in sentences a person understands.

Texts are checked by pydantic models; here one of its errors becomes a sentence that names the field and says what to
write. A model adds words of its own where the general ones would not help, and a validator that raises `ValueError`
with the rest of a sentence (“must be a link of this site.”) is repeated as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import ErrorDetails

GENERAL: Mapping[str, str] = {
    "missing": "`{field}` is missing.",
    "extra_forbidden": "unknown field {field}.",
    "value_error": "`{field}` {error}",
    "string_type": "`{field}` must be a text.",
    "string_too_short": "`{field}` is missing.",
    "string_too_long": "`{field}` may have {max_length} characters.",
    "literal_error": "`{field}` must be {expected}.",
    "int_type": "`{field}` must be a whole number.",
    "int_parsing": "`{field}` must be a whole number.",
    "greater_than_equal": "`{field}` must be at least {ge}.",
    "less_than_equal": "`{field}` must be at most {le}.",
    "list_type": "`{field}` must be a list.",
    "tuple_type": "`{field}` must be a list.",
    "model_type": "`{field}` must have lines of its own below it.",
}
"""Kind of error in pydantic's words → sentence; {field} and what pydantic knows of the error are filled in."""
NO_WORDS: Mapping[str, str] = {}


def field_of(error: ErrorDetails) -> str:
    """Return the name of the field an error is about; of an item in a list, the name of the list."""
    return next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")


def as_sentence(error: ErrorDetails, words: Mapping[str, str] = NO_WORDS) -> str:
    """Return one error as a sentence.

    words: ``field:kind``, ``field`` or ``kind`` → a sentence in place of the general one; the nearest of the three is
    taken. A kind without a sentence is told in pydantic's own English.
    """
    field, kind = field_of(error), error["type"]
    keys = (f"{field}:{kind}", field, kind)
    text = next((words[key] for key in keys if key in words), GENERAL.get(kind, "`{field}`: {msg}."))
    return text.format(**{**error.get("ctx", {}), "field": field, "msg": error["msg"]})
