"""Our own decisions, kept as small data files beside the evidence: one line, one decision, one reason.

Files (geodata/data/rules/): leg_rules.csv, sea_lane.csv, place_counties.csv, voices.csv,
incident_overlap.csv, countries.csv, year_marks.csv, series_breaks.csv, response_reading.csv, outlets.csv,
media_houses.csv, event_redirects.csv, roles.toml. Refuses a
missing file or column, and a decision without a reason.
The evidence itself is never changed; where its meaning needs a reading, the reading stands here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.settings import DataSettings
from geodata.values import DataProblem

FILES: dict[str, tuple[str, ...]] = {
    "leg_rules": ("corridor_id", "rule", "from_seq", "to_seq", "value", "reason"),
    "sea_lane": ("seq", "lat", "lon", "reason"),
    "place_counties": ("place", "iso3", "county", "reason"),
    "voices": ("kind", "key", "voice", "reason"),
    "incident_overlap": ("county", "role", "source_id", "incident_id", "reason"),
    "countries": ("iso3", "name"),
    "year_marks": ("year", "key", "counties", "source_id"),
    "series_breaks": ("indicator", "year", "key", "reason"),
    "response_reading": ("county", "name", "reading", "reason"),
    "outlets": ("publisher", "outlet", "reason"),
    "media_houses": ("outlet", "house", "reason"),
    "event_redirects": ("old", "new", "reason"),
}


STATEMENT = "statement"
"""The kind of a line of voices.csv that names the voice of one statement: key ``source_id/county/role``."""


def folder(settings: DataSettings) -> Path:
    """Return the folder of decision files."""
    return settings.record / "rules"


def read(settings: DataSettings, name: str) -> pd.DataFrame:
    """Return one decision file as text columns plus `row` (line in the file, header = 1)."""
    path = folder(settings) / f"{name}.csv"
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataProblem(f"The rule file {path.name} is missing or unreadable; restore it from Njia.") from error
    missing = [column for column in FILES[name] if column not in table.columns]
    if missing:
        raise DataProblem(f"The rule file {path.name} lacks the column(s) {', '.join(missing)}.")
    table["row"] = range(2, len(table) + 2)
    if "reason" in FILES[name] and (table["reason"].str.strip() == "").any():
        row = int(table.loc[table["reason"].str.strip() == "", "row"].iloc[0])
        raise DataProblem(f"{path.name}, row {row}: a decision without a reason; write one.")
    return table


def role_rules(settings: DataSettings) -> dict[str, Any]:
    """Return the parsed roles.toml: one table per preset."""
    path = folder(settings) / "roles.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataProblem("The rule file roles.toml is missing or unreadable; restore it from Njia.") from error


def countries(settings: DataSettings) -> dict[str, str]:
    """Return ISO 3166-1 alpha-3 code → English short name, for the countries the evidence names."""
    table = read(settings, "countries")
    return dict(zip(table["iso3"], table["name"], strict=True))


def voices(settings: DataSettings, sources: pd.DataFrame) -> dict[str, str]:
    """Return source_id → the independent voice behind it.

    The voice is the publisher, unless voices.csv names another: a repost speaks with the voice of the
    original, a press account of an organisation's report with that organisation's voice. A line of
    voices.csv that matches nothing in `sources` raises.
    """
    table = read(settings, "voices")
    publishers = {str(line.source_id): str(line.publisher) for line in sources.itertuples()}
    aliases = {"publisher": dict[str, str](), "source": dict[str, str]()}
    known = {"publisher": set(publishers.values()), "source": set(publishers)}
    for line in table.loc[table["kind"] != STATEMENT].itertuples():
        kind, key = str(line.kind), str(line.key)
        if kind not in aliases or key not in known[kind]:
            raise DataProblem(f"voices.csv, row {line.row}: “{key}” is not a {kind} in sources.csv.")
        aliases[kind][key] = str(line.voice)
    by_source, by_publisher = aliases["source"], aliases["publisher"]
    return {key: by_source.get(key) or by_publisher.get(name) or name for key, name in publishers.items()}


def statement_voices(settings: DataSettings, keys: Collection[str]) -> dict[str, str]:
    """Return ``source_id/county/role`` → voice, for articles in which more than one voice speaks.

    One article with two voices counts as two. keys: the statements there are. A line that matches none raises.
    """
    table = read(settings, "voices")
    lines = table.loc[table["kind"] == STATEMENT]
    strange = lines.loc[~lines["key"].isin(list(keys))]
    if len(strange):
        first = strange.iloc[0]
        raise DataProblem(
            f"voices.csv, row {first['row']}: there is no statement “{first['key']}”; expected source, county and "
            "role of a line of classifications.csv, with / between them."
        )
    return dict(zip(lines["key"], lines["voice"], strict=True))
