"""`make bench`: speed and weight of the running product, measured from outside, beside a typical Dash app.

`figures` what is promised and how it is printed · `process` servers as a user starts them · `load` many
readers at once · `browser` a real Chromium with slow networks and slow processors · `paint` from a
reader's hand to the painted frame · `weight` first and second visit · `typical` the app compared with.
"""
