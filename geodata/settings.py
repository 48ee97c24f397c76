"""Where geodata keeps things: one frozen object, read from the environment once.

The only module below `geodata` that looks at the environment. Everything else receives a
`DataSettings` as an argument.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import platformdirs

SHIPPED = Path(__file__).parent / "data"
"""Data files that come with the product (evidence, boundaries, the public-record release)."""


@dataclass(frozen=True, slots=True)
class DataSettings:
    """Folders and the vault's address.

    home:  everything this user adds (vault, releases, official boundaries); ``NJIA_HOME``.
    vault: address of the case vault, ``duckdb:///path``, ``postgres://…`` or ``spark:///path``;
           ``NJIA_VAULT``, by default a DuckDB file under home. The web process never opens it.
    vault_key: encrypts a DuckDB vault at rest when set; ``NJIA_VAULT_KEY``.
    shipped: read-only data that comes with the product.
    merged: folder of the record with this user's additions, see `in_use`; None: the shipped record as it is.
    partners: whether a site shows the datasets for partners; only the one behind the partners' door does.
    """

    home: Path
    vault: str
    vault_key: str | None = None
    shipped: Path = SHIPPED
    merged: Path | None = None
    partners: bool = False

    @property
    def record(self) -> Path:
        """Folder of the record: its evidence, rules, releases and prepared corridors."""
        return self.merged or self.shipped

    @property
    def editions(self) -> Path:
        """Folder of the editions of the record that hold this user's additions; ``CURRENT`` names the one in use."""
        return self.home / "evidence" / "editions"

    def in_use(self) -> DataSettings:
        """Return the settings with the record that is in use now: the shipped one, or one with additions."""
        try:
            name = (self.editions / "CURRENT").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return replace(self, merged=None)
        known = len(name) == 64 and name.isalnum() and (self.editions / name).is_dir()
        return replace(self, merged=self.editions / name if known else None)

    @property
    def releases(self) -> Path:
        """Folder of releases this user published (the shipped public record lives elsewhere)."""
        return self.home / "releases"

    @property
    def boundaries(self) -> Path:
        """Folder of boundary editions this user installed."""
        return self.home / "boundaries"


def from_environment(environ: Mapping[str, str] | None = None) -> DataSettings:
    """Read ``NJIA_HOME``, ``NJIA_VAULT`` and ``NJIA_VAULT_KEY``; defaults suit one user on one machine."""
    env = os.environ if environ is None else environ
    home = Path(env.get("NJIA_HOME") or platformdirs.user_data_dir("njia", appauthor=False)).expanduser()
    vault = env.get("NJIA_VAULT") or f"duckdb:///{home / 'vault.duckdb'}"
    return DataSettings(home=home, vault=vault, vault_key=env.get("NJIA_VAULT_KEY") or None)


@dataclass(frozen=True, slots=True)
class S3Access:
    """What opens a bucket; never shown, kept or told. endpoint: ``https://host[:port]``, "" for Amazon's."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    region: str = ""
    endpoint: str = ""


def s3_access(environ: Mapping[str, str] | None = None) -> S3Access | None:
    """Read what other programs read too: ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_ENDPOINT_URL``.

    ``AWS_SESSION_TOKEN`` and ``AWS_REGION`` too. None where no key is set.
    """
    env = os.environ if environ is None else environ
    key, secret = env.get("AWS_ACCESS_KEY_ID", ""), env.get("AWS_SECRET_ACCESS_KEY", "")
    if not key or not secret:
        return None
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1"
    return S3Access(key, secret, env.get("AWS_SESSION_TOKEN", ""), region, env.get("AWS_ENDPOINT_URL", "").rstrip("/"))


_KEPT_FOR_PARSERS = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PROJ_DATA")


def parser_environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process that parses a stranger's file: what it needs to run, and ``more``.

    Where the vault is and what opens it are not in it.
    """
    kept = {name: os.environ[name] for name in _KEPT_FOR_PARSERS if name in os.environ}
    return {**kept, "PYTHONPATH": str(SHIPPED.parents[1]), "PYTHONDONTWRITEBYTECODE": "1", **more}
