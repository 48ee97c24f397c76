"""Releases: from raw cells to immutable, evaluated, disclosure-controlled folders.

Rooms: `cells` (released counts, canonical hash) · `manifest` · `events` (policy public-record) · `axes`,
`lattice`, `guard`, `protected` (policy protected) · `attack`, `audit`, `evaluate`, `report` · `disk`, `sealed`,
`store` (crash-safe folders) · `lookup`, `reader` (the light side: what the web process imports) ·
`publish` (the only way in) · `cli`. Refuses to make visible what its own evaluation finds fault with.

Where this room departs from DESIGN §5, and why (synthetic skewed caseloads, k = 10)
------------------------------------------------------------------------------------
*The guard as written collapses when several dimensions are short.* A line of r parts may leave
⌊9(r−1)/10⌋ groups open: none for two parts, one for three. With sex, nature, minor / adult and a window of
five years crossed, lowering one cell forces the next, and 100,000 records ended with 20 % of their
total shown (two-thirds to nine-tenths lost in other mixes); with nine long dimensions it keeps 99.99 %.
Relaxing every line whose parts are all shown is quick but leaks: 3 of 294 small cells narrowed for two sexes.
What is done instead:

- a line with a member below `guard.LARGE` groups keeps the rule of DESIGN; one whose members are all large
  may leave open what its remainders can hold;
- a repair prefers a cell that breaks no other line, and may lift a lowered cell again; after
  `guard.LIFTING` sweeps cells only go down, so it ends;
- age groups and three-year windows cross one other dimension at most (`lattice.FINE`); minor / adult, years and
  five-year windows have all their three-way tables. 187 tables for nine dimensions. Windows are aligned
  to the calendar (2021–2025; 2023–2025), so they never slide. Quarters are not published: a case
  dated by its year only stands in January in the base cells, and a quarter would count it there;
- the audit *answers* an attack that works: it shows one group less in the cell the proof leans on, settles
  again and attacks again; what cannot be stopped is not published.

Kept of the publishable cells, and shown of the total: 3,000 records 99.3 %, 97 %; 20,000 99.8 %, 99 %;
100,000 99.97 %, 99 %; a million 100 %, 100 %. What is missing below 100,000 is mostly two groups of minors
whose sum is ten or more while each is below ten: showing the sum would prove both. Six dimensions without
such short lines keep ≥ 99.9 % at 3,000 records.

Attack (`attack`): 0 of 2,030 small cells narrowed over 16 caseloads of 3,000 records and four dimensions before
any repair, for an attacker who also knows which cells were lowered; without the guard the same attack works.
Pooled windows needed two repairs in one caseload.

*What counts as a leak.* A bound that is true and narrower than [0, k − 1], whoever finds it. An attacker who does not
know the guard believes that nothing was ever lowered. Mostly he contradicts himself and gives up (10 of 16 such
caseloads). Where he does not, some of his bounds are false: the audit compares each with the true count, and one
that excludes it tells him nothing. But some are true (33 of 48 bounds in the worst of 16 caseloads): they are
answered like any other attack until none is left, or the release is not published. How many bounds were false is
written nowhere: "he is wrong" would itself be a hint. Large releases are attacked on sampled sub-lattices:
evidence, not proof, beyond them.

Closed periods: a cell of a period that ended in `closed_through` or before is what the last release
had; a total over open and closed periods is never below its frozen parts, even if records were since deleted.
A dataset keeps its k for ever, withdrawn releases included. Dimension `year` is 0 where the date is unknown.
"""
