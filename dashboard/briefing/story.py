"""A story: title and steps, read from YAML and checked; every problem is one sentence that names file and step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from geodata.values import DataProblem, as_sentence

STORIES = Path(__file__).parent / "stories"
MAX_BYTES, MAX_STEPS = 200_000, 40
LIMITS = {"title": 120, "about": 400, "caption": 700, "notes": 4_000}
"""Characters a text may have; what is longer cannot be read from the back of a room."""
FIGURE = re.compile(r"\{([A-Za-z0-9_.\-]+)\}")
"""A figure's id inside a caption."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _by_language(written: object, info: ValidationInfo) -> dict[str, str]:
    """Take a text, or one per language; without empty ones, and without spaces around them."""
    texts = {"en": written} if isinstance(written, str) else written
    if not isinstance(texts, dict) or not all(isinstance(part, str) for pair in texts.items() for part in pair):
        raise ValueError("must be a text, or one text per language (`en`, `sw`).")
    words = {lang: text.strip() for lang, text in texts.items() if text.strip()}
    limit = LIMITS[str(info.field_name)]
    for lang, text in words.items():
        if len(text) > limit:
            raise ValueError(f"({lang}) has {len(text)} characters, a screen bears {limit}.")
        if _CONTROL.search(text):
            raise ValueError(f"({lang}) holds a control character; type it again.")
    return words


Text = Annotated[dict[str, str], BeforeValidator(_by_language)]
"""Language → words."""
NeededText = Annotated[Text, Field(min_length=1)]


def _listed(steps: object) -> list[object]:
    """Take the list of steps; a step's fields are named by texts, whatever YAML made of them."""
    if not isinstance(steps, list) or not 1 <= len(steps) <= MAX_STEPS:
        raise ValueError("must be a list of steps.")
    return [{str(key): value for key, value in step.items()} if isinstance(step, dict) else step for step in steps]


class _Written(BaseModel, extra="forbid", frozen=True):
    """What stands in a story's file. Equal to itself only, so that a story can be a key of a cache."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Step(_Written, frozen=True):
    """One step: the link it shows, and what is said; sources are ids of the ledger."""

    link: str = Field(pattern=r"^/([^/]|$)", max_length=4_000)
    title: NeededText
    caption: Text = {}
    notes: Text = {}
    sources: tuple[str, ...] = ()


class Story(_Written, frozen=True):
    """A whole story; `name` is the stem of its file."""

    name: str = Field(validation_alias="the file")
    title: NeededText
    about: Text = {}
    steps: Annotated[tuple[Step, ...], BeforeValidator(_listed)]


_LINK = "`link` must be a link of this site that begins with “/”, copied from the address bar."
_STEP_WORDS = {
    "link": _LINK,
    "sources": "`sources` must be a list of source ids, as on the Sources page.",
    "title:too_short": "`title` is missing.",
    "extra_forbidden": f"unknown field {{field}}; a step has {', '.join(sorted(Step.model_fields))}.",
    "model_type": "a step has link, title, caption, notes and sources.",
}
_STORY_WORDS = {
    "steps": f"`steps` must be a list of 1 to {MAX_STEPS} steps.",
    "title:too_short": "`title` is missing.",
    "extra_forbidden": "unknown field {field}; a story has title, about and steps.",
}


def say(text: Text, lang: str) -> tuple[str, str]:
    """Return the words in a language and the language they are in: the reader's, else English, else any."""
    if not text:
        return "", lang
    language = lang if lang in text else "en" if "en" in text else next(iter(text))
    return text[language], language


def load(path: Path) -> Story:
    """Return the story of a file; raise DataProblem with every problem found, one a line."""
    raw = {str(key): value for key, value in _parsed(path).items()}
    try:
        return Story.model_validate({**raw, "the file": path.stem})
    except ValidationError as error:
        raise DataProblem("\n".join(_sentence(path.name, problem) for problem in error.errors())) from error


def _sentence(file: str, problem: ErrorDetails) -> str:
    match problem["loc"]:
        case ("steps", int(number), *_):
            return f"{file}, step {number + 1}: {as_sentence(problem, _STEP_WORDS)}"
    return f"{file}: {as_sentence(problem, _STORY_WORDS)}"


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
