"""Pages beside the map, whole from the server: `sources`, the ledger, and `about`, the method."""
