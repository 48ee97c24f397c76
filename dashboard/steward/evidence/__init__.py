"""The evidence desk: adding to the record and correcting it, for people who use no command line.

Rooms: `forms` (what a form shows, and what it says when it comes back) · `pages` (forms, live rule, workbook) ·
`review` (the second person, the release). Everything it decides is decided in `geodata.additions`.
"""
