"""From a view to files: one `Brief`, then one file per format."""
