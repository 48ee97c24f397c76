"""The store shows a release whole or not at all, and says in one sentence when a file was damaged."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from geodata.release.manifest import About
from geodata.release.publish import publish_public
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.values import DataProblem

DAY = date(2026, 11, 22)


def publish(store: Store, events: pd.DataFrame, dataset: str = "public-record") -> Release:
    return publish_public(
        events, {"incidents.csv": b"id\nE1\n"}, store=store, about=About(dataset, sources=("b", "a")), published=DAY
    )


def read_everything(store: Store) -> None:
    release = store.open_current("public-record")
    release.lookup(("county",))
    release.attachment("incidents.csv")
    release.attachment("report.html")


def test_what_was_published_is_read_back(store: Store, events: pd.DataFrame) -> None:
    made = publish(store, events)
    read = store.open_current("public-record")
    assert read.id == made.id == made.folder.name
    assert read.attachment("incidents.csv") == b"id\nE1\n"
    assert read.manifest.sources == ("a", "b")
    assert read.manifest.period == (2019, 2024)
    assert read.manifest.published == "2026-11-22"
    assert store.verify(read.id[:8]).id == read.id
    assert "<script" not in (read.folder / "report.html").read_text("utf-8")


def test_the_id_depends_on_content_and_not_on_when(store: Store, events: pd.DataFrame) -> None:
    first = publish(store, events)
    again = publish_public(
        events.sample(frac=1, random_state=3), {"incidents.csv": b"id\nE1\n"}, store=store,
        about=About("public-record", sources=("a", "b")), published=date(2027, 1, 1),
    )  # fmt: skip
    assert again.id == first.id
    assert again.manifest.published == "2026-11-22"
    assert len(store.releases("public-record")) == 1
    assert publish(store, events.iloc[1:]).id != first.id


def test_predecessors_are_chained_and_rolled_back_to(store: Store, events: pd.DataFrame) -> None:
    one, two = publish(store, events), publish(store, events.iloc[1:])
    assert two.manifest.predecessor == one.id
    assert [state for _, state in store.releases()] == ["earlier", "current"]
    store.rollback(one.id)
    assert store.open_current("public-record").id == one.id


def test_a_withdrawn_release_is_closed_and_stays_so(store: Store, events: pd.DataFrame) -> None:
    one, two = publish(store, events), publish(store, events.iloc[1:])
    assert store.withdraw(two.id, on=DAY, reason="a name slipped in") == one.id
    assert store.open_current("public-record").id == one.id
    with pytest.raises(DataProblem, match="withdrawn on 2026-11-22 \\(a name slipped in\\)"):
        store.open(two.id)
    with pytest.raises(DataProblem, match="withdrawn"):
        store.rollback(two.id)
    with pytest.raises(DataProblem, match="was withdrawn as release"):
        publish(store, events.iloc[1:])
    assert store.withdraw(one.id, on=DAY) is None
    with pytest.raises(DataProblem, match="no release to show"):
        store.open_current("public-record")


@pytest.mark.parametrize("name", ["cells.parquet", "incidents.csv", "report.html", "manifest.json"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_damage_is_told_in_one_sentence(store: Store, events: pd.DataFrame, name: str, harm: str) -> None:
    path = publish(store, events).folder / name
    content = bytearray(path.read_bytes())
    if harm == "remove":
        path.unlink()
    else:
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(bytes(content) if harm == "flip" else bytes(content[: len(content) // 2]))
    with pytest.raises(DataProblem, match="copy the release again"):
        store.verify(store.ledger("public-record").current or "")
    with pytest.raises(DataProblem):
        read_everything(store)


def test_a_forged_release_does_not_verify(store: Store, events: pd.DataFrame) -> None:
    """Somebody who also corrects the file hashes is still found out by the name."""
    release = publish(store, events)
    path = release.folder / "manifest.json"
    card = json.loads(path.read_bytes())
    card["title"] = "Better numbers"
    path.write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(DataProblem, match="does not match its name"):
        store.verify(release.id)


def test_leftovers_are_collected_and_never_seen(store: Store, events: pd.DataFrame) -> None:
    release = publish(store, events)
    home = release.folder.parent
    (home / ".tmp-dead").mkdir()
    (home / ".tmp-dead" / "cells.parquet").write_bytes(b"half")
    (home / ("f" * 64)).mkdir()
    assert len(store.releases()) == 1
    store.collect("public-record")
    assert sorted(path.name for path in home.iterdir()) == sorted([".lock", "CURRENT", release.id])


@pytest.mark.parametrize("name", ["../evil", "", "Upper", "a/b", "-x"])
def test_names_that_leave_the_folder_are_refused(store: Store, events: pd.DataFrame, name: str) -> None:
    with pytest.raises(DataProblem, match="cannot be the name of a dataset"):
        publish(store, events, name)


def test_attachments_cannot_replace_the_release(store: Store, events: pd.DataFrame) -> None:
    for name in ("manifest.json", "../x", "CURRENT/x"):
        with pytest.raises(DataProblem, match="cannot be the name of an attachment"):
            publish_public(events, {name: b""}, store=store, about=About("public-record"), published=DAY)


def test_ids_must_be_clear(store: Store, events: pd.DataFrame) -> None:
    publish(store, events)
    for name in ("", "abc", "zzzzzzzz"):
        with pytest.raises(DataProblem, match="matches no release"):
            store.open(name)
