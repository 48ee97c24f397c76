"""Verbs of releases: publish, releases, withdraw, rollback, verify. The only place with a calendar."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from geodata.settings import DataSettings, from_environment
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.release.publish import Prepared
    from geodata.release.reader import Release
    from geodata.release.store import Store

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so

DATASET = "caseload"
LONGEST_TITLE = 80
_TITLES = {DATASET: "Reported cases", "demo": "Invented cases"}
"""What readers see for names that were not chosen by anybody."""


def register(verbs: Verbs) -> None:
    """Add the verbs."""
    verb = verbs.add_parser("publish", help="turn the vault's cases into a protected release")
    verb.add_argument("--dataset", default=DATASET, help="which caseload (default: %(default)s)")
    verb.add_argument("--title", default="", help="name of the caseload for readers (default: as before)")
    verb.add_argument("--k", type=int, default=10, help="size of a published group, 10 or more")
    verb.add_argument("--two-sources", action="store_true", help="show a cell only if two organisations reported it")
    verb.add_argument("--closed-through", type=int, metavar="YEAR", help="freeze periods that end in YEAR or before")
    verb.add_argument("--dry-run", action="store_true", help="do everything except making it visible")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=publish)
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
    verb = verbs.add_parser("verify", help="hash every file of a release again")
    verb.add_argument("id", help="the first six or more characters of its id")
    verb.set_defaults(run=verify)


def publish(args: argparse.Namespace) -> int:
    """Publish a caseload, or with --dry-run say what would be published."""
    from geodata.release.protected import Rules  # noqa: PLC0415 - heavy
    from geodata.release.report import sentences  # noqa: PLC0415

    settings = from_environment()
    rules = Rules(k=args.k, two_sources=args.two_sources, closed_through=args.closed_through)
    store = _store(settings)
    prepared = prepare(settings, args.dataset, rules, title=args.title)
    release = None if args.dry_run else prepared.publish(store, today())
    if args.json:
        print(json.dumps(_told(prepared, release), ensure_ascii=False, indent=1))
        return 0
    print("\n".join(sentences(prepared.manifest)))
    print(f"Dry run: nothing was published (id {prepared.id[:12]})." if release is None else _where(release))
    return 0


def prepare(settings: DataSettings, dataset: str, rules: Any = None, *, title: str = "") -> Prepared:
    """Build and evaluate a release of a dataset in the vault; raises DataProblem when there is a fault.

    title: what readers see it called; "" for the one of the release before (`title_of`).
    """
    from geodata.release.manifest import About  # noqa: PLC0415 - heavy
    from geodata.release.publish import prepare_protected  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415 - only publishing opens the vault

    vault = open_vault(settings)
    synthetic = any(batch.meta.synthetic for batch in vault.batches(dataset))
    about = About(dataset, title=checked_title(title) or title_of(settings, dataset), synthetic=synthetic)
    return prepare_protected(vault.base_cells(dataset), store=_store(settings), about=about, rules=rules)


def title_of(settings: DataSettings, dataset: str) -> str:
    """Return what readers see a caseload called: as in its current release, else words made from its name."""
    store = _store(settings)
    if settings.releases.is_dir() and store.ledger(dataset).current:
        before = store.open_current(dataset).manifest.title
        if before and before != dataset:
            return before
    words = dataset.replace("-", " ").replace("_", " ").strip()
    return _TITLES.get(dataset) or words[:1].upper() + words[1:]


def checked_title(title: str) -> str:
    """Return a title in one line; refuse one that is too long or carries a person's data. It is public."""
    from geodata.intake import privacy  # noqa: PLC0415 - only publishing needs it

    words = " ".join(title.split())
    if len(words) > LONGEST_TITLE:
        raise DataProblem(
            f"The title has {len(words)} letters; readers see it on every page: use {LONGEST_TITLE} at most."
        )
    kind = privacy.kind_of_value(words)
    if kind in (privacy.PHONE, privacy.EMAIL, privacy.ID_NUMBER, privacy.GPS):
        raise DataProblem(
            f"The title holds what looks like {privacy.LABELS[kind]}; everybody will read it: name the caseload only."
        )
    return words


def releases(args: argparse.Namespace) -> int:
    """List releases."""
    found = [
        {"id": card.id, "dataset": card.dataset, "policy": card.policy, "published": card.published, "state": state}
        for card, state in _store(from_environment()).releases(args.dataset)
    ]
    if args.json:
        print(json.dumps(found, indent=1))
        return 0
    for row in found:
        print(f"{row['id'][:12]}  {row['published']}  {row['dataset']}  {row['policy']}  {row['state']}")
    if not found:
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
    card = _store(from_environment()).verify(args.id)
    print(f"Release {card.id[:12]} is complete and unchanged ({len(card.files)} files).")
    return 0


def today() -> date:
    """Return the day that is written on a release."""
    return datetime.now(UTC).date()


def _store(settings: DataSettings) -> Store:
    from geodata.release.store import Store  # noqa: PLC0415 - pandas and pyarrow only when a verb runs

    return Store(settings.releases)


def _told(prepared: Prepared, release: Release | None) -> dict[str, Any]:
    folder = None if release is None else str(release.folder)
    return {"id": prepared.id, "folder": folder, "visible": release is not None, "audit": dict(prepared.manifest.audit)}


def _where(release: Release) -> str:
    return f"Current release of {release.manifest.dataset}: {release.id[:12]}, in {release.folder}."
