"""Every word a reader sees, by language: `catalogue.py` reads `en/*.json` (and further languages beside it)."""
