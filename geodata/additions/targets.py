"""The row of the record that a correction is about: found by its id, shown as a form shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geodata.additions.rows import FILE_OF, Row, Tables, row_hash, shown_values
from geodata.values import DataProblem

_ID = {"event": "id", "corridor": "corridor_id", "source": "source_id"}


@dataclass(frozen=True, slots=True)
class Target:
    """A row to correct. row_id: id it keeps. row_hash: what the correction is written against. told: its form."""

    kind: str
    row_id: str
    row_hash: str
    told: dict[str, Any]


def target_of(kind: str, key: str, tables: Tables) -> Target:
    """Return the row of a kind by its id; a response by ``RSP-012``, a statement by ``county/role/source``.

    Raises DataProblem when there is none, or when several statements share the three.
    """
    if kind not in FILE_OF:
        raise DataProblem(f"‘{kind[:40]}’ is no kind of row; expected one of {', '.join(FILE_OF)}.")
    hits = [row for name, row in _named(kind, tables) if name == key]
    if len(hits) != 1:
        n_rows = "several rows" if hits else f"no {kind}"
        raise DataProblem(f"The record has {n_rows} ‘{key[:80]}’; copy its id from where it stands.")
    kept = key if kind in _ID else ""
    return Target(kind, kept, row_hash(hits[0]), shown_values(kind, hits[0], tables))


def _named(kind: str, tables: Tables) -> Iterator[tuple[str, Row]]:
    for number, line in enumerate(tables[FILE_OF[kind]].to_dict("records"), start=1):
        row = {str(name): str(value) for name, value in line.items()}
        if kind in _ID:
            yield row[_ID[kind]], row
        elif kind == "response":
            yield f"RSP-{number:03d}", row
        else:
            yield f"{row['county']}/{row['role']}/{row['source_id']}", row
