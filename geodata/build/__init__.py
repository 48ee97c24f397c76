"""Evidence and boundaries in, everything the web process opens out.

`record` checks every evidence file and writes the public-record release, the corridors and the prepared shapes ·
`locations` says where they lie · `cli` and `boundaries_cli` are the commands ``build`` and ``boundaries``.

Refuses to write anything when one row, id or sum is not in order: a release that was made was checked.
"""
