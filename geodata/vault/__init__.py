"""The vault: case records behind one narrow door. Nothing that faces readers may import it.

`open_vault(settings)` gives a `Vault` by address. The row schema and the ledger's nouns are in
`geodata.vault.batch`. Counting happens in one Ibis expression (`geodata.vault.counting`), the
same for DuckDB (`duck`), PostgreSQL (`postgres`) and Spark (`spark`).
"""

from __future__ import annotations

from geodata.vault.door import Vault, open_vault

__all__ = ["Vault", "open_vault"]
