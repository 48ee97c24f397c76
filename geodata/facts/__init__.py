"""The evidence that ships with the product, read as text and checked row by row.

`evidence` opens the files and knows their hashes · `counties`, `countries`, `places` the ground · `incidents` events,
`public_record` as readers may see them · `roles` statements and the rule that decides on them · `responses` who does
what where · `national` yearly figures · `sources` the ledger of citations · `decisions` our own readings, each with
its reason.

Refuses, in one sentence with file and row: a file that changed, an unknown county, code or source, a source nobody
cites, a shelter with coordinates. Nothing is guessed or repaired here; what needs a reading is a decision in a file.
"""
