"""PPTX: an editable 16:9 deck of a brief: native shapes, lines, tables and charts, speaker notes, alternative texts.

Rooms: `template` (the master, ours or an organisation's) · `slide` (text that fits, tables, what stands under a
map, notes) · `drawn` (the map) · `chart` · `deck` (which slides each purpose has). Needs python-pptx, imported only
when a deck is made.
"""

from dashboard.export.pptx.deck import make, make_slide

__all__ = ["make", "make_slide"]
