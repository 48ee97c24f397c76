"""What changed: two windows of years, and what may be concluded from the difference."""
