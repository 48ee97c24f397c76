"""Who was looking: what was found beside the training, posts, units and outlets that could find it."""
