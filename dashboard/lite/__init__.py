"""One light page per county for a phone on a slow link, its text message, and its copy for no network at all.

What a card says is picked by `geodata.query.county_card` · `drawing` draws its map · `text` is the message · `page`
fills the templates · `routes` serves them; `web.page_cache` repeats them.
"""

from dashboard.lite.routes import blueprint

__all__ = ["blueprint"]
