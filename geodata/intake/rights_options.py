"""The terms on which cases are given, as options of a command: the same for a file and for an archive elsewhere."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from geodata.intake.rights import Rights


class RightsAsker(Protocol):
    """Somebody at a terminal."""

    def rights(self) -> tuple[str, str]:
        """Return the legal basis and the reference of the agreement."""


def add(verb: argparse.ArgumentParser) -> None:
    """Add the options to a verb."""
    verb.add_argument("--legal-basis", default="", help="on what the cases rest (asked for on a terminal)")
    verb.add_argument("--agreement", default="", help="reference of the consent form or agreement")
    verb.add_argument("--purpose", default="policy", help="what they are for (default: %(default)s)")
    verb.add_argument("--keep-until", default="", metavar="YEAR", help="last year they may be kept (default: in ten)")


def stated(args: argparse.Namespace, ask: RightsAsker | None) -> Rights | None:
    """Return the terms that the options state, or a person on a terminal; None where nobody can be asked."""
    from geodata.intake.rights import KEPT_FOR_YEARS, read_rights  # noqa: PLC0415 - keeps --help quick

    basis, agreement = args.legal_basis, args.agreement
    if not basis and ask is not None:
        basis, agreement = ask.rights()
    if not basis:
        return None
    until = args.keep_until or datetime.now(UTC).year + KEPT_FOR_YEARS
    return read_rights({"legal_basis": basis, "agreement": agreement, "purpose": args.purpose, "keep_until": until})
