"""Corridors: ordered stops with alternatives become legs, lines, and what each county has to do with them.

Doors: `prepare.run(settings, counties, folder)` builds everything once per boundary edition;
`load_prepared(folder)` reads it back with the standard library alone, so the web process needs neither
geopandas nor networkx. In between, pure functions: `facts.read` → `geodata.facts.places.build` →
`legs.build` → `passing.corridor_counties`, `passing.summary`, `graph.build`. The rules are words in
`rules` and lines in data/rules/leg_rules.csv.
"""

from geodata.corridors.prepared import Prepared, load_prepared

__all__ = ["Prepared", "load_prepared"]
