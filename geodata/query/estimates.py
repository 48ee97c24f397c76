"""How an estimate of a protected release is rounded and shown: the dashboard's door to the display rules."""

from __future__ import annotations

from geodata.release.estimates import FLOOR, STEP, about, in_fives, interval

__all__ = ["FLOOR", "STEP", "about", "in_fives", "interval"]
