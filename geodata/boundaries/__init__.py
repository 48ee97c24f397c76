"""The 47 county shapes and the ground around them, one *edition* at a time.

An edition is a folder in which everything is derived from one boundary file: full-precision
counties, neighbours, label points, context (countries, lakes, coast, the Ilemi Triangle) and
prepared static geometry for browsers. One edition ships with the product; a user may install the
official one.

Rooms: `sources` fetches pinned packages · `decode` reads their encodings · `topology` repairs ·
`context` fits the surroundings · `prepare` simplifies and compresses · `assemble` writes a folder ·
`shipped` builds ours · `official` checks a user's file · `install` stores it · `edition` opens a
folder for everybody else · `svg` draws the first paint · `quality` measures.

CRS: everything stored is WGS 84 longitude/latitude (EPSG:4326). Lengths and areas are measured in
`geodata.values.METRIC_CRS`, a Lambert azimuthal equal-area projection centred on Kenya, because
the country spans UTM zones 36 and 37; it is true in area everywhere and, within 600 km of the centre,
errs by at most 0.15 % in length.

Importing this package is cheap: no GeoPandas, no shapely.
"""

from geodata.boundaries.edition import Edition, load_edition

__all__ = ["Edition", "load_edition"]
