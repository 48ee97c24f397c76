"""Who was looking: detection effort beside what was detected."""
