"""Facts, boundaries and case files in; checked frames and releases out.

Rooms, from the ground up: `values settings contracts` · the facts `counties sources incidents
responses national boundaries/ places corridors/ roles` · the caseload `matching intake/ vault/` ·
`release/` · what is worked out from both, `analysis/` `network/` · what readers add, `corrections/`
`snapshots` · `build` · `query`, the only door through which `layers` and `dashboard` get data. Knows no
plotly, no dash, no user language.
"""
