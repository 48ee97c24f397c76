"""Names, codes and points → county, never by guessing."""
