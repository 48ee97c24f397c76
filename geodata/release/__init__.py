"""Releases: immutable folders of figures that anybody may see, and the way from the vault to them.

The way of a caseload: `workload` (which tables, what share of the cost) → `accounting` (OpenDP: noise and cost) →
`measure` (the only code that sees true counts) → `measurements` (noisy whole numbers) → `agree`, `uncertainty`,
`build` (a pure function of measurements) → `prepared`, `approve` (a second person) → `store`. `internal` is the
exact release of those who hold the cases. The public record: `events` → `event_checks` → `publish`.

What readers open: `reader`, `lookup`, `estimates` (what may be said of an estimate), `released_cells`, `manifest`,
`changes`, `snapshots`; light, without a database. `files` and `sealed` keep folders whole; `verify` checks and
rebuilds; `expected` says how exact a release will be; `report` is the page two people sign; `cli` has the verbs.

Three types are kept apart: raw counts (`geodata.raw_cells`), `Measurements`, `Release`. Nothing takes two of them.

Why differential privacy, and the figures: DESIGN §5. Some choices that are made here:

- A case counts under the first two of its forms, so a table with forms costs √2 in distance and gets twice the
  share of ρ; form tables are made to agree with each other only, and forms are never added up.
- The standard errors are exact, not simulated: one unit of noise in one cell of each table, sent through the
  agreement, tells all variances, because all values of a dimension are treated alike.
- Years outside the measured ones, and dates that are not known, count as one further value of ``year``: the domain is
  public and never follows from the cases.
- A statement is a first measurement or a restatement with the later ones that add new cases to it. Within one, every
  case is measured once; over statements, costs add up. One that was announced and never arrived counts in full.
"""
