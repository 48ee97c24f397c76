"""A clearly synthetic caseload, for training, tests and benchmarks."""
