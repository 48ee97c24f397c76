"""Frames: sparse, small, comparable while playing; built here from the real events."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import brotli
import pandas as pd
import pytest

from geodata.values import Empty, Form, nature_of
from layers.counties import COUNTY_ORDER
from layers.frames import COLUMNS, build_frames, scale_group
from layers.specs import Labels

EVIDENCE = Path(__file__).resolve().parents[2] / "geodata" / "data" / "evidence"
YEARS = [str(year) for year in range(2007, 2026)]


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    """Return persons, incidents and rates by year and pooled, from the shipped events (test arithmetic only)."""
    with (EVIDENCE / "counties.csv").open(encoding="utf-8") as stream:
        counties = {row["name"]: row for row in csv.DictReader(stream)}
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    with (EVIDENCE / "incidents.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            for frame in (row["date"][:4], "2007-2025"):
                cell = sums[frame, nature_of(Form(row["form"])).value, row["county"]]
                cell[0] += float(row["persons"] or 0)
                cell[1] += 1
    rows = []
    for (frame, nature, county), (persons, events) in sums.items():
        if nature == "unclear" or county not in counties or frame not in [*YEARS, "2007-2025"]:
            continue
        pcode, population = counties[county]["pcode"], float(counties[county]["population_2019"])
        rows += [
            (frame, nature, "incidents", pcode, events, None),
            (frame, nature, "persons", pcode, persons or None, None),
            (frame, nature, "rate", pcode, persons * 1e5 / population or None, None),
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_twenty_frames_two_natures_three_measures_fit_in_two_kilobytes(real: pd.DataFrame, labels: Labels):
    frames = build_frames(real, labels, frame_ids=[*YEARS, "2007-2025"])
    assert {nature: set(cells) for nature, cells in frames["cells"].items()} == {
        nature: {"incidents", "persons", "rate"} for nature in ("trafficking", "smuggling")
    }
    body = json.dumps(frames, separators=(",", ":"), ensure_ascii=False).encode()
    assert len(brotli.compress(body)) <= 2_048


def test_every_value_comes_back_at_its_county(real: pd.DataFrame, labels: Labels):
    ids = [*YEARS, "2007-2025"]
    frames = build_frames(real, labels, frame_ids=ids)
    assert len(real) > 300
    for row in real.dropna(subset="value").itertuples(index=False):
        codes, values = frames["cells"][row.nature][row.measure][ids.index(row.frame_id)]
        assert len(codes) == 47
        shown = iter(values)
        by_county = {p: next(shown) for p, c in zip(COUNTY_ORDER, codes, strict=True) if c.isdigit()}
        assert by_county[row.pcode] == pytest.approx(row.value, abs=0.005)


def test_years_share_one_scale_and_pooled_has_its_own(labels: Labels):
    rows = [("2020", 1), ("2021", 40), ("2020-2021", 41)]
    long = pd.DataFrame([(f, "smuggling", "persons", "KE001", v, None) for f, v in rows], columns=list(COLUMNS))
    frames = build_frames(long, labels, frame_ids=["2020", "2021", "2020-2021"])
    assert frames["groups"] == ["year", "year", "pooled"]
    codes = [cell[0][0] for cell in frames["cells"]["smuggling"]["persons"]]
    assert codes == ["0", "1", "0"]
    scales = frames["scales"]["smuggling"]["persons"]
    assert len(scales["year"]["labels"]) == len(scales["year"]["colours"]) == 2
    assert scales["pooled"]["labels"] == ["1–41"]
    assert scale_group("2018–2025") == "pooled"


def test_the_four_empties_stay_apart(labels: Labels):
    rows = [
        ("KE001", 0, None),
        ("KE002", None, "no_report"),
        ("KE003", None, "suppressed"),
        ("KE004", None, Empty.OUTSIDE),
        ("KE005", 9, None),
    ]
    long = pd.DataFrame([("2020", "smuggling", "persons", p, v, e) for p, v, e in rows], columns=list(COLUMNS))
    frames = build_frames(long, labels, frame_ids=["2020"], default=Empty.OUTSIDE)
    codes, values = frames["cells"]["smuggling"]["persons"][0]
    assert codes == "znso0" + "o" * 42
    assert values == [9]


def test_a_suppressed_number_never_leaves_and_never_moves_a_break(labels: Labels):
    rows = [("KE001", 7777, "suppressed"), ("KE005", 9, None)]
    long = pd.DataFrame([("2020", "smuggling", "persons", p, v, e) for p, v, e in rows], columns=list(COLUMNS))
    assert "7777" not in json.dumps(build_frames(long, labels, frame_ids=["2020"]))


def test_unknown_counties_frames_and_doubled_cells_are_refused(labels: Labels):
    row = ("2020", "smuggling", "persons", "KE001", 1, None)
    make = lambda rows: pd.DataFrame(rows, columns=list(COLUMNS))  # noqa: E731 - one line for four cases
    with pytest.raises(ValueError, match="not on the map"):
        build_frames(make([(*row[:3], "KE999", 1, None)]), labels, frame_ids=["2020"])
    with pytest.raises(ValueError, match="list of frames"):
        build_frames(make([row]), labels, frame_ids=["2021"])
    with pytest.raises(ValueError, match="two values"):
        build_frames(make([row, row]), labels, frame_ids=["2020"])
    with pytest.raises(ValueError, match="missing empty"):
        build_frames(make([row]).drop(columns="empty"), labels, frame_ids=["2020"])
