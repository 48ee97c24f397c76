"""Raw counts: what the vault hands to `publish`, and to nothing else.

`RawCells` is sensitive. Its twin `geodata.release.released_cells.ReleasedCells` is what readers get; the
two types share no base class and no function accepts both, so a raw count cannot slip into a
page by mistake (STYLE, FlowKit's redacted twin).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geodata.values import DataProblem


@dataclass(frozen=True, slots=True)
class RawCells:
    """True counts by cell. Sensitive: never written to a release, a log or a page.

    frame: one row per distinct combination of dimensions; every column that is not a measure is
        a dimension. Months are integers ``year * 12 + (month - 1)``
        (`geodata.vault.batch.month_number`), so the year is ``month // 12``; 0 is an unknown date.
    measures: names of the count columns; non-negative whole numbers.

    Raises DataProblem when a count is missing, negative or not whole, or a dimension is missing.
    """

    frame: pd.DataFrame = field(repr=False)
    measures: tuple[str, ...] = ("n",)

    def __post_init__(self) -> None:
        """Refuse what is not a table of counts."""
        absent = [name for name in self.measures if name not in self.frame.columns]
        if absent:
            raise DataProblem(
                f"The raw cells have no column {', '.join(absent)}; expected one count per row in each "
                f"of {', '.join(self.measures)}; run the vault's grouping again."
            )
        for name in self.measures:
            self._check_counts(name)
        for name in self.dims:
            if self.frame[name].hasnans:
                raise DataProblem(
                    f"The raw cells have rows without a value in '{name}'; expected 'unknown' where "
                    "a value is not known; run the vault's grouping again."
                )

    def _check_counts(self, name: str) -> None:
        """Refuse counts that are not whole and non-negative."""
        counts = self.frame[name]
        if not pd.api.types.is_integer_dtype(counts.dtype) or counts.hasnans:
            raise DataProblem(f"The raw cells' column '{name}' is not made of whole numbers; expected counts.")
        if len(counts) and int(counts.min()) < 0:
            raise DataProblem(f"The raw cells' column '{name}' holds a negative count; expected 0 or more.")

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dimensions, in the frame's order."""
        return tuple(str(name) for name in self.frame.columns if name not in self.measures)

    def counts(self, measure: str = "n") -> np.ndarray:
        """One measure as int64, one value per row; a copy, so the caller cannot change the cells."""
        return self.frame[measure].to_numpy(dtype=np.int64, copy=True)
