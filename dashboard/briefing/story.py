"""A story: title and steps, read from YAML and checked; every problem is one sentence that names file and step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from geodata.values import DataProblem

STORIES = Path(__file__).parent / "stories"
MAX_BYTES, MAX_STEPS = 200_000, 40
LIMITS = {"title": 120, "about": 400, "caption": 700, "notes": 4_000}
"""Characters a text may have; what is longer cannot be read from the back of a room."""
STEP_KEYS = frozenset({"link", "title", "caption", "notes", "sources"})
STORY_KEYS = frozenset({"title", "about", "steps"})
FIGURE = re.compile(r"\{([A-Za-z0-9_.\-]+)\}")
"""A figure's id inside a caption."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Text = Mapping[str, str]
"""Language → words."""


@dataclass(frozen=True, eq=False)
class Step:
    """One step: the link it shows, and what is said; sources are ids of the ledger."""

    link: str
    title: Text
    caption: Text
    notes: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Story:
    """A whole story; `name` is the stem of its file."""

    name: str
    title: Text
    about: Text
    steps: tuple[Step, ...]


def say(text: Text, lang: str) -> tuple[str, str]:
    """Return the words in a language and the language they are in: the reader's, else English, else any."""
    if not text:
        return "", lang
    language = lang if lang in text else "en" if "en" in text else next(iter(text))
    return text[language], language


def load(path: Path) -> Story:
    """Return the story of a file; raise DataProblem with every problem found, one a line."""
    raw = _parsed(path)
    problems = list(_problems(raw, path.name))
    if problems:
        raise DataProblem("\n".join(problems))
    steps = tuple(
        Step(
            step["link"],
            _text(step["title"]),
            _text(step.get("caption", "")),
            _text(step.get("notes", "")),
            tuple(step.get("sources", ())),
        )
        for step in raw["steps"]
    )
    return Story(path.stem, _text(raw["title"]), _text(raw.get("about", "")), steps)


def folder_stories(*folders: Path) -> dict[str, Path]:
    """Return name → file of every story; a later folder's story takes the place of an earlier one's."""
    stories = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            if NAME.fullmatch(path.stem):
                stories[path.stem] = path
    return stories


def _parsed(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataProblem(f"The story {path.name} cannot be read ({error.strerror}); check its path.") from error
    if len(content) > MAX_BYTES:
        raise DataProblem(
            f"The story {path.name} is larger than {MAX_BYTES // 1000} kB; a story is links and captions."
        )
    try:
        raw = yaml.safe_load(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataProblem(f"The story {path.name} is not UTF-8 text; save it as UTF-8.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise DataProblem(
            f"The story {path.name} is not valid YAML{where}: {getattr(error, 'problem', '')}."
        ) from error
    if not isinstance(raw, dict):
        raise DataProblem(f"The story {path.name} must hold `title` and `steps`; see the shipped stories.")
    return raw


def _problems(raw: dict[str, Any], name: str) -> Iterator[str]:
    if unknown := [str(key) for key in raw if key not in STORY_KEYS]:
        yield f"{name}: unknown field {', '.join(unknown)}; a story has title, about and steps."
    yield from _words(raw, "title", name, needed=True)
    yield from _words(raw, "about", name)
    steps = raw.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= MAX_STEPS:
        yield f"{name}: `steps` must be a list of 1 to {MAX_STEPS} steps."
        return
    for number, step in enumerate(steps, 1):
        where = f"{name}, step {number}"
        if not isinstance(step, dict):
            yield f"{where}: a step has link, title, caption, notes and sources."
            continue
        if unknown := [str(key) for key in step if key not in STEP_KEYS]:
            yield f"{where}: unknown field {', '.join(unknown)}; a step has {', '.join(sorted(STEP_KEYS))}."
        yield from _link(step, where)
        yield from _words(step, "title", where, needed=True)
        yield from _words(step, "caption", where)
        yield from _words(step, "notes", where)
        sources = step.get("sources", [])
        if not isinstance(sources, list) or not all(isinstance(source_id, str) for source_id in sources):
            yield f"{where}: `sources` must be a list of source ids, as on the Sources page."


def _link(step: dict[str, Any], where: str) -> Iterator[str]:
    link = step.get("link")
    if not isinstance(link, str) or not link.startswith("/") or link.startswith("//") or len(link) > 4_000:
        yield f"{where}: `link` must be a link of this site that begins with “/”, copied from the address bar."


def _words(holder: dict[str, Any], key: str, where: str, *, needed: bool = False) -> Iterator[str]:
    value = holder.get(key, "")
    if not isinstance(value, str | dict) or (
        isinstance(value, dict) and not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())
    ):
        yield f"{where}: `{key}` must be a text, or one text per language (`en`, `sw`)."
        return
    words = _text(value)
    if needed and not any(text.strip() for text in words.values()):
        yield f"{where}: `{key}` is missing."
    for lang, text in words.items():
        if len(text) > LIMITS[key]:
            yield f"{where}: `{key}` ({lang}) has {len(text)} characters, a screen bears {LIMITS[key]}."
        if _CONTROL.search(text):
            yield f"{where}: `{key}` ({lang}) holds a control character; type it again."


def _text(value: str | Mapping[str, str]) -> Text:
    if isinstance(value, str):
        return {"en": value.strip()} if value.strip() else {}
    return {lang: text.strip() for lang, text in value.items() if text.strip()}
