"""Invented caseloads as skewed as real ones, and the way of one into a release."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.release.approve import Wish, approve, prepare
from geodata.release.manifest import About
from geodata.release.measure import code_lists
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.vault.batch import ROW_SCHEMA, BatchMeta, month_number
from geodata.vault.door import Vault
from geodata.vault.duck import DuckVault

DAY = date(2026, 11, 28)
SMALL = tuple(f"KE{number:03d}" for number in (2, 5, 9, 13, 21, 29, 34, 40))
"""Counties with one to nine cases."""
NONE = ("KE006", "KE007")
"""Counties without any."""
WISH = Wish(by="A. Steward", on=DAY, at="2026-11-28T08:00:00+00:00", why="a test")


def skewed(records: int, seed: int = 1, *, start: int = 0) -> pa.Table:
    """Return rows of `ROW_SCHEMA`: Zipf-like values, eight counties of 1–9 cases, two of none.

    start: number of the first case id, so that two calls make different persons.
    """
    rng = np.random.default_rng(seed)
    columns: dict[str, list[object]] = {
        "case_id": [f"{seed:04x}{start + number:012x}" for number in range(records)],
        "county": _counties(rng, records),
        "month": [month_number(int(str(year)), 6) for year in _zipf(rng, np.arange(2025, 2017, -1), records)],
        "nature": rng.choice(["trafficking", "smuggling", "unclear"], records, p=[0.62, 0.33, 0.05]).tolist(),
        "row_number": list(range(2, records + 2)),
    }
    for dim, codes in code_lists().items():
        if dim not in ("nature", "form"):
            columns[dim] = _zipf(rng, np.array(codes), records)
    forms = np.array(code_lists()["form"][:-1])
    first, second = _zipf(rng, forms, records), _zipf(rng, forms[::-1], records)
    both = rng.random(records) < 0.2
    columns["forms"] = [
        ";".join(sorted({str(a), str(b)})) if two else str(a) for a, b, two in zip(first, second, both, strict=True)
    ]
    columns["form"] = ["several" if ";" in str(forms) else forms for forms in columns["forms"]]
    arrays = [
        pa.array(
            columns.get(field.name, ["unknown"] * records), pa.int32() if field.name == "row_number" else field.type
        )
        for field in ROW_SCHEMA
    ]
    return pa.table(arrays, schema=ROW_SCHEMA)


def _counties(rng: np.random.Generator, records: int) -> list[object]:
    named = [f"KE{number:03d}" for number in range(1, 48)]
    large = [county for county in named if county not in (*SMALL, *NONE)]
    weights = 1 / np.arange(1, len(large) + 1)
    found = rng.choice(large, records, p=weights / weights.sum()).tolist()
    few = [county for number, county in enumerate(SMALL, start=1) for _ in range(number + (number == 8))]
    found[: len(few[:records])] = few[:records]
    return list(found)


def _zipf(rng: np.random.Generator, values: np.ndarray, records: int) -> list[object]:
    weights = 1 / np.arange(1, len(values) + 1)
    return [
        value.item() if hasattr(value, "item") else value
        for value in rng.choice(values, records, p=weights / weights.sum())
    ]


def vault_of(folder: Path) -> DuckVault:
    """Return a vault in a folder."""
    return DuckVault(folder / "vault.duckdb")


def publish_alone(vault: Vault, store: Store, about: About, wish: Wish) -> Release:
    """Prepare and approve in one step, as an organisation of one does."""
    info = prepare(vault, store, about, wish)
    if info.published:
        return store.rollback(info.id)
    return approve(store, about.dataset, info.id, by=wish.by, on=wish.on, alone=True, why=wish.why)


def publish_rows(
    settings: DataSettings, rows: pa.Table, *, dataset: str = "partners", file: str = "a", wish: Wish = WISH
) -> Release:
    """Import rows as a file of a dataset and publish what is new, in one step."""
    vault = vault_of(settings.home)
    vault.store_batch(BatchMeta(dataset, file, f"{file}.csv", synthetic=True), rows)
    about = About(dataset, title=dataset.capitalize(), synthetic=True)
    return publish_alone(vault, Store(settings.releases), about, wish)
