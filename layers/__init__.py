"""Released frames in, Plotly traces and figures out: pure functions, no files, network, clock or language."""
