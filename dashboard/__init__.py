"""People, language, state, pages and the HTTP surface; no arithmetic on data.

Rooms: `state` (the link) · `live` and `page` (a site around a world) · `picture`, `shot`, `panel`, `trend`
(what one view shows) · `reply` and `factory` (the web application) · `links` `api` `openapi/` · `pages/` ·
`lite/` (cards for phones) · `sheet` (a view's map on paper) · `export/` (one `Brief`, one file per format) ·
`briefing/` `bundle/` (stories on a projector, and on a stick) · `snapshots/` · `i18n/` · `steward/` (a desk of its
own, in its own process; the only room that may open the vault).

Better than the plan, and different from it: **the HTML form is the view**. The server writes pages that
are complete without JavaScript (sentence, coloured map with links, table, panel); the browser turns the
form into the link and back, repaints kind, measure and year by itself, and asks one Dash callback for
the rest. So there is no second store to keep in step, first paint needs no script, and a filter change
is one small request. Dash mounts the two Plotly drawings; panels are HTML from the same templates that
the page without scripts uses. A corridor is always brought forward (the trunk, unless the reader
chooses): all twenty-five at once are a web of lines.

Also different from the plan: pictures on paper are the screen's own figure written as SVG (`layers.svg_export`) and
set by Typst, instead of a second drawing in matplotlib; a briefing's story is one document, so that no step
asks the network for anything; JSON refuses what it does not understand, while pages and downloads fall back and say so.
"""
