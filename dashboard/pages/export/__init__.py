"""Taking a view away: `offer` is what can be had, `page` the routes, the file being made, and the file."""
