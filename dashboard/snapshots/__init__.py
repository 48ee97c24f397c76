"""Frozen views: `freeze` (a link becomes a snapshot; a snapshot is computed again) · `cli` (``snapshot``).

The page is `dashboard.pages.snapshots`, the files are `geodata.release.snapshots`. A snapshot spells out every choice
of the view, so that a newer release with other years or other defaults cannot change what it shows.
"""
