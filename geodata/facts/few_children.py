"""Events with fewer than five children: county, year, nature, “fewer than five children”, and nothing else.

The rule is kept in the files themselves, so that no copy of them betrays a child: a row of incidents.csv that
falls under it carries its id, county, year and nature and no other word, and no other table may speak of it.
Refuses, naming the row: such an event with anything more, an event that should be such and is not, a mark,
outcome or second report of one, a statement or response that tells the story of one to four children.
"""

from __future__ import annotations

import re

import pandas as pd

from geodata.facts import evidence
from geodata.values import Form, Nature

FEW_CHILDREN = 5
FEW = "fewer than five children"
"""What stands in `withheld` of an event that the rule covers, exactly."""

KEPT = frozenset({"id", "date", "date_precision", "county", "nature", "withheld", "row"})
"""The only columns that may hold anything."""

_CHILD = re.compile(r"\bchild(?:ren)?\b|\bminors?\b|\binfants?\b")
_CHILD_COUNT = re.compile(r"(\d+)(?: (?:fe)?male)? child(?:ren)?\b")
_EVERYONE = re.compile(r"(?:(?:fe)?male )?child(?:ren)?(?: with disabilities)?")
_STORY = re.compile(
    r"(?<![\w-])(?:an?|one|two|three|four|[1-4])\s+(?:(?:\d+-)?[a-z-]+\s+){0,2}?"
    r"(?:child(?:ren)?|girls?|boys?|bab(?:y|ies)|infants?|toddlers?|pupils?|minors?|schoolgirls?|schoolboys?)\b"
    # “a rise in child labour”, “about four child cases a week” speak of no child in particular
    r"(?!['’]s home|['’] homes?)(?![ -](?:labour|sex|traffick|domestic|cases?|abuse|marriages?|welfare|protection|"
    r"begging|services?|helpline|victims?|homes?))",
    re.IGNORECASE,
)


def children_involved(sex_age: str, form: str, persons: int | None) -> int | None:
    """Return how many children an event involves: 0 none said, n as stated, None number not known."""
    text = sex_age.lower()
    if not _CHILD.search(text):
        return persons if form == Form.CHILD_TRAFFICKING and not text else 0
    counts = [int(number) for number in _CHILD_COUNT.findall(text)]
    if counts:
        return sum(counts)
    return persons if _EVERYONE.fullmatch(text) else None


def must_withhold(sex_age: str, form: str, persons: int | None) -> bool:
    """Say whether an event falls under the rule: fewer than five children are involved.

    A number that is not known counts as few, unless the children are part of a group of five or more.
    """
    children = children_involved(sex_age, form, persons)
    if children is None:
        return persons is None or persons < FEW_CHILDREN
    return 0 < children < FEW_CHILDREN


def tells_of_few_children(text: str) -> bool:
    """Say whether a sentence tells of one to four children (“a girl from …”, “two pupils …”)."""
    return _STORY.search(text) is not None


def check_events(table: pd.DataFrame) -> None:
    """Refuse the first row of incidents.csv that breaks the rule; `table` is the file as text."""
    for line in table.to_dict("records"):
        row = int(str(line["row"]))
        if str(line["withheld"]) == FEW:
            _check_hidden({str(key): str(value) for key, value in line.items()}, row)
            continue
        persons = str(line["persons"])
        sex_age, form = str(line["sex_age"]), str(line["form"])
        if must_withhold(sex_age, form, int(persons) if persons.isdecimal() else None):
            raise evidence.complain(
                "incidents",
                row,
                f"fewer than five children are involved; keep id, county, year and nature, write “{FEW}” into "
                "withheld, and empty every other column.",
            )
        if line["nature"]:
            raise evidence.complain("incidents", row, "nature follows from the form; leave it empty.")
        many = (children_involved(sex_age, form, int(persons) if persons.isdecimal() else None) or 0) >= FEW_CHILDREN
        if FEW in str(line["withheld"]) or (tells_of_few_children(str(line["summary"])) and not many):
            raise evidence.complain(
                "incidents", row, "tells of fewer than five children but is not withheld as such; keep county and year."
            )


def _check_hidden(line: dict[str, str], row: int) -> None:
    """Refuse an event under the rule that says more than it may."""
    more = sorted(column for column, value in line.items() if column not in KEPT and value)
    if more:
        raise evidence.complain(
            "incidents",
            row,
            f"has fewer than five children and still says {', '.join(more)}; only county, year and nature may stay.",
        )
    if line["date_precision"] != "year" or not re.fullmatch(r"\d{4}", line["date"]):
        raise evidence.complain("incidents", row, "has fewer than five children; its date is a year and nothing finer.")
    if line["nature"] not in {each.value for each in Nature}:
        raise evidence.complain("incidents", row, f"nature is “{line['nature']}”; expected {', '.join(Nature)}.")


def check_companions(name: str, table: pd.DataFrame, column: str, hidden: set[str]) -> None:
    """Refuse the first row of another table that speaks of an event under the rule.

    column: where the event's id stands. hidden: ids of the events that the rule covers.
    """
    spoken = table.loc[table[column].isin(hidden)]
    if len(spoken):
        raise evidence.complain(
            name,
            int(spoken.iloc[0]["row"]),
            f"{spoken.iloc[0][column]} has fewer than five children; nothing more may be said of it, take the row out.",
        )


def check_sentences(name: str, table: pd.DataFrame, column: str) -> None:
    """Refuse the first row whose sentence tells the story of one to four children."""
    telling = table.loc[table[column].map(tells_of_few_children)]
    if len(telling):
        raise evidence.complain(
            name,
            int(telling.iloc[0]["row"]),
            "tells of fewer than five children; say what holds for the county, or take the row out.",
        )
