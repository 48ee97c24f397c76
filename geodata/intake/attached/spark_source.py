"""An archive read in place by Spark: a folder that is too large for one machine's DuckDB. Nothing is written to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata.intake.attached.address import FOLDER, Address
from geodata.intake.attached.folder import parts_of_folder, under
from geodata.intake.attached.source import (
    COUNT,
    MOST_COMBINATIONS,
    Part,
    Wanted,
    absent,
    check_types,
    combinations_query,
    refuse_too_many,
)
from geodata.values import DataProblem
from geodata.vault.spark import LOCAL, sentences, spark_session


@dataclass(frozen=True, slots=True)
class SparkSource:
    """`geodata.intake.attached.source.Source` through Spark. master: which cluster, as in NJIA_VAULT."""

    address: Address
    master: str = LOCAL

    def __post_init__(self) -> None:
        """Refuse what this Spark has no reader for."""
        if self.address.kind != FOLDER or self.address.iceberg:
            raise DataProblem(
                f"Spark reads folders of Parquet files here; attach {self.address.text} with --engine duckdb."
            )

    @property
    def where(self) -> str:
        """Return how sentences name the archive."""
        return f"The archive {self.address.text}"

    def parts(self) -> tuple[Part, ...]:
        """Return the files with size and time of change."""
        return parts_of_folder(Path(self.address.place))

    def columns(self, headings: Sequence[str]) -> dict[str, str]:
        """Return the type of each heading, as DuckDB would name it."""
        with sentences(Path(self.address.place)):
            for part in self.parts():
                told = {name.casefold(): kind for name, kind in self._frame([part]).dtypes}
                if missing := [heading for heading in headings if heading.casefold() not in told]:
                    raise absent(missing, f"‘{Path(part.name).name}’ of {self.address.text}", sorted(told))
            told = {name.casefold(): kind for name, kind in self._frame(self.parts()).dtypes}
        types = {heading: told[heading.casefold()].upper() for heading in headings}
        check_types(types, self.where)
        return types

    def combinations(self, wanted: Wanted, parts: Sequence[Part], earlier: Sequence[Part], today: date) -> pa.Table:
        """Return the combinations of the cases of some parts that no earlier part holds."""
        types = self.columns(wanted.headings)
        query = combinations_query(wanted, types, today, earlier=bool(earlier), dialect="spark")
        with sentences(Path(self.address.place)):
            self._frame(parts).createOrReplaceTempView("archive")
            if earlier:
                self._frame(earlier).createOrReplaceTempView("covered")
            rows = [tuple(row) for row in spark_session(self.master).sql(query).collect()]
        names = [*(f"c{place}" for place in range(len(wanted.columns))), COUNT]
        cells = list(zip(*rows, strict=True)) or [()] * len(names)
        kinds = [*[pa.string()] * len(wanted.columns), pa.int64()]
        table = pa.table([pa.array(column, kind) for column, kind in zip(cells, kinds, strict=True)], names=names)
        return refuse_too_many(table.slice(0, MOST_COMBINATIONS + 1), self.where)

    def rows(self, parts: Sequence[Part]) -> int:
        """Return the number of rows."""
        with sentences(Path(self.address.place)):
            return int(self._frame(parts).count())

    def _frame(self, parts: Sequence[Part]) -> Any:
        folder = Path(self.address.place)
        files = [under(folder, part) for part in parts]
        base = str(folder.parent if folder.is_file() else folder)
        reader = spark_session(self.master).read.option("mergeSchema", "true").option("basePath", base)
        return reader.parquet(*files)
