"""A copy of the shipped public record with newer releases on top: one event added, one corrected, one taken out."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from geodata.build.locations import PUBLIC, public_store
from geodata.facts.public_record import DIMENSIONS
from geodata.release.manifest import About
from geodata.release.publish import publish_public
from geodata.release.reader import Release
from geodata.settings import SHIPPED, DataSettings
from tests.caseloads import publish_rows, skewed, vault_of

LATER = date(2026, 12, 1)


def copy_of_shipped(folder: Path) -> DataSettings:
    """Return settings over a copy of everything shipped: links, except for the releases, which are copied."""
    shipped = folder / "shipped"
    shipped.mkdir(parents=True)
    for path in SHIPPED.iterdir():
        if path.name == "releases":
            shutil.copytree(path, shipped / "releases")
        else:
            (shipped / path.name).symlink_to(path)
    return DataSettings(home=folder / "home", vault="", shipped=shipped)


def events_of(release: Release) -> pd.DataFrame:
    text = release.attachment("incidents.csv")
    return pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)


def publish_newer(settings: DataSettings, edit: Callable[[pd.DataFrame], pd.DataFrame], on: date = LATER) -> Release:
    """Publish the public record again after an edit of its events."""
    store = public_store(settings)
    current = store.open_current(PUBLIC)
    events = edit(events_of(current))
    records = events[["id", *DIMENSIONS, "persons"]].copy()
    records["year"] = records["year"].astype("int64")
    records["persons"] = pd.to_numeric(records["persons"]).astype("Int64")
    files = {
        "incidents.csv": events.to_csv(index=False, lineterminator="\n").encode(),
        "sources.csv": current.attachment("sources.csv"),
    }
    card = current.manifest
    about = About(PUBLIC, title=card.title, sources=card.sources, coverage={**card.coverage, "events": len(events)})
    return publish_public(records, files, store=store, about=about, published=on)


def three_edits(events: pd.DataFrame) -> pd.DataFrame:
    """Add an event in Isiolo, change a number in Marsabit, take one out of Nairobi."""
    events = events.copy()
    new = events.loc[events["county"] == "KE011"].iloc[[0]].assign(id="INC-9001", persons="5")
    marsabit = events.index[(events["county"] == "KE010") & (events["persons"] != "")][0]
    events.loc[marsabit, "persons"] = str(int(float(events.loc[marsabit, "persons"])) + 7)
    nairobi = events.index[events["county"] == "KE047"][0]
    return pd.concat([events.drop(index=nairobi), new], ignore_index=True)


def publish_caseload(settings: DataSettings, records: int) -> Release:
    """Publish a protected release of invented cases; called again with more records, the further ones are new."""
    held = sum(batch.rows for batch in vault_of(settings.home).batches("partners"))
    return publish_rows(settings, skewed(records - held, seed=7, start=held), file=f"upto-{records}")
