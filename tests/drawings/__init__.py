"""Every drawing under test: kept as normalised text, compared line by line, accepted with `make drawings`."""
