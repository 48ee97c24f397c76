"""One light page per county for a phone on a slow link, its text message, and its copy for no network at all.

`facts` picks what a card says · `words` puts it in a language · `drawing` draws its map · `text` is the
message · `page` fills the templates · `shelf` keeps finished pages as compressed bytes · `routes` serves them.
"""

from dashboard.lite.routes import blueprint

__all__ = ["blueprint"]
