"""The only door through which `layers` and `dashboard` get data: it opens releases and facts, never the vault.

`world` opens everything once · `indicators`, `cube` counts and rates · `profiles` one county, corridor or
the country · `ledger` which figures rest on which source · `search` finds sources · `method` what
the rules give on the data at hand · `changes` two windows of years, marks in time, national series ·
`detection` who was looking, and the response gap · `releases` which releases there are · `snapshots` a view under
its hash. Callers import the module they need; a module hands out the types of its answers too.
"""
