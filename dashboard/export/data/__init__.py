"""Data files of a brief: CSV (zipped), XLSX, GeoJSON, GeoPackage, Parquet; each carries its manifest.

`manifest` is the same value in all of them: link, release and hash, boundaries, licence, how to cite, cautions.
`rows` the tables every format writes: figures, the brief's tables, sources, dictionary. A text that a spreadsheet
would run as a formula stays text.
"""
