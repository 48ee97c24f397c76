"""What an archive holds, in one file: ``ledger.json``. Replacing it is the commit of every change.

It names the folders that hold batches and the runs of the index of cases; a folder it does not name is a leftover.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata import files
from geodata.values import DataProblem
from geodata.vault import statements as sql
from geodata.vault.batch import BatchInfo
from geodata.vault.case_index import Run

NAME = "ledger.json"
LAYOUT = 4
"""Layout of an archive; written into its ledger, checked whenever it is read."""
BEFORE_TERMS = 3
"""The layout before a batch carried its terms: read as it is, written anew with the next change."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What ``ledger.json`` holds.

    folders: batch → its folder. words: batch → word → number.
    serials: batch → number of the import that filled it; a replaced batch gets a new one.
    runs: dataset → the index of its cases, oldest run first.
    departed: dataset → serial of an import that is gone → attempt that had measured it.
    spending: dataset → lines of its privacy ledger.
    """

    next_batch: int = 1
    next_serial: int = 1
    words: dict[int, dict[str, int]] = field(default_factory=dict)
    batches: tuple[BatchInfo, ...] = ()
    folders: dict[int, str] = field(default_factory=dict)
    serials: dict[int, int] = field(default_factory=dict)
    runs: dict[str, tuple[Run, ...]] = field(default_factory=dict)
    departed: dict[str, dict[int, int]] = field(default_factory=dict)
    spending: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def known(self) -> dict[str, int]:
        """Return every word and its number."""
        return {word: number for used in self.words.values() for word, number in used.items()}

    def members(self, dataset: str) -> list[BatchInfo]:
        """Return the batches of one dataset."""
        return [line for line in self.batches if line.meta.dataset == dataset]

    def batch_of(self, dataset: str) -> dict[int, int]:
        """Return serial → batch of the imports of a dataset that stand."""
        return {self.serials[line.batch_id]: line.batch_id for line in self.members(dataset)}

    def attempt_of(self, dataset: str) -> dict[int, int]:
        """Return serial → attempt that measured it, of imports that stand and of those that are gone."""
        standing = {self.serials[line.batch_id]: line.measured for line in self.members(dataset) if line.measured}
        return {**self.departed.get(dataset, {}), **standing}

    def named(self) -> set[str]:
        """Return every folder the ledger names."""
        return {*self.folders.values(), *(run.folder for runs in self.runs.values() for run in runs)}


def read_ledger(root: Path) -> Ledger:
    """Return what the archive in a folder holds, nothing when there is none yet; raises `DataProblem`."""
    try:
        told = json.loads((root / NAME).read_text("utf-8"))
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValueError) as problem:
        raise DataProblem(f"The ledger of the archive {root} cannot be read: {problem}") from problem
    if told.get("schema_version") not in (LAYOUT, BEFORE_TERMS):
        raise DataProblem(
            f"The archive {root} has layout {told.get('schema_version')}, this Njia reads layout {LAYOUT}; "
            "use the version of Njia that made it.",
        )
    batches = told["batches"]
    if told["schema_version"] == BEFORE_TERMS:
        batches = [{**line, "line": [*line["line"], ""]} for line in batches]
    return Ledger(
        next_batch=told["next_batch"],
        next_serial=told["next_serial"],
        words={line["line"][0]: line["words"] for line in batches},
        batches=tuple(sql.ledger_line(line["line"]) for line in batches),
        folders={line["line"][0]: line["folder"] for line in batches},
        serials={line["line"][0]: line["serial"] for line in batches},
        runs={name: tuple(Run(*run) for run in runs) for name, runs in told["runs"].items()},
        departed={name: {int(serial): attempt for serial, attempt in gone.items()}
                  for name, gone in told["departed"].items()},
        spending={name: tuple(lines) for name, lines in told["spending"].items()},
    )  # fmt: skip


def write_ledger(root: Path, ledger: Ledger) -> None:
    """Replace the ledger in one step."""
    told: dict[str, Any] = {
        "schema_version": LAYOUT,
        "next_batch": ledger.next_batch,
        "next_serial": ledger.next_serial,
        "spending": ledger.spending,
        "departed": ledger.departed,
        "runs": {name: [[run.folder, run.rows] for run in runs] for name, runs in ledger.runs.items()},
        "batches": [
            {
                "line": sql.ledger_values(line),
                "folder": ledger.folders[line.batch_id],
                "serial": ledger.serials[line.batch_id],
                "words": ledger.words[line.batch_id],
            }
            for line in ledger.batches
        ],
    }
    files.replace_file(root / NAME, json.dumps(told, ensure_ascii=False).encode())
