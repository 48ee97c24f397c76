"""People, language, state, pages and the HTTP surface; no arithmetic on data."""
