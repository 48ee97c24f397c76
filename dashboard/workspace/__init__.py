"""The map page: its layout, its panel, and the one callback that answers the browser."""
