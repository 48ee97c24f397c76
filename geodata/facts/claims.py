"""Numbers you may hear: figures that circulate, who said them, what they are, why to be careful.

Source: numbers_you_may_hear.csv. None of them is counted anywhere in the product. Refuses a claim without a
source or without the reason for care, and a source that is no web address.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from geodata.facts import evidence
from geodata.settings import DataSettings


@dataclass(frozen=True, slots=True)
class Claim:
    """One circulating figure: the claim, who said it, its year (None when undated) and how to read it.

    what_it_is: count, estimate, share, assertion, in a phrase. why_careful: the reason. urls: where it was read; the
    ledger's id of a source whose address is withheld.
    """

    claim: str
    said_by: str
    year: int | None
    what_it_is: str
    why_careful: str
    urls: tuple[str, ...]


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> tuple[Claim, ...]:
    """Return every claim in file order, checked."""
    table = evidence.read(settings, "numbers_you_may_hear")
    ledger = set(evidence.read(settings, "sources")["source_id"])
    claims = []
    for line in table.itertuples():
        urls = tuple(filter(None, str(line.urls).split(" ; ")))
        known = all(url.startswith(("http://", "https://")) or url in ledger for url in urls)
        if not urls or not str(line.why_careful) or not known:
            raise evidence.complain(
                "numbers_you_may_hear",
                int(str(line.row)),
                "a claim needs web addresses and a reason to be careful with it.",
            )
        year = str(line.year)
        claims.append(
            Claim(
                claim=str(line.claim),
                said_by=str(line.said_by),
                year=int(year) if year.isdecimal() else None,
                what_it_is=str(line.what_it_is),
                why_careful=str(line.why_careful),
                urls=urls,
            )
        )
    return tuple(claims)
