"""The vault: case records behind one narrow door. Nothing that faces readers may import it.

`open_vault(settings)` gives a `Vault` by address. The row schema and the ledger's nouns are in
`geodata.vault.batch`. Counting happens in one Ibis expression (`geodata.vault.expression`),
the same for DuckDB, PostgreSQL and Spark.
"""
