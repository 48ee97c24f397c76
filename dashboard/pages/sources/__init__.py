"""The ledger of sources, and what rests on each."""
