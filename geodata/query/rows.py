"""The rows that answers carry, for whoever names their types."""

from geodata.boundaries import Edition
from geodata.corridors.rows import CorridorRow, CountyCorridors, LegFeature, LegRow, PassingRow, PlaceRow, point_of
from geodata.facts.responses import ResponseRow
from geodata.facts.roles import RoleDecision
from geodata.facts.rows import CountyFact, CountyRow, EventRow, ProgrammeRow, SeriesValue

__all__ = [
    "CorridorRow",
    "CountyCorridors",
    "CountyFact",
    "CountyRow",
    "Edition",
    "EventRow",
    "LegFeature",
    "LegRow",
    "PassingRow",
    "PlaceRow",
    "ProgrammeRow",
    "ResponseRow",
    "RoleDecision",
    "SeriesValue",
    "point_of",
]
