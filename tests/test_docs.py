"""The papers say what is there: every verb, setting and room is written about, and nothing that is gone."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.cli import parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PAPERS = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
}
HOUSES = ("geodata", "layers", "dashboard")
MAX_LINES_OF_ARCHITECTURE = 120


def actions(verb: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the sub-commands of a parser by name; empty when it has none."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in verb._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


VERBS = actions(parser())


@dataclass(frozen=True)
class Row:
    """One row of README's command table: the words of each command in it, and its whole text."""

    commands: tuple[tuple[str, ...], ...]
    text: str

    @property
    def verbs(self) -> set[str]:
        """The verbs it is about; the bare `python app.py` has none."""
        return {words[0] for words in self.commands if words}


def command_table() -> Iterator[Row]:
    """Yield the rows; an action that stands alone belongs to the verb before it."""
    for text, cell in re.findall(r"^(\| (`python app\.py[^|]*) \|.*)$", README, re.MULTILINE):
        verb, commands = "", []
        for command in re.findall(r"`([^`]+)`", cell):
            words = command.removeprefix("python app.py").split()
            if words and words[0] in VERBS and command.startswith("python"):
                verb = words[0]
            elif words and verb in VERBS and words[0] in actions(VERBS[verb]):
                words = [verb, *words]
            commands.append(tuple(words))
        yield Row(tuple(commands), text)


def options(verb: str) -> set[str]:
    """Return every option of a verb and of its actions."""
    parsers = (VERBS[verb], *actions(VERBS[verb]).values())
    return {option for each in parsers for action in each._actions for option in action.option_strings}


def test_every_verb_is_in_the_command_table_once() -> None:
    told = [verb for row in command_table() for verb in row.verbs]
    assert set(VERBS) - set(told) == {"serve"}, "`python app.py` alone is `serve`; every other verb needs a row"
    assert set(told) <= set(VERBS), "README names a verb that is gone"
    assert len(told) == len(set(told)), "a verb has two rows"


def test_every_action_of_a_verb_is_in_the_command_table() -> None:
    told = {words[:2] for row in command_table() for words in row.commands}
    assert not [(verb, name) for verb in VERBS for name in actions(VERBS[verb]) if (verb, name) not in told]


def test_options_of_the_command_table_exist() -> None:
    for row in command_table():
        known = set().union(*map(options, row.verbs))
        assert set(re.findall(r"(?<![\w-])--[a-z-]+", row.text)) <= known, row.text


def settings_in_code() -> set[str]:
    """Return the environment variables the two settings files read."""
    text = "".join((ROOT / house / "settings.py").read_text(encoding="utf-8") for house in ("geodata", "dashboard"))
    return set(re.findall(r"\"((?:NJIA_[A-Z_]+)|HOST|PORT)\"", text))


def test_every_setting_is_in_the_table_and_none_is_gone() -> None:
    table = README.split("## Settings", 1)[1].split("\n## ", 1)[0]
    told = set(re.findall(r"`(NJIA_[A-Z_]+|HOST|PORT)`", "\n".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))))
    assert told == settings_in_code()


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_name_no_setting_that_is_gone(paper: str) -> None:
    assert set(re.findall(r"NJIA_[A-Z_]+", PAPERS[paper])) <= settings_in_code()


def rooms(house: str) -> set[str]:
    """Return the rooms of a house: its folders with Python in them."""
    return {path.name for path in (ROOT / house).iterdir() if path.is_dir() and any(path.glob("*.py"))}


@pytest.mark.parametrize("house", ["geodata", "dashboard"])
def test_every_room_is_in_architecture_and_none_is_gone(house: str) -> None:
    section = ARCHITECTURE.split(f"## {house}/", 1)[1].split("\n## ", 1)[0]
    told = set(re.findall(r"^\| `(\w+)/` \|", section, re.MULTILINE))
    assert told == rooms(house)


@pytest.mark.parametrize("paper", PAPERS)
def test_paths_in_the_papers_exist(paper: str) -> None:
    pattern = rf"`((?:{'|'.join(HOUSES)}|assets|tests)/[\w./-]*)`"
    told = [path for path in re.findall(pattern, PAPERS[paper]) if "node_modules" not in path]
    assert [path for path in told if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_modules_in_the_papers_exist(paper: str) -> None:
    told = re.findall(rf"`((?:{'|'.join(HOUSES)})(?:\.\w+)+)`", PAPERS[paper])
    lost = []
    for name in told:
        module = ROOT.joinpath(*name.split("."))
        owner = module.parent.with_suffix(".py")
        known = module.is_dir() or module.with_suffix(".py").is_file()
        known = known or (owner.is_file() and module.name in owner.read_text(encoding="utf-8"))
        lost += [] if known else [name]
    assert not lost


def test_targets_of_make_in_the_papers_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for name, text in PAPERS.items():
        assert set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE)) <= targets, name


def test_architecture_stays_short() -> None:
    lines = ARCHITECTURE.splitlines()
    assert len(lines) <= MAX_LINES_OF_ARCHITECTURE
    assert max(map(len, lines)) <= 120
