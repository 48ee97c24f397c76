"""A folder or a zip, put in place whole or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from geodata.files import fresh_folder, replace_file
from geodata.values import DataProblem

STAMP = (1980, 1, 1, 0, 0, 0)
"""Date of every file in a zip, so that the same bundle is the same bytes."""


def write(files: Mapping[str, bytes], target: Path) -> Path:
    """Write a bundle as a folder, or as one file when the name ends in .zip; return where it is.

    Raises DataProblem for a folder that is not empty, and for a place that cannot be written.
    """
    if target.suffix != ".zip" and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DataProblem(f"{target} is there already and not empty; name a new folder, or a file ending in .zip.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".zip":
            _zip(files, target)
        else:
            _folder(files, target)
    except OSError as error:
        raise DataProblem(
            f"{target} cannot be written ({error.strerror}); choose another place or free some room."
        ) from error
    return target


def _zip(files: Mapping[str, bytes], target: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in sorted(files.items()):
            pack.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)
    replace_file(target, buffer.getvalue())


def _folder(files: Mapping[str, bytes], target: Path) -> None:
    with fresh_folder(target) as made:
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if target.is_dir():
            target.rmdir()
        made.replace(target)
