"""A release as readers meet it: one question, `lookup`, for both policies.

Light on purpose (numpy, pandas, pyarrow): the web process imports this and needs no database.
A question a protected release cannot answer raises `NotAnswerable`, which says what can be asked.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.release import lookup as ask
from geodata.release.estimates import NotAnswerable
from geodata.release.lookup import Wanted
from geodata.release.manifest import PROTECTED, Manifest
from geodata.release.released_cells import ReleasedCells, Value, from_parquet
from geodata.release.sealed import CELLS, read_checked

__all__ = ["NotAnswerable", "Release"]

Where = Mapping[str, Wanted]
Codes = NDArray[np.int32]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Release:
    """An opened release: manifest at once, cells on the first question (checked against their hash).

    Safe to share between threads. Raises DataProblem when a file is damaged.
    """

    folder: Path
    manifest: Manifest
    _cells: list[ReleasedCells] = field(default_factory=list, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def id(self) -> str:
        """Content hash, 64 hex digits."""
        return self.manifest.id

    @property
    def cells(self) -> ReleasedCells:
        """Every released table."""
        if not self._cells:
            with self._lock:
                if not self._cells:
                    card = self.manifest
                    content = read_checked(self.folder, CELLS, card)
                    self._cells.append(from_parquet(content, card.domains, card.measures, card.tables))
        return self._cells[0]

    def attachment(self, name: str) -> bytes:
        """Bytes of a file that was published with the cells, such as ``incidents.csv``."""
        return read_checked(self.folder, name, self.manifest)

    def values(self, dim: str) -> tuple[Value, ...]:
        """Values of a dimension a reader can choose, in reading order."""
        ask.check_dims(self.manifest, (dim,))
        return self.manifest.domains[dim]

    def answerable(self, dims: Iterable[str]) -> bool:
        """Say whether a question over these dimensions (rows and filters together) has an answer."""
        return ask.answerable(self.manifest, frozenset(dims))

    def exact_cells(self, dims: Collection[str], where: Where) -> tuple[Codes, Counts]:
        """Return the cells of a public record that `where` lets through, not added up: `lookup` without a frame.

        Codes, rows × dims, are places in `values` of each dimension; counts are rows × `COUNTS`. Raises NotAnswerable
        for a protected release, which has no exact cells.
        """
        if self.manifest.policy == PROTECTED:
            raise NotAnswerable("A protected release has estimates only; ask it by `lookup`.")
        names = tuple(dims)
        codes, counts = ask.exact_cells(self.cells, self.manifest, names, ask.normalise(self.manifest, names, where))
        return codes, counts[:, [self.manifest.measures.index(name) for name in ask.COUNTS]]

    def lookup(self, dims: Collection[str] = (), where: Where | None = None) -> pd.DataFrame:
        """Return counts by `dims`, filtered by `where`.

        dims: dimensions to have one row per value of, in the order of the columns returned.
        where: dimension → a value, several values, or a Period (for ``year``).

        Returns one row per cell: dims…, persons, incidents, incidents_unstated (Int64, <NA> where not
        shown or not counted in this release) and status ``shown`` or ``not_shown``, sorted by the
        release's reading order. Public-record: sums over the exact lattice; a cell without a row has
        no report. Protected: estimates, with ``standard_error``, ``low`` and ``high`` (95 % interval), one row for
        every value; what is below the floor of `geodata.release.estimates` is not shown.

        Raises NotAnswerable when a protected release has no table that tells.
        """
        names = tuple(dims)
        chosen = ask.normalise(self.manifest, names, where or {})
        if self.manifest.policy == PROTECTED:
            return ask.estimated(self.cells, self.manifest, names, chosen)
        return ask.summed(self.cells, self.manifest, names, chosen)
