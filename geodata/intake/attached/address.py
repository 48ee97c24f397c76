"""Where an agency's archive lies: a folder, an S3-compatible address, an Iceberg table. Never with a password in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from geodata.values import DataProblem

FOLDER, S3 = "folder", "s3"
ICEBERG = "iceberg:"
KINDS = (
    "a folder of Parquet files, s3://bucket/folder, or an Iceberg table in one of them "
    "(iceberg:/folder/table, iceberg:s3://bucket/table)"
)
_SECRETS = re.compile(r"//[^/]*@|[?#]")


@dataclass(frozen=True, slots=True)
class Address:
    """A place that is read and never written. kind: `FOLDER` or `S3`. place: path or ``s3://bucket/prefix``."""

    kind: str
    place: str
    iceberg: bool = False

    @property
    def text(self) -> str:
        """Return the address as it is kept and told."""
        return f"{ICEBERG if self.iceberg else ''}{self.place}"


def read_address(text: str) -> Address:
    """Return what an address says; raise DataProblem in a sentence that never repeats a password."""
    given = text.strip()
    iceberg = given.startswith(ICEBERG)
    place = given.removeprefix(ICEBERG)
    scheme, separator, rest = place.partition("://")
    rest, place = rest.rstrip("/"), place.rstrip("/")
    if _SECRETS.search(place) and separator:
        raise DataProblem(
            "The address carries a user, a password or a key; give the bare address and put what opens it into the "
            "environment or .env (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL)."
        )
    if not separator:
        return Address(FOLDER, str(Path(place).expanduser().absolute()), iceberg)
    if scheme == "file" and rest:
        return Address(FOLDER, str(Path("/" + rest.lstrip("/"))), iceberg)
    if scheme == "s3" and re.match(r"[a-z0-9][a-z0-9.-]{1,62}(/|$)", rest):
        return Address(S3, place, iceberg)
    raise DataProblem(f"An archive at ‘{scheme}://…’ cannot be read; expected {KINDS}.")
