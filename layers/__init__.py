"""Released frames in, Plotly traces and figures out: pure functions, no files, network, clock or language.

Rooms, from the ground up: `theme` (colours, marks) · `specs` (what a caller must say, `Labels`) ·
`scales` `legend` (breaks, and the legend derived from the same breaks) · `patterns` (SVG marks of
the four empties) · one file per drawable: `counties film context corridors places roles labels
charts` · `figure` (the only place that composes) · `paper` (the same figure as one SVG) ·
`minimap` `smallcharts` (small maps and charts as SVG) · `narrate` (facts for alt text, no sentences).

Traces are plain dictionaries, not `plotly.graph_objects`: validation costs milliseconds per
interaction and is done by the tests instead.
"""
