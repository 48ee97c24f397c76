"""An archive elsewhere gives the sums its records give when imported; nothing of it is written, copied or guessed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geodata.intake.attached.address import read_address
from geodata.intake.attached.archive import AttachedArchive
from geodata.intake.profile import Profile
from geodata.intake.run import Options, import_file
from geodata.release.manifest import About
from geodata.release.store import Store
from geodata.release.verify import verify_release
from geodata.release.workload import WORKLOAD
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault.counting import Sums, digest
from tests.caseloads import WISH, publish_alone, vault_of
from tests.geodata.intake.attached.conftest import KEY, SECRET, TODAY, Bucket, opened, records
from tests.outside import ask_for_java

TABLES = [spec.dims for spec in WORKLOAD]
ENGINES = ("duckdb", pytest.param("spark", marks=pytest.mark.spark))
ICEBERG = Path(__file__).with_name("iceberg_table")


def imported(settings: DataSettings, profile: Profile, folder: Path) -> Sums:
    """Return the sums of the same records, imported."""
    vault = vault_of(settings.home)
    for number, path in enumerate(sorted(folder.rglob("*.parquet"))):
        copy = settings.home / f"{number}.parquet"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
        import_file(copy, settings, vault, Options(dataset="same", profile=profile, today=TODAY))
    return vault.sums("same", TABLES)


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what a folder holds, and when each part of it was changed."""
    paths = [folder, *folder.rglob("*")]
    return {str(path): (told.st_size, told.st_mtime_ns, told.st_ctime_ns) for path in paths for told in [path.stat()]}


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_are_those_of_an_import_and_nothing_is_written(
    settings: DataSettings, profile: Profile, archive: Path, engine: str
) -> None:
    if engine == "spark":
        ask_for_java()
    before = state_of(archive)
    held = opened(settings, profile, str(archive), engine)
    sums = held.sums("agency", TABLES)
    release = publish_alone(held, Store(settings.releases), About("agency", title="Agency"), WISH)
    assert verify_release(Store(settings.releases), release.id).id == release.id
    assert state_of(archive) == before
    assert digest(sums) == digest(imported(settings, profile, archive))
    assert held.look(held.source.parts()).measured == int(sums[("nature",)].counts().sum()) > 2000


def test_what_cannot_be_mapped_is_counted_and_not_measured(
    settings: DataSettings, profile: Profile, archive: Path
) -> None:
    held = opened(settings, profile, str(archive)).look
    archived = opened(settings, profile, str(archive))
    looked = held(archived.source.parts())
    every = pd.concat([records(1500, 2024), records(900, 2025, first=1500)])
    near, nowhere = (int((every["kaunti"] == name).sum()) for name in ("Kwalee", "Atlantis"))
    assert looked.standing["to_confirm"] == near
    assert looked.standing["rejected"] == nowhere
    assert looked.measured == 2400 - near - nowhere
    told = {(text, cases) for _, text, cases in looked.reasons}
    assert ("it looks like Kwale but is not spelled so", near) in told
    assert any("nationality names no country" in text and cases > 500 for text, cases in told)
    assert any("sex in no list" in text for text, _ in told)
    profile.counties["Kwalee"] = "KE002"  # type: ignore[assignment] # a person decided
    assert opened(settings, profile, str(archive)).look(archived.source.parts()).measured == 2400 - nowhere


def test_a_bucket_is_read_like_a_folder(
    settings: DataSettings, profile: Profile, archive: Path, bucket: Bucket, capfd: pytest.CaptureFixture[str]
) -> None:
    held = opened(settings, profile, bucket.address)
    assert [part.name for part in held.source.parts()] == [
        f"{bucket.address}/mwaka={year}/part.parquet" for year in (2024, 2025)
    ]
    assert digest(held.sums("agency", TABLES)) == digest(opened(settings, profile, str(archive)).sums("agency", TABLES))
    assert set(bucket.asked) <= {"GET", "HEAD"}
    assert SECRET not in repr(held) + "".join(capfd.readouterr())
    assert KEY not in repr(held)


def test_a_bucket_that_cannot_be_read_says_so_in_a_sentence(
    settings: DataSettings, profile: Profile, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    refuses(opened(settings, profile, bucket.address).source.parts, "may not be read with these credentials")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    refuses(opened(settings, profile, bucket.address).source.parts, "did not answer")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    refuses(opened(settings, profile, bucket.address).source.parts, "needs credentials")


def test_an_iceberg_table_is_read(settings: DataSettings, profile: Profile) -> None:
    """The table in this folder was written by pyiceberg from the records of 2024; it may be moved."""
    held = opened(settings, profile, f"iceberg:{ICEBERG}")
    looked = held.look(held.source.parts())
    assert sum(looked.standing.values()) == 200
    assert held.source.parts()[0].name == "snapshot"
    refuses(opened(settings, profile, f"iceberg:{ICEBERG.parent}").source.parts, "no Iceberg table")


def test_new_parts_are_measured_by_themselves(settings: DataSettings, profile: Profile, archive: Path) -> None:
    held, store, about = opened(settings, profile, str(archive)), Store(settings.releases), About("agency")
    publish_alone(held, store, about, WISH)
    assert held.waiting("agency") == 0
    late = pd.concat([records(300, 2023, first=5000), records(100, 2024)])  # a hundred of them are measured already
    late.to_parquet(archive / "late.parquet", index=False)
    again = opened(settings, profile, str(archive))
    fresh = again.waiting("agency")
    assert 250 < fresh <= 300
    publish_alone(again, store, about, WISH)
    assert again.waiting("agency") == 0
    assert [entry.kind for entry in again.spending("agency")] == ["new", "done", "new", "done"]
    counted = again.sums("agency", TABLES, attempt=2)[("nature",)].counts().sum()
    assert counted == fresh


def test_measured_parts_that_changed_wait_for_a_restatement(
    settings: DataSettings, profile: Profile, archive: Path
) -> None:
    store, about = Store(settings.releases), About("agency", synthetic=True)
    first = publish_alone(opened(settings, profile, str(archive)), store, about, WISH)
    changed = archive / "mwaka=2025" / "part.parquet"
    records(800, 2025, first=1500).to_parquet(changed, index=False)
    held = opened(settings, profile, str(archive))
    refuses(publish_alone, "changed or are gone", held, store, about, WISH)
    assert store.ledger("agency").current == first.id
    changed.unlink()
    refuses(publish_alone, "changed or are gone", opened(settings, profile, str(archive)), store, about, WISH)
    restated = publish_alone(opened(settings, profile, str(archive)), store, about, replace(WISH, restate=True))
    assert restated.id != first.id


def test_an_archive_that_changes_while_it_is_measured_is_not_measured(
    settings: DataSettings, profile: Profile, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = opened(settings, profile, str(archive))
    begin = AttachedArchive.begin

    def begun(self: AttachedArchive, *given: object) -> object:
        entry = begin(self, *given)  # type: ignore[arg-type]
        os.utime(archive / "mwaka=2024" / "part.parquet", ns=(1, 1))
        return entry

    monkeypatch.setattr(AttachedArchive, "begin", begun)
    refuses(publish_alone, "changed while it was being", held, Store(settings.releases), About("agency"), WISH)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/no/such/folder", "There is no folder"),
        ("s3://user:pass@bucket/x", "carries a user, a password or a key"),
        ("s3://bucket/x?secret=pass", "carries a user, a password or a key"),
        ("https://example.org/x", "cannot be read; expected a folder"),
        ("s3://", "cannot be read; expected a folder"),
    ],
)
def test_an_address_that_is_none(settings: DataSettings, profile: Profile, address: str, told: str) -> None:
    # a lambda, as opening may refuse by itself
    sentence = refuses(lambda: opened(settings, profile, address).source.parts(), told)  # noqa: PLW0108
    assert "pass@" not in sentence
    assert "secret=" not in sentence


def test_a_folder_that_does_not_fit_the_profile(settings: DataSettings, profile: Profile, archive: Path) -> None:
    def looked(**columns: str) -> Callable[[], object]:
        held = opened(settings, Profile(columns=profile.columns | columns), str(archive))
        return lambda: held.look(held.source.parts())

    refuses(looked(simu="sex"), "two columns to one field")
    assert "‘njia’" in refuses(looked(njia="role"), "which The archive")
    refuses(looked(umri="persons"), "one row a person")
    pd.DataFrame({"ref": ["x"], "kaunti": ["Isiolo"]}).to_parquet(archive / "short.parquet")
    assert "‘short.parquet’" in refuses(looked(), "which")
    (archive / "short.parquet").write_bytes(b"PAR1 cut off")
    refuses(looked(), "is not Parquet or is cut off")
    (archive / "short.parquet").unlink()
    nested = records(20, 2022)
    nested["kaunti"] = [["Isiolo", "Marsabit"]] * 20
    nested.to_parquet(archive / "nested.parquet")
    refuses(looked(), "could not be read|one word, number or date")
    empty = archive / "empty"
    empty.mkdir()
    refuses(opened(settings, profile, str(empty)).source.parts, "holds no Parquet file")


def refuses(work: Callable[..., object], told: str, *given: object) -> str:
    """Return the sentence in which something is refused: one line that says what is expected."""
    with pytest.raises(DataProblem, match=told) as refusal:
        work(*given)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_read_address() -> None:
    assert read_address("file:///data/x").text == "/data/x"
    assert read_address("iceberg:s3://bucket/t/").text == "iceberg:s3://bucket/t"
