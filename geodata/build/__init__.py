"""Evidence and boundaries in, everything the web process opens out."""
