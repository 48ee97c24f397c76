"""Statistics on counts and networks: pure functions with published references; `geodata.query` hands them out."""
