"""The only door through which `layers` and `dashboard` get data: it opens releases and facts, never the vault.

`world` opens everything once · `cube`, `indicators` counts and rates · `caseload` what a protected release
publishes · `profiles`, `county_card` one county, corridor or the country · `comparison` counties side by side ·
`changes` two windows of years, marks in time, national series · `detection` who was looking, and the response gap ·
`network`, `segments` the corridors · `roles` which county holds which role · `nearby`, `shapes` outlines to draw ·
`ledger` which figures rest on which source · `search` finds sources, `find` counties · `method` what the rules give
on the data at hand · `releases`, `withdrawn` which releases there are · `snapshots` a view under its hash ·
`corrections` what readers may correct.

Refuses what a release cannot answer (`NotAnswerable`) and a release that was withdrawn. Answers are frozen and kept per
world; frames and arrays in them are shared and must not be changed. Callers import the module they need.
"""
