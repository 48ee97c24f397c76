"""Links of the sources: who answered, when, with what; a private copy and an archived address beside it.

Rooms: `ledger` (one row per source in ``NJIA_HOME/sources/links.csv``) ·
`visit` (one polite visit) · `check` (all of them, in turn) · `cli`. Nothing is visited unless somebody asks for it.
"""
