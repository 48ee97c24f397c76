"""The evidence that ships with the product, checked as it is read: events, statements, sources, places."""
