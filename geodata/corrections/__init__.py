"""Corrections: what a reader says is wrong or missing about a county, until a steward decides.

Rooms: `contracts` (closed choices; no free text about anybody) · `queue` (one small file per correction under
``NJIA_HOME/corrections/waiting``, safe under several processes) · `decide` (approve or reject, with a reason from a
closed list; ``approved.csv``) · `cli`. Nothing here is in a release, and nothing waiting is ever shown to a reader;
an approved correction is a source like any other, shown beside the evidence it contradicts and never over it.
"""

from geodata.corrections.contracts import (
    KINDS,
    NATURES,
    REPORTERS,
    WRONG,
    WRONG_OF,
    Correction,
    CorrectionRefused,
    Legal,
    read,
    split_item,
)
from geodata.corrections.decide import APPROVE_BECAUSE, APPROVED, REJECT_BECAUSE, Approved, CorrectionDesk, approved
from geodata.corrections.queue import Queue, QueueFull, folder_of

__all__ = [
    "APPROVED",
    "APPROVE_BECAUSE",
    "KINDS",
    "NATURES",
    "REJECT_BECAUSE",
    "REPORTERS",
    "WRONG",
    "WRONG_OF",
    "Approved",
    "Correction",
    "CorrectionDesk",
    "CorrectionRefused",
    "Legal",
    "Queue",
    "QueueFull",
    "approved",
    "folder_of",
    "read",
    "split_item",
]
