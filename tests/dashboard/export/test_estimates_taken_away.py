"""A caseload taken away: files give whole estimates, slides fives, and nothing is said twice with two numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pytest
from pptx import Presentation

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, make_brief
from dashboard.export.model import Brief, figures_of
from dashboard.i18n.catalogue import catalogue
from dashboard.settings import ASSETS
from dashboard.view.figure import filters_of
from dashboard.view.site import Site, make_site
from dashboard.view.state import from_query
from dashboard.view.trend import trend_spec
from dashboard.view.year_bars import year_bars
from dashboard.web.static import Assets
from geodata.query.estimates import FLOOR, in_fives
from geodata.query.indicators import cube
from geodata.query.world import open_world
from geodata.release import measure
from geodata.release.measurements import MeasuredTable
from geodata.settings import DataSettings
from geodata.values import Period
from geodata.vault.batch import month_number
from tests.caseloads import WISH, publish_rows, skewed


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    settings = DataSettings(home=tmp_path_factory.mktemp("taken"), vault="")
    publish_rows(settings, skewed(5_000))
    return make_site(open_world(settings), Assets(ASSETS))


def brief_of(site: Site, query: str, template: str) -> Brief:
    state, _ = from_query(f"dataset=partners&{query}", site.choices)
    return make_brief(site.world, site.choices, state, Purpose(template, (state.county,) if state.county else (), ""))


@pytest.mark.parametrize("nature", ["trafficking", "smuggling"])
@pytest.mark.parametrize("measure", ["persons", "rate"])
def test_one_figure_is_one_number(site: Site, nature: str, measure: str) -> None:
    """Of 45 shown counties four in five are no multiple of five: a table in fives beside whole figures would show."""
    whole = 0
    for pcode in ("KE001", "KE003", "KE010", "KE047"):
        brief = brief_of(site, f"nature={nature}&measure={measure}&county={pcode}", "county")
        figures = figures_of(brief)
        whole += sum(
            value % 5 != 0
            for name, value in figures.items()
            if not isinstance(value, str) and ".persons." in name and value is not None
        )
    assert whole > 10
    assert figures_of(brief_of(site, f"nature={nature}&measure={measure}", "national"))


def test_one_shown_year_is_not_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases of one year only, without noise: the release covers all its years, so year and whole are two figures."""
    monkeypatch.setattr(
        measure, "noisy", lambda spec, counts, scale: MeasuredTable(spec.dims, scale, spec.sensitivity, 0.02, counts)
    )
    months = pa.array([month_number(2022, 6)] * 900, pa.int32())
    rows = skewed(900)
    rows = rows.set_column(rows.schema.get_field_index("month"), "month", months)
    settings = DataSettings(home=tmp_path, vault="")
    release = publish_rows(settings, rows)
    assert release.manifest.period == (2017, 2026)
    site = make_site(open_world(settings), Assets(ASSETS))
    for query in ("nature=trafficking", "nature=trafficking&county=KE047", "nature=smuggling&measure=rate"):
        assert figures_of(brief_of(site, query, "county" if "county=" in query else "national"))


def test_a_release_of_one_year_has_one_total(tmp_path: Path) -> None:
    """`publish --years 2024-2024`: what the whole says, the year says too, on the page, in the years and in files."""
    settings = DataSettings(home=tmp_path, vault="")
    release = publish_rows(settings, skewed(20_000), wish=replace(WISH, years=Period(2024, 2024)))
    assert release.manifest.period == (2024, 2024)
    one_year_has_one_total(make_site(open_world(settings), Assets(ASSETS)), "")


def test_one_year_of_many_has_one_total(site: Site) -> None:
    one_year_has_one_total(site, "&from=2024&to=2024")


def one_year_has_one_total(site: Site, years: str) -> None:
    """Compare what a year's total is by itself, in the trend, as a bar, and as a figure of a file; and a county's."""
    n_shown = 0
    for pcode in ("", *site.world.names):
        query = f"nature=trafficking&measure=persons&county={pcode}{years}"
        state, _ = from_query(f"dataset=partners&{query}", site.choices)
        counted = cube(site.world, "partners", filters_of(site.world, state))
        sums = counted.totals("trafficking", of=pcode or None)
        if sums is None:
            continue
        n_shown += 1
        brief = brief_of(site, query, "county" if pcode else "national")
        ours = f"{pcode or 'counties'}.trafficking.persons.2024"
        assert figures_of(brief)[ours] == sums.persons
        assert brief.trends[0].series[0].drawn == (in_fives(sums.persons),)
        drawn = [row.value for row in trend_spec(site.world, state).rows if row.nature == "trafficking"]
        assert drawn == [in_fives(sums.persons)]
        bar = next(bar for bar in year_bars(site, state) if bar.year == 2024)
        assert bar.text == f"about {catalogue('en').number(in_fives(sums.persons))}"
    assert n_shown > 8


def test_files_are_whole_and_slides_in_fives(site: Site, tmp_path: Path) -> None:
    brief = brief_of(site, "nature=trafficking", "national")
    FORMATS["csv"].load()(brief, site.world, tmp_path / "x.zip", lambda _share: None)
    with ZipFile(tmp_path / "x.zip") as package:
        name = next(name for name in package.namelist() if "figures" in name)
        lines = list(csv.reader(io.StringIO(package.read(name).decode("utf-8-sig"))))
    text = "\n".join(",".join(line) for line in lines)
    county = next(county for county in brief.map.counties if county.value and county.value % 5)
    assert county.value is not None
    assert f"{county.figure}," in text
    assert f",{county.value}," in next(",".join(line) + "," for line in lines if county.figure in line)
    FORMATS["pptx"].load()(brief, site.world, tmp_path / "x.pptx", lambda _share: None)
    bars = [
        value
        for slide in Presentation(str(tmp_path / "x.pptx")).slides
        for shape in slide.shapes
        if shape.has_chart and len(list(shape.chart.plots[0].categories)) > 15
        for value in shape.chart.plots[0].series[0].values
    ]
    assert in_fives(county.value) in bars
    assert all(value % 5 == 0 for value in bars)


def test_the_legend_begins_at_the_floor(site: Site) -> None:
    """Every county that is shown has ten persons or more, and the first class says so."""
    for query in ("nature=trafficking&measure=persons", "nature=smuggling&measure=persons&from=2024&to=2024"):
        first = brief_of(site, query, "national").map.legend[0].label
        assert int(first.split("–")[0]) == FLOOR
