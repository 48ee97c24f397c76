"""The corridor desk's arithmetic over the documented network: chokepoints, cuts, what-if, exposure, exports.

Pure functions over values: `ways` makes a weighted simple graph of legs, `shortest` finds every shortest way
of many resamples at once, `chokepoints` and `cuts` say what cannot be gone around, `whatif` closes something,
`crossing` says which counties a leg's line runs through, `exposure` sums it up per county, `export` writes the
graph. Nothing here imports networkx except `export` (GraphML), and only when asked: the web process stays light.
"""
