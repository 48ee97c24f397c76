"""The front door for case files: read, understand, match, protect, report, hand to the vault.

    readers (csv, workbook, geo) → columns (which column is what) → privacy (what must not pass)
    → coding (words → codes) → counties and dates → checkin (one verdict per row) → run (report, vault)

Only coded values leave this room: P-codes, months, code lists, known organisations and keyed hashes.
A value that is none of these is dropped, counted and never printed. `geodata.intake.schema` lists every
variable; `schema.md` beside it is generated from it. The row layout is `geodata.vault.batch.ROW_SCHEMA`.
"""
