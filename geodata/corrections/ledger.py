"""Approved corrections in the ledger of citations: those that bring the address of a public document."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geodata.corrections.decide import Approved

KIND = "web"
"""Type of such a source in the ledger."""


def with_corrections(ledger: pd.DataFrame, rows: Sequence[Approved]) -> pd.DataFrame:
    """Return the ledger with one row for each approved correction that a reader can check; the rest unchanged."""
    known = set(ledger["source_id"])
    added = [
        {
            "source_id": row.source_id,
            "title": row.url,
            "publisher": row.url.split("/")[2].split(":")[0].removeprefix("www."),
            "date": row.decided,
            "year": row.decided[:4],
            "url": row.url,
            "type": KIND,
            "background": False,
            "withheld": False,
        }
        for row in rows
        if row.url and row.source_id not in known
    ]
    if not added:
        return ledger
    return pd.concat([ledger, pd.DataFrame(added, columns=list(ledger.columns))], ignore_index=True)
