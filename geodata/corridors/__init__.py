"""Corridors: ordered stops with alternatives become legs, lines, and what each county has to do with them.

Doors: `prepare.run(settings, counties, folder)` builds everything once per boundary edition;
`load_prepared(folder)` reads it back with the standard library alone, so the web process needs neither
geopandas nor networkx. In between, pure functions: `facts.read` → `geodata.facts.places.build` →
`legs.build` → `passing.corridor_counties`, `passing.summary`, `graph.build`. The rules are words in
`rules` and lines in data/rules/leg_rules.csv.

How long the trunk is. C01 is drawn 5,734 km from Asmara to Johannesburg: 1,480 to Moyale, 4,254 from there (the range
of about 4,000–5,500 km that is told for the Southern Route begins at Moyale or Addis Ababa). Straight lines from stop
to stop already make 4,937 km. By road it is longer, for main_roads.csv names towns and not bends: Addis Ababa–Asmara
by Adigrat 933 km (Ethiopian Roads Authority, BBC Afaan Oromoo 2018, bbc.com/afaanoromoo/oduu-44857237), Nairobi–Addis
Ababa 1,560 km (The Africa Channel, “Nairobi to Addis Ababa highway now complete”), Nairobi–South Africa 4,063 km
as driven (kenya-coast.com, 29 October 2023): about 6,550 km together. From Tunduma into Malawi it takes the M26 by
Chitipa (Chitipa–Nakonde 95 km: africanodyssey.travellerspoint.com, 2008) and does not turn back to Mbeya.
"""

from geodata.corridors.prepared import Prepared, load_prepared

__all__ = ["Prepared", "load_prepared"]
