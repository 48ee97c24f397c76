"""Released frames in, Plotly traces and figures out: pure functions, no files, network, clock or language.

Rooms, from the ground up: `theme` (colours, kinds of empty) · `specs` (what a caller must say, `Labels`) ·
`scales` `legend` (breaks, and the legend derived from the same breaks) · `patterns` (SVG marks of
the kinds of empty) · one file per drawable: `counties animation_frames context corridors places roles labels
charts` · `figure` (the only place that composes) · `svg_export` (the same figure as one SVG) ·
`minimap` `svg_charts` (small maps and charts as SVG).

Traces are plain dictionaries, because one drawing is written as SVG for the first paint and for paper too;
`figure.graph` makes them the `plotly.graph_objects` figure that Dash mounts. A `Patch` of some traces stays plain:
validation costs 20 to 30 ms, and the tests do it for every choice.
"""
