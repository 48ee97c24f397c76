"""The steward's desk: import, confirm, publish and withdraw in a browser, for people who use no command line.

A Flask application of its own, on 127.0.0.1 only, in a process apart from the public site, which never
imports it. It is the one part of `dashboard` that may open the vault, because it runs for the person who
owns it. Everything it does is done by `geodata.intake`, `geodata.vault` and `geodata.release`, the same
functions the commands call.

    gate (who may speak) · uploads (files put down, deleted afterwards) · desk (what lies on it)
    → columns, remarks, publishing, reader (what a page shows) → pages_* (a Flask Blueprint each) → factory, serve
"""
