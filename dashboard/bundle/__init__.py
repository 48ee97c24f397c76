"""One folder or zip for a stick: a story with its pages, its data and its counties' cards, opened without a server.

`gather` asks the real site for every page, in this process and without the network · `offline` turns the
site's addresses into files beside one another · `write` puts folder or zip in place, whole or not at all ·
`cli` the command.
"""
