"""The map page: written by the server, then taken over by Dash: layout, callbacks, figure, panel."""
