"""Two periods beside each other: what changed, with its uncertainty."""
