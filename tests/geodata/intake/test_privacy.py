"""Private data in 5,000 messy rows: found, counted, and nowhere in what an import leaves behind."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from geodata.intake import privacy
from geodata.intake.cli import as_json, summary
from geodata.intake.keys import case_key
from geodata.intake.run import Options, import_file
from geodata.settings import DataSettings
from geodata.values import DataProblem

N_ROWS = 5000
GIVEN = ("Jane", "John", "Amina", "Peter", "Halima", "Grace", "Abdi", "Mercy", "Brian", "Fatuma", "Tesfaye", "Akinyi")
FAMILY = ("Wanjiku", "Otieno", "Hassan", "Kiprono", "Mutua", "Barasa", "Njoroge", "Chebet", "Haile", "Ouma", "Mwangi")
COUNTIES = ("Isiolo", "Nairobi", "KWALE COUNTY", "Busia", "Turkana", "Garissa ", "mombasa", "KE025", "33")


def _name(rng: random.Random) -> str:
    # A made-up ending makes every name findable.
    return f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}{'aeiou'[rng.randrange(5)]}nq{chr(97 + rng.randrange(26))}"


def _phone(rng: random.Random) -> str:
    tail = f"{rng.randrange(10**8):08d}"
    return rng.choice((f"07{tail}", f"+2547{tail}", f"+254 7{tail[:2]} {tail[2:5]} {tail[5:]}", f"01{tail}",
                       f"+251 91 {tail[:3]} {tail[3:7]}", f"00256 7{tail[:2]} {tail[2:]}"))  # fmt: skip


def _seeds(rng: random.Random) -> dict[str, str]:
    number = rng.randrange(10**8)
    return {
        privacy.NAME: _name(rng),
        privacy.PHONE: _phone(rng),
        privacy.EMAIL: f"{rng.choice(GIVEN).lower()}.{number}@mail{rng.randrange(99)}.co.ke",
        privacy.ID_NUMBER: rng.choice((f"{20_000_000 + rng.randrange(19_999_999)}", f"AK{number % 10**7:07d}")),
        privacy.GPS: f"{rng.uniform(-4, 4):.6f} {rng.uniform(34, 41):.6f} 0 5",
        privacy.FREE_TEXT: f"The girl was taken from her aunt, beaten {number % 997} times and told not to speak of it",
    }


def _corpus() -> tuple[str, list[dict[str, str]]]:
    """Return a messy CSV and the seeds of each row; the columns' headings do not always tell what they hold."""
    rng = random.Random(20261122)
    out = io.StringIO()
    headings = ["Ref no", "Victim", "County", "When", "sex", "Contact details", "Col7", "Doc", "Where exactly",
                "What happened", "Reporting Agency", "Relationship to recruiter", "Form of exploitation"]  # fmt: skip
    writer = csv.writer(out)
    writer.writerow(headings)
    seeds = []
    for number in range(N_ROWS):
        seed = _seeds(rng)
        slipped = rng.random()
        county = rng.choice(COUNTIES)
        agency, relation = rng.choice(("HAART", "IOM", "DCI")), rng.choice(("friend", "aunt", ""))
        if slipped < 0.02:  # cells slip into the wrong columns
            county = seed[privacy.PHONE]
        elif slipped < 0.04:
            agency = seed[privacy.NAME]
        elif slipped < 0.06:
            relation = seed[privacy.PHONE]
        elif slipped < 0.07:
            agency = seed[privacy.EMAIL]
        writer.writerow([
            f"REF/{number}", seed[privacy.NAME], county, f"{rng.randrange(1, 28):02d}/{rng.randrange(1, 12):02d}/2024",
            rng.choice("FM"), seed[privacy.PHONE], seed[privacy.EMAIL], seed[privacy.ID_NUMBER], seed[privacy.GPS],
            seed[privacy.FREE_TEXT], agency, relation, rng.choice(("Forced labour", "begging")),
        ])  # fmt: skip
        seeds.append(seed)
    return out.getvalue(), seeds


@pytest.fixture(scope="module")
def corpus() -> tuple[str, list[dict[str, str]]]:
    return _corpus()


def test_each_kind_is_recognised_by_its_cells_alone(corpus: tuple[str, list[dict[str, str]]]) -> None:
    _, seeds = corpus
    for kind in seeds[0]:
        found = sum(bool(privacy.kind_of_value(seed[kind])) for seed in seeds)
        assert found / len(seeds) >= 0.95, kind


def test_private_data_is_counted_and_left_out_of_everything(
    corpus: tuple[str, list[dict[str, str]]], tmp_path: Path, settings: DataSettings, vault: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    text, seeds = corpus
    path = tmp_path / "messy.csv"
    path.write_text(text, encoding="utf-8")
    imported = import_file(path, settings, vault, Options())
    quarantined = sum(cells for kind, (cells, _) in imported.outcome.dropped.items() if kind)
    assert quarantined >= 0.95 * 6 * N_ROWS
    for kind in seeds[0]:
        assert imported.outcome.dropped[kind][0] >= 0.95 * N_ROWS, kind

    ((_, rows),) = vault.held.values()
    left = [rows.to_pandas().to_csv(), str(imported.outcome.notes), summary(imported)]
    left.append(json.dumps(as_json([(path, imported)], [], Options())))
    left += [file.read_text(encoding="utf-8") for file in (settings.home / "reports").iterdir()]
    left += list(capsys.readouterr())
    leavings = "\n".join(left).casefold()
    assert len(leavings) > 100_000
    leaked = [(kind, value) for seed in seeds[::25] for kind, value in seed.items() if value.casefold() in leavings]
    assert leaked == []
    words = set(re.findall(r"[\w.@+-]+", leavings))
    telling = {word for seed in seeds for word in (
        seed[privacy.NAME].split()[-1], seed[privacy.EMAIL], seed[privacy.ID_NUMBER], seed[privacy.GPS].split()[0],
        seed[privacy.PHONE].replace(" ", ""), seed[privacy.FREE_TEXT].split()[-3],
    )}  # fmt: skip
    assert words & {word.casefold() for word in telling} == set()


def test_a_file_without_headings_does_not_leak_its_first_row(
    tmp_path: Path, settings: DataSettings, vault: Any
) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("Jane Wanjiku,0712345678,Somewhere\nJohn Otieno,0722000111,Elsewhere\n", encoding="utf-8")
    with pytest.raises(DataProblem) as refusal:
        import_file(path, settings, vault, Options())
    assert "Wanjiku" not in str(refusal.value)
    assert "0712345678" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    ["Forced labour", "Isiolo County", "IOM", "2024-03-01", "2024-03-01T10:00:00.000+03:00", "KE011", "HAART Kenya",
     "Sexual exploitation; Forced begging", "female", "15", "45352", "International Organization for Migration"],
)  # fmt: skip
def test_ordinary_cells_are_not_taken_for_private(text: str) -> None:
    assert privacy.kind_of_value(text) == ""


def test_case_numbers_are_keyed_per_machine(tmp_path: Path) -> None:
    one = DataSettings(home=tmp_path / "one", vault="")
    two = DataSettings(home=tmp_path / "two", vault="")
    assert case_key(one).mark("A-1") == case_key(one).mark("A-1")
    assert case_key(one).mark("A-1") != case_key(two).mark("A-1")
    assert len(case_key(one).mark("A-1")) == 32
    assert stat.S_IMODE((tmp_path / "one" / "case-ids.key").stat().st_mode) == 0o600
    assert "A-1" not in repr(vars(case_key(one)))


def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path) -> None:
    settings = DataSettings(home=tmp_path, vault="")
    case_key(settings)
    (tmp_path / "case-ids.key").write_bytes(b"short")
    with pytest.raises(DataProblem, match="damaged"):
        case_key(settings)
    assert (tmp_path / "case-ids.key").read_bytes() == b"short"
