"""Statistics on counts: pure functions with published references; `geodata.query` asks them and hands the answers out.

`change` compares two counts exactly · `smoothing` draws small counties towards the mean · `clusters` local
autocorrelation, in a process of its own (`apart`) · `trends` windows, year marks and which figures may be joined ·
`effort` who was looking · `gap` exposure beside response.

Refuses counts that are negative or missing, areas without residents, and a figure where there is too little to learn
from: it gives None instead, so that no page shows an interval or a cluster that the data cannot bear.
"""
