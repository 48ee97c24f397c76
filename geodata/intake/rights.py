"""On what terms something was given: legal basis, consent or agreement, purpose, how long it is kept.

Asked for at every batch (Kenya Data Protection Act 2019, sections 25, 30, 39) and told in the report. Closed lists but
for the agreement, whose reference is searched for persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from geodata.intake.named_people import refuse_persons
from geodata.values import DataProblem, as_sentence

BASIS_WORDS: Mapping[str, str] = {
    "published": "published already",
    "consent": "consent of the persons",
    "agreement": "agreement between organisations",
    "legal_obligation": "a legal obligation",
    "public_task": "a task in the public interest",
    "legitimate_interest": "a legitimate interest",
    "research": "research and statistics",
}
PURPOSE_WORDS: Mapping[str, str] = {
    "public_record": "the public record",
    "policy": "policy",
    "coordination": "coordination of responses",
    "research": "research",
    "training": "training",
}
"""Code → words: already public, the person agreed, between organisations, a law asks, section 30 of the Act."""
LEGAL_BASES, PURPOSES = tuple(BASIS_WORDS), tuple(PURPOSE_WORDS)
CASE_PURPOSES = PURPOSES[1:]
"""What case records may be for: they never stand in the public record."""
KEPT_FOR_YEARS = 10
"""How long a batch is kept unless the person who brings it says otherwise."""
FIRST_YEAR, LAST_YEAR = 2020, 2100


def _of(words: tuple[str, ...], what: str) -> AfterValidator:
    def check(text: str) -> str:
        if text not in words:
            raise ValueError(f"{what} must be one of {', '.join(words)}.")
        return text

    return AfterValidator(check)


class Rights(BaseModel):
    """The terms of one batch.

    legal_basis: of `LEGAL_BASES`. agreement: which consent form or agreement, by its own reference; may be empty only
    for what is published already. purpose: of `PURPOSES`. keep_until: last year the batch may be kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    legal_basis: Annotated[str, BeforeValidator(str.strip), _of(LEGAL_BASES, "The legal basis")]
    agreement: Annotated[str, BeforeValidator(str.strip), Field(max_length=120), AfterValidator(refuse_persons)] = ""
    purpose: Annotated[str, BeforeValidator(str.strip), _of(PURPOSES, "The purpose")]
    keep_until: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


_WORDS = {
    "value_error": "{error}",
    "keep_until": f"How long it is kept must be a year from {FIRST_YEAR} to {LAST_YEAR}.",
    "agreement:value_error": "The reference of the agreement {error}",
}
NEEDS_AGREEMENT = ("consent", "agreement")


def read_rights(given: Mapping[str, object]) -> Rights:
    """Return the terms of a batch; raise DataProblem with what is missing."""
    try:
        rights = Rights.model_validate(dict(given))
    except ValidationError as error:
        raise DataProblem(" ".join(as_sentence(detail, _WORDS) for detail in error.errors())) from None
    if rights.legal_basis in NEEDS_AGREEMENT and not rights.agreement:
        raise DataProblem("Say which consent form or agreement it rests on, by its reference.")
    return rights
