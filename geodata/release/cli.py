"""Verbs of releases: publish, approve, budget, releases, withdraw, rollback, verify."""

from __future__ import annotations

import argparse
import getpass
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from geodata.release.audience import PARTNERS, READERS, readers_of, set_readers
from geodata.release.publication import BUDGET, DATASET, EPSILON, about_of, today
from geodata.settings import DataSettings, from_environment
from geodata.values import DataProblem, Period

if TYPE_CHECKING:
    from geodata.release.approve import Wish
    from geodata.release.prepared import PreparedInfo
    from geodata.release.reader import Release
    from geodata.release.store import Store

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so

LONGEST_PERIOD = 30


def register(verbs: Verbs) -> None:
    """Add the verbs."""
    _register_publish(verbs)
    verb = verbs.add_parser("approve", help="make a prepared release visible, as a second person")
    verb.add_argument("id", help="the first six or more characters of its id")
    verb.add_argument("--dataset", default=DATASET, help="which caseload (default: %(default)s)")
    verb.add_argument("--by", default="", metavar="NAME", help="who approves (default: this computer's user)")
    verb.add_argument("--alone", action="store_true", help="the person who prepared it approves; the report says so")
    verb.add_argument("--why", default="", help="reason, kept in the log")
    verb.set_defaults(run=approve)
    verb = verbs.add_parser(
        "budget", help="say what a caseload's releases have cost and what is left; looks at no case"
    )
    verb.add_argument("--dataset", default=DATASET, help="which caseload (default: %(default)s)")
    verb.add_argument("--epsilon", type=float, default=EPSILON, help="cost of a release to reckon with")
    verb.add_argument("--budget", type=float, default=BUDGET, help="budget to reckon with (default: %(default)s)")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=budget)
    verb = verbs.add_parser(
        "readers", help="say who may read a dataset: everybody, partners only, or nobody but the desk"
    )
    verb.add_argument("dataset", help="which caseload")
    verb.add_argument("who", nargs="?", choices=READERS, help="without it, what holds now is printed")
    verb.set_defaults(run=readers)
    verb = verbs.add_parser("releases", help="list releases, oldest first")
    verb.add_argument("--dataset", help="only this dataset")
    verb.add_argument("--json", action="store_true", help="print one JSON array")
    verb.set_defaults(run=releases)
    verb = verbs.add_parser("withdraw", help="take a release out of sight for good")
    verb.add_argument("id", help="the first six or more characters of its id")
    verb.add_argument("--reason", default="", help="kept beside the id")
    verb.set_defaults(run=withdraw)
    verb = verbs.add_parser("rollback", help="make an earlier release current again")
    verb.add_argument("id", help="the first six or more characters of its id")
    verb.set_defaults(run=rollback)
    verb = verbs.add_parser("verify", help="hash every file of a release again, and build it again")
    verb.add_argument("id", help="the first six or more characters of its id")
    verb.set_defaults(run=verify)


def _register_publish(verbs: Verbs) -> None:
    verb = verbs.add_parser("publish", help="measure the vault's new cases and prepare a protected release")
    verb.add_argument("--dataset", default=DATASET, help="which caseload (default: %(default)s)")
    verb.add_argument("--title", default="", help="name of the caseload for readers (default: as before)")
    verb.add_argument("--by", default="", metavar="NAME", help="who prepares it (default: this computer's user)")
    verb.add_argument("--alone", action="store_true", help="approve it too: an organisation of one; the report says so")
    verb.add_argument(
        "--restate", action="store_true", help="measure every case again; costs as much as a first release"
    )
    verb.add_argument("--epsilon", type=float, default=EPSILON, help="cost of a measurement (default: %(default)s)")
    verb.add_argument("--budget", type=float, default=BUDGET, help="what the dataset may spend (default: %(default)s)")
    verb.add_argument("--readers", choices=READERS, help="who may read the dataset (default: as before, or everybody)")
    verb.add_argument("--years", metavar="FIRST-LAST", help="years to tell apart (default: the last ten)")
    verb.add_argument("--why", default="", help="why a release of few new cases, or a larger budget, cannot wait")
    verb.add_argument("--internal", action="store_true", help="exact figures for the desk of those who hold the cases")
    verb.add_argument(
        "--dry-run", action="store_true", help="say what it would cost and how exact it would be, no more"
    )
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=publish)


def publish(args: argparse.Namespace) -> int:
    """Prepare a release of a caseload; with --alone show it at once, with --dry-run say what it would cost."""
    from geodata.intake.attached import vault_for  # noqa: PLC0415 - only publishing opens the vault
    from geodata.release import approve as approving  # noqa: PLC0415 - heavy

    settings = from_environment()
    if args.internal:
        return _publish_internal(settings, args)
    if args.dry_run:
        return budget(args)
    about, wish = about_of(settings, args.dataset, args.title), _wish(args)
    store, vault = _store(settings), vault_for(settings, about.dataset)
    if args.readers:
        set_readers(settings.releases, about.dataset, args.readers)  # before anything of it can be seen
    info = approving.prepare(vault, store, about, wish)
    release = None
    if info.published:
        release = store.rollback(info.id)
    elif args.alone:
        release = approving.approve(store, info.dataset, info.id, by=wish.by, on=wish.on, alone=True, why=wish.why)
    if args.json:
        folder = None if release is None else str(release.folder)
        print(json.dumps({"id": info.id, "folder": folder, "visible": release is not None}, indent=1))
        return 0
    print("\n".join([*_sentences(store, info, release), _where(release) if release else _waits(info)]))
    return 0


def _sentences(store: Store, info: PreparedInfo, release: Release | None) -> list[str]:
    from geodata.release.prepared import read  # noqa: PLC0415 - heavy
    from geodata.release.report import sentences  # noqa: PLC0415

    first = ["Nothing is new: this is the release that is shown already."] if info.published else []
    return [*first, *sentences(release.manifest if release else read(store, info).manifest)]


def _publish_internal(settings: DataSettings, args: argparse.Namespace) -> int:
    """Build the exact release that only the steward's desk shows."""
    from geodata.intake.attached import vault_for  # noqa: PLC0415
    from geodata.release.internal import publish_internal  # noqa: PLC0415 - heavy

    folder = publish_internal(vault_for(settings, args.dataset), settings, args.dataset, today(), _years(args.years))
    print(f"Internal, not for sharing: exact figures of '{args.dataset}' are in {folder}.")
    print("Only the steward's desk shows them (python app.py steward); the site refuses them.")
    return 0


def _wish(args: argparse.Namespace) -> Wish:
    from geodata.release.approve import Wish  # noqa: PLC0415 - heavy

    moment = datetime.now(UTC).isoformat(timespec="seconds")
    return Wish(
        by=args.by or _user(), on=today(), at=moment, restate=args.restate, epsilon=args.epsilon,
        budget=_budget(args.budget, args.why), years=_years(args.years), why=args.why,
    )  # fmt: skip


def _budget(budget: float, why: str) -> float:
    """Refuse a larger budget without a reason."""
    if budget > BUDGET and not why.strip():
        raise DataProblem(f"A budget above {BUDGET:g} needs a reason that both people read: give --why.")
    return budget


def _years(text: str | None) -> Period | None:
    if not text:
        return None
    span = re.fullmatch(r"(\d{4})\s*[-–]\s*(\d{4})", text)
    if span is None or int(span[2]) < int(span[1]) or int(span[2]) - int(span[1]) >= LONGEST_PERIOD:
        raise DataProblem(
            f"'{text}' is no period of at most {LONGEST_PERIOD} years; expected two years such as 2019-2025."
        )
    return Period(int(span[1]), int(span[2]))


def _user() -> str:
    """Return the name of this computer's user, "somebody" where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def approve(args: argparse.Namespace) -> int:
    """Make a prepared release visible."""
    from geodata.release.approve import approve as make_visible  # noqa: PLC0415 - heavy

    by = args.by or _user()
    release = make_visible(
        _store(from_environment()), args.dataset, args.id, by=by, on=today(), alone=args.alone, why=args.why
    )
    print(_where(release))
    return 0


def budget(args: argparse.Namespace) -> int:
    """Say what was spent, what is left, and how exact a release would be."""
    from geodata.intake.attached import vault_for  # noqa: PLC0415
    from geodata.release.approve import budget_of  # noqa: PLC0415 - heavy
    from geodata.release.expected import expected_errors  # noqa: PLC0415

    told = budget_of(vault_for(from_environment(), args.dataset), args.dataset, args.budget, args.epsilon)
    errors = expected_errors(args.epsilon)
    if args.json:
        print(json.dumps({**told, "expected_error": {" x ".join(dims): error for dims, error in errors}}, indent=1))
        return 0
    spent, budget = told["spent_epsilon"], told["budget_epsilon"]
    print(f"Dataset '{args.dataset}': ε {spent:.2f} of {budget:g} is spent (δ = 10⁻⁶).")
    print(f"A measurement costs ε {told['cost_epsilon']:g}. New cases pay for themselves: each case is measured once.")
    print(f"All cases can be measured again {told['restatements_left']:.0f} times (--restate).")
    print("Expected error of a figure after the first release, in persons:")
    for dims, error in errors:
        print(f"  {' × '.join(dims):48} ± {error:.1f}")
    return 0


def readers(args: argparse.Namespace) -> int:
    """Say, or set, who may read a dataset."""
    root = from_environment().releases
    if args.who:
        _store(from_environment()).ledger(args.dataset)  # refuses what cannot be the name of a dataset
        set_readers(root, args.dataset, args.who)
    print(f"Readers of dataset '{args.dataset}': {readers_of(root, args.dataset)}.")
    if args.who == PARTNERS:
        print("What was public before may have been copied. The site shows it to requests with NJIA_PARTNER_HEADER.")
    return 0


def releases(args: argparse.Namespace) -> int:
    """List releases."""
    rows = [
        {"id": card.id, "dataset": card.dataset, "policy": card.policy, "published": card.published, "state": state}
        for card, state in _store(from_environment()).releases(args.dataset)
    ]
    if args.json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        print(f"{row['id'][:12]}  {row['published']}  {row['dataset']}  {row['policy']}  {row['state']}")
    if not rows:
        print("No releases yet; the command 'publish' makes one.")
    return 0


def withdraw(args: argparse.Namespace) -> int:
    """Withdraw a release."""
    current = _store(from_environment()).withdraw(args.id, on=today(), reason=args.reason)
    print(f"Withdrawn. Now current: {current[:12] if current else 'nothing'}.")
    return 0


def rollback(args: argparse.Namespace) -> int:
    """Make an earlier release current."""
    print(_where(_store(from_environment()).rollback(args.id)))
    return 0


def verify(args: argparse.Namespace) -> int:
    """Verify a release."""
    from geodata.release.verify import verify_release  # noqa: PLC0415 - heavy

    card = verify_release(_store(from_environment()), args.id)
    print(f"Release {card.id[:12]} is complete and unchanged ({len(card.files)} files).")
    return 0


def _store(settings: DataSettings) -> Store:
    from geodata.release.store import Store  # noqa: PLC0415 - pandas and pyarrow only when a verb runs

    return Store(settings.releases)


def _waits(info: PreparedInfo) -> str:
    return (
        f"Prepared by {info.by}: {info.id[:12]}. Nobody can see it yet; another person approves it with\n"
        f"  python app.py approve {info.id[:12]} --dataset {info.dataset} --by NAME"
    )


def _where(release: Release) -> str:
    return f"Current release of {release.manifest.dataset}: {release.id[:12]}, in {release.folder}."
