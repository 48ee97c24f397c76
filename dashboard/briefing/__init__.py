"""The briefing mode: a story is a small YAML file of links and captions, shown step by step in full screen.

`story` reads and checks it · `steps` turns one step into what is shown (the step's view, its sentence and
figures come from the data, never from the story) · `pages` the full-screen page, the presenter's notes, and
the light page for the audience's phones · `lan` this computer's address for the QR code · `cli` checks a
story from the command line.

A caption holds no number of its own where the data has one: ``{KE011.smuggling.persons.2014-2025}`` is
filled with the figure of that id from the step's own view (ids: see `dashboard.export.model`), so a story
cannot go out of date unnoticed. Statements that are not figures name their sources.
"""
