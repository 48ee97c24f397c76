"""Releases: from raw cells to immutable, evaluated, disclosure-controlled folders.

Rooms: `cells` (released counts, canonical hash) · `manifest` · `events` (policy public-record) ·
`audit` · `report` · `disk`, `sealed`, `store` (crash-safe folders) · `lookup`, `reader` (the light side:
what the web process imports) · `publish` (the only way in) · `cli`.

Refuses to make anything visible that its own evaluation finds fault with.
"""
