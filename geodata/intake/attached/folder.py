"""The Parquet files of a folder, as every engine takes them: listed, never opened for writing."""

from __future__ import annotations

from pathlib import Path

from geodata.intake.attached.source import Part
from geodata.values import DataProblem


def parts_of_folder(folder: Path) -> tuple[Part, ...]:
    """Return the Parquet files below a folder, or of one file; hidden ones and those of unfinished writers are not."""
    try:
        if folder.is_file():
            return (_part(folder, folder.parent),)
        if not folder.is_dir():
            raise DataProblem(f"There is no folder {folder}; check the address.")
        files = [path for path in folder.rglob("*.parquet") if path.is_file() and not _hidden(path.relative_to(folder))]
        parts = tuple(sorted((_part(path, folder) for path in files), key=lambda part: part.name))
    except OSError as problem:
        raise DataProblem(f"The folder {folder} cannot be read: {problem.strerror or problem}.") from problem
    if not parts:
        raise DataProblem(f"The folder {folder} holds no Parquet file; expected names that end in .parquet.")
    return parts


def under(folder: Path, part: Part) -> str:
    """Return the path of a part."""
    return str((folder.parent if folder.is_file() else folder) / part.name)


def _part(path: Path, folder: Path) -> Part:
    told = path.stat()
    return Part(path.relative_to(folder).as_posix(), f"{told.st_size} {told.st_mtime_ns}")


def _hidden(path: Path) -> bool:
    return any(name.startswith((".", "_")) for name in path.parts)
