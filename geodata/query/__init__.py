"""The only door through which `layers` and `dashboard` get data: it opens releases and facts, never the vault.

`world` opens everything once · `indicators` counts and rates · `profiles` one county, corridor or
the country · `ledger` which figures rest on which source.
"""

from geodata.query.find import Standing, find_county, spellings
from geodata.query.indicators import (
    NATURES,
    POOLED,
    Cube,
    Filters,
    Totals,
    cube,
    indicator_rows,
    poisson_interval,
    rate_interval,
    watched_since,
)
from geodata.query.ledger import USES, Use, uses
from geodata.query.profiles import (
    CorridorProfile,
    CountryProfile,
    CountyProfile,
    Figure,
    Passing,
    corridor_profile,
    country_profile,
    county_profile,
    events,
    shared_total,
)
from geodata.query.world import World, open_world

__all__ = [
    "NATURES",
    "POOLED",
    "USES",
    "CorridorProfile",
    "CountryProfile",
    "CountyProfile",
    "Cube",
    "Figure",
    "Filters",
    "Passing",
    "Standing",
    "Totals",
    "Use",
    "World",
    "corridor_profile",
    "country_profile",
    "county_profile",
    "cube",
    "events",
    "find_county",
    "indicator_rows",
    "open_world",
    "poisson_interval",
    "rate_interval",
    "shared_total",
    "spellings",
    "uses",
    "watched_since",
]
