"""The terms on which cases are given, as options of a command: the same for a file and for an archive elsewhere."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.intake.rights import Rights

_WITHOUT_TERMS = (
    "Nothing was stored: say on what terms these cases were given (Kenya Data Protection Act 2019). Add --legal-basis "
    "(published, consent, agreement, legal_obligation, public_task, legitimate_interest or research), --agreement with "
    "its reference where it is consent or an agreement, --purpose and --keep-until; or --terms FILE with the same in "
    'JSON: {"legal_basis": "agreement", "agreement": "MoU 12/2026", "purpose": "policy", "keep_until": 2036}.'
)


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
    verb.add_argument(
        "--terms", type=Path, metavar="JSON", help="file with legal_basis, agreement, purpose and keep_until instead"
    )


def stated(args: argparse.Namespace, ask: RightsAsker | None) -> Rights | None:
    """Return the terms that a file, the options or a person on a terminal state; None where nobody can be asked."""
    from geodata.intake.rights import KEPT_FOR_YEARS, read_rights  # noqa: PLC0415 - keeps --help quick

    if args.terms:
        return read_rights(_terms_file(args.terms))
    basis, agreement = args.legal_basis, args.agreement
    if not basis and ask is not None:
        basis, agreement = ask.rights()
    if not basis:
        return None
    until = args.keep_until or datetime.now(UTC).year + KEPT_FOR_YEARS
    return read_rights({"legal_basis": basis, "agreement": agreement, "purpose": args.purpose, "keep_until": until})


def required(args: argparse.Namespace, ask: RightsAsker | None) -> Rights:
    """Return the terms as `stated` does; raise DataProblem, with the way out, when nobody states any."""
    rights = stated(args, ask)
    if rights is None:
        raise DataProblem(_WITHOUT_TERMS)
    return rights


def _terms_file(path: Path) -> dict[str, object]:
    """Return what a file of terms states; raise DataProblem when it is not one."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise DataProblem(f"The terms in ‘{path.name}’ cannot be read: {problem}.") from problem
    if not isinstance(told, dict):
        name = path.name
        raise DataProblem(f"The terms in ‘{name}’ must be one object with legal_basis, purpose and keep_until.")
    return told
