"""The shape of frames that cross folder doors, and the one way to check them.

`check(frame, model)` returns the frame or raises `ContractError` with one sentence. Each room adds
the pandera models of the frames it hands out.
"""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa
import shapely
from pandera.errors import SchemaError, SchemaErrors

from geodata.values import WGS84, DataProblem

PCODE = r"^KE0(0[1-9]|[1-3][0-9]|4[0-7])$"
"""Regular expression of the 47 P-codes."""


class ContractError(DataProblem):
    """A frame is not what its contract says; one sentence with the first thing wrong."""


def check(frame: Any, model: type[pa.DataFrameModel] | pa.DataFrameSchema, where: str = "") -> Any:
    """Return the frame after checking it; `where` names its file in the refusal."""
    try:
        return model.validate(frame, lazy=True)
    except SchemaErrors as failures:
        first = failures.failure_cases.iloc[0]
        total = len(failures.failure_cases)
        more = f" (and {total - 1} more)" if total > 1 else ""
        name = getattr(model, "__name__", None) or getattr(model, "name", None) or "table"
        place = f" in {where}" if where else ""
        raise ContractError(
            f"The table {name}{place} is not as agreed: column {first['column']} fails “{first['check']}” "
            f"with {first['failure_case']!r}{more}; restore or rebuild the file it comes from."
        ) from failures
    except SchemaError as failure:
        raise ContractError(f"A table{' in ' + where if where else ''} is not as agreed: {failure}.") from failure


class CountyShapes(pa.DataFrameModel):
    """The 47 counties: index `pcode` ascending, `code` 1…47, `name`, valid polygons in EPSG:4326."""

    pcode: pa.typing.Index[str] = pa.Field(str_matches=PCODE, unique=True, check_name=True)
    code: int = pa.Field(ge=1, le=47, unique=True)
    name: str = pa.Field(unique=True, str_length={"min_value": 3})
    geometry: Any

    class Config:
        """Refuse other columns."""

        strict = True

    @pa.dataframe_check(error="47 rows in P-code order")
    @classmethod
    def _all_in_order(cls, frame: Any) -> bool:
        return len(frame) == 47 and bool(frame.index.is_monotonic_increasing)

    @pa.dataframe_check(error="valid polygons in EPSG:4326")
    @classmethod
    def _polygons(cls, frame: Any) -> bool:
        shapes = frame.geometry
        known = set(shapes.geom_type) <= {"Polygon", "MultiPolygon"} and shapes.crs == WGS84
        return bool(known and shapely.is_valid(shapes.array).all())
