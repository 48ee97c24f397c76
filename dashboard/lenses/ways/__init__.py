"""By which ways: the documented corridors, the counties they stop in, every leg with its evidence."""
