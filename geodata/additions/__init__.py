"""What users of the record add to it: kept beside the shipped record, never inside the package.

Rooms: `choices` (closed lists, read tolerantly) · `people` (names and numbers of persons, refused) · `models` (what a
form or a row may say) · `door` (text → checked values, the few-children rule applied before anything is kept) ·
`drafts` (one small file per batch under ``NJIA_HOME/evidence``; a second person approves) · `rows` (values → rows of
the evidence files) · `likeness` (what is perhaps told already) · `merge` (the record with the additions) ·
`workbook` (the template, and bringing it back) · `export` (files that maintainers can take over) · `cli`.
"""
