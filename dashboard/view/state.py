"""What a reader is looking at: one frozen value ⇄ the query string of the link.

Only known keys are read; an illegal value falls back to its default and leaves a notice that the
page shows. Keys equal to their default are left out of the link, except the language (a shared link shows the same
words to everybody) and the nature. A link without a nature is one of November, when trafficking was taken for
granted; only the plain address, `is_plain`, lets the page choose.
The same parser serves the page, its callbacks, the API and every export.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from operator import attrgetter
from urllib.parse import parse_qsl, urlencode

from geodata.values import Confidence, Form, Grade, Nature, Period, Role

MAX_QUERY = 4_000
"""Characters of a query string that are looked at; the rest is ignored."""

MEASURES = ("incidents", "persons", "rate")
NATURES = (Nature.TRAFFICKING.value, Nature.SMUGGLING.value, Nature.UNCLEAR.value)
LAYERS = ("corridors", "roles", "places", "labels")
EXTENTS = ("kenya", "corridor", "gulf", "libya")
RULES = ("standard", "strict", "loose")
POOLED = "all"
ALL_CORRIDORS = "all"
FIRST_LENS = "detected"
"""The question that the plain address answers."""
MAX_OWN = 400
"""Characters of a value that a lens reads for itself."""
_PCODE = re.compile(r"KE0(?:0[1-9]|[1-3][0-9]|4[0-7])")
_FOLDS = re.compile(r"[a-z]{1,20}(?:,[a-z]{1,20}){0,9}")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the data on show allows: the legal values that are not fixed in code.

    protected: the dataset is a caseload release, which crosses at most three dimensions and counts no
    events; it can answer for `periods` only (empty: any). caseloads: the choices of every other dataset.
    lenses: every lens with the keys of the link that it alone reads.
    """

    period: Period
    nationalities: tuple[str, ...]
    corridors: tuple[str, ...]
    datasets: tuple[str, ...] = ("public",)
    languages: tuple[str, ...] = ("en",)
    forms: tuple[str, ...] = tuple(str(form) for form in Form)
    sexes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    protected: bool = False
    periods: tuple[tuple[int, int], ...] = ()
    caseloads: tuple[tuple[str, Choices], ...] = ()
    lenses: tuple[tuple[str, tuple[str, ...]], ...] = ((FIRST_LENS, ()),)

    def of(self, dataset: str) -> Choices:
        """Return the choices of one dataset."""
        return dict(self.caseloads).get(dataset, self)


@dataclass(frozen=True, slots=True)
class Notice:
    """One value of the link that was not understood: its key, the value as given, what is shown instead.

    why: what of the rest it is at odds with (a word of the catalogue under ``notice``), "" where it is no legal value.
    """

    key: str
    given: str
    used: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ViewState:
    """The whole view; empty tuples mean “no filter”. The same fields are the keys of the link.

    lang: language of the words.
    dataset: name of the release on the map, ``public`` or a caseload.
    nature: trafficking, smuggling or unclear; never added up.
    measure: incidents (events), persons (detected) or rate (persons per 100,000 residents).
    first, last: years counted, both included; ``from`` and ``to`` in the link.
    t: ``all`` (the years together) or one year of them.
    form: forms of exploitation.
    nationality: ISO 3166 alpha-3 codes, or a caseload's groups.
    confidence: how surely an event was read; the public record only.
    outcome: what became of the people of an event; the public record only.
    suspects: what became of those suspected; the public record only.
    sex, age: groups of persons; caseloads only.
    role: roles of which a county must hold one.
    county: P-code of the chosen county, "" for none.
    corridor: id of the corridor brought forward, ``all``, or "" for the trunk.
    grade: weakest grade of evidence of the legs drawn.
    rule: preset by which roles are decided.
    layers: what is drawn over the counties.
    extent: window of the map.
    beside: a second dataset shown beside the map, "" for none.
    lens: the question that the page answers.
    own: what that lens alone asks, as key and value (`dashboard/lenses/<lens>/keys.txt`).
    fold: parts under the map that stand open.
    """

    lang: str = "en"
    dataset: str = "public"
    nature: str = Nature.TRAFFICKING.value
    measure: str = "incidents"
    first: int = 0
    last: int = 0
    t: str = POOLED
    form: tuple[str, ...] = ()
    nationality: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    sex: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    beside: str = ""
    role: tuple[str, ...] = ()
    rule: str = "standard"
    grade: str = Grade.B.value
    layers: tuple[str, ...] = LAYERS
    extent: str = "kenya"
    county: str = ""
    corridor: str = ""
    lens: str = FIRST_LENS
    own: tuple[tuple[str, str], ...] = ()
    fold: tuple[str, ...] = ()

    @property
    def period(self) -> Period:
        """The pooled period of the filters."""
        return Period(self.first, self.last)

    @property
    def shown_period(self) -> Period:
        """The period on the map: one year where the slider stands on a year."""
        return self.period if self.t == POOLED else Period(int(self.t), int(self.t))


KEYS = {"first": "from", "last": "to"}
"""Field → key in the link, where they differ (`from` is a word of Python's)."""


def defaults(choices: Choices) -> ViewState:
    """Return the view of the plain address."""
    return _plain(choices.period, choices.protected)


@lru_cache(maxsize=32)
def _plain(period: Period, protected: bool) -> ViewState:
    measure = "persons" if protected else "incidents"
    return ViewState(first=period.first, last=period.last, measure=measure)


def from_query(query: str, choices: Choices, lang: str = "") -> tuple[ViewState, tuple[Notice, ...]]:
    """Parse a query string; return the view and a notice for every value that fell back. Never raises.

    `lang` is the reader's language (`links.reader_lang`), used where the link names none.
    """
    pairs = parse_qsl(query[:MAX_QUERY].removeprefix("?"), keep_blank_values=False, max_num_fields=None)
    given: dict[str, str] = {}
    for key, value in pairs:
        given[key] = f"{given[key]},{value}" if key in given else value
    dataset = given.get("dataset", "").strip()
    choices = choices.of(dataset)
    start = replace(defaults(choices), dataset=dataset if dataset in choices.datasets else "public")
    start = replace(start, lang=lang) if lang in choices.languages else start
    notices: list[Notice] = []
    values: dict[str, object] = {}
    for field in fields(ViewState):
        key = KEYS.get(field.name, field.name)
        if key not in given or field.name == "own":
            continue
        default = getattr(start, field.name)
        read = _read(field.name, given[key].strip(), choices)
        if read is None:
            notices.append(Notice(key, given[key][:60], _text(default) or "—"))
        else:
            values[field.name] = read
    values["own"] = own_values(given, str(values.get("lens", start.lens)), choices)
    state = replace(start, **values)  # type: ignore[arg-type] # each value was read for its own field
    return _reconcile(_answerable(state, start, choices, notices), start, notices)


def own_values(given: Mapping[str, str], lens: str, choices: Choices) -> tuple[tuple[str, str], ...]:
    """Return what a lens alone asks, in the order of its keys; the lens itself says what it does not understand."""
    keys = dict(choices.lenses).get(lens, ())
    return tuple((key, given[key].strip()[:MAX_OWN]) for key in keys if given.get(key, "").strip())


def through_lens(state: ViewState, lens: str, choices: Choices) -> ViewState:
    """Return the view with another question asked of it: kind, years, county and filters stay as they are."""
    return replace(state, lens=lens, own=own_values(dict(state.own), lens, choices), fold=())


def single_values(choices: Choices) -> dict[str, tuple[str, ...]]:
    """Return key of the link → its legal values, for keys with one value."""
    return {
        "lang": choices.languages,
        "dataset": choices.datasets,
        "nature": NATURES,
        "measure": MEASURES[1:] if choices.protected else MEASURES,
        "beside": choices.datasets,
        "rule": RULES,
        "grade": tuple(grade.value for grade in Grade),
        "extent": EXTENTS,
        "corridor": (ALL_CORRIDORS, *choices.corridors),
    }


def several_values(choices: Choices) -> dict[str, tuple[str, ...]]:
    """Return key of the link → its legal values, for keys with several values, comma-separated."""
    return {
        "form": choices.forms,
        "sex": choices.sexes,
        "age": choices.ages,
        "nationality": choices.nationalities,
        "confidence": tuple(confidence.value for confidence in Confidence),
        "outcome": choices.outcomes,
        "suspects": choices.suspects,
        "role": tuple(role.value for role in Role),
        "layers": LAYERS,
    }


def _read(name: str, text: str, choices: Choices) -> object | None:
    several = several_values(choices)
    if name in several:
        return _several(name, text, several[name])
    single = {**single_values(choices), "lens": tuple(dict(choices.lenses))}
    if name in single:
        return text if text in single[name] else None
    if name == "fold":
        return tuple(dict.fromkeys(text.split(","))) if _FOLDS.fullmatch(text) else None
    if name == "county":
        return text if _PCODE.fullmatch(text) else None
    if name == "t" and text == POOLED:
        return text
    return _year(name, text, choices.period)


def _several(name: str, text: str, legal: tuple[str, ...]) -> tuple[str, ...] | None:
    wanted = [part for part in text.split(",") if part]
    if name == "layers" and wanted == ["none"]:
        return ()
    return tuple(value for value in legal if value in wanted) if wanted and set(wanted) <= set(legal) else None


def _year(name: str, text: str, period: Period) -> object | None:
    if not re.fullmatch(r"[0-9]{4}", text) or not period.first <= int(text) <= period.last:
        return None
    return text if name == "t" else int(text)


CROSSED = ("form", "nationality", "sex", "age")
"""Filters that cross a further dimension of a caseload."""


def _answerable(state: ViewState, start: ViewState, choices: Choices, notices: list[Notice]) -> ViewState:
    """Leave a protected release one filter with one value, and the public record none that it does not have."""
    if not choices.protected:
        return replace(state, sex=(), age=())
    state = replace(state, confidence=(), outcome=(), suspects=(), beside="")
    kept = next((name for name in CROSSED if getattr(state, name)), "")
    for name in CROSSED:
        values = getattr(state, name)
        if values and (name != kept or len(values) > 1):
            used = values[:1] if name == kept else getattr(start, name)
            notices.append(Notice(name, ",".join(values), ",".join(used) or "—", "three"))
            state = replace(state, **{name: used})
    whole = (choices.period.first, choices.period.last)
    asked = (state.first, state.last)
    if asked != whole and (kept or (choices.periods and asked not in choices.periods)):
        notices.append(
            Notice("from", f"{asked[0]}–{asked[1]}", f"{whole[0]}–{whole[1]}", "three" if kept else "periods")
        )
        state = replace(state, first=whole[0], last=whole[1])
    if kept and state.t != POOLED:
        notices.append(Notice("t", state.t, POOLED, "three"))
        state = replace(state, t=POOLED)
    return state


def _reconcile(state: ViewState, start: ViewState, notices: list[Notice]) -> tuple[ViewState, tuple[Notice, ...]]:
    if state.first > state.last:
        notices.append(Notice("from", f"{state.first}–{state.last}", f"{start.first}–{start.last}", "years"))
        state = replace(state, first=start.first, last=start.last)
    if state.t != POOLED and not state.first <= int(state.t) <= state.last:
        notices.append(Notice("t", state.t, POOLED, "years"))
        state = replace(state, t=POOLED)
    return state, tuple(notices)


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def is_plain(query: str) -> bool:
    """Say whether a query string asks for nothing but a language."""
    return all(key == "lang" for key, _ in parse_qsl(query[:MAX_QUERY].removeprefix("?")))


_NAMES = tuple(field.name for field in fields(ViewState))
_values_of = attrgetter(*_NAMES)
_ALWAYS = frozenset({"lang", "nature"})


def to_query(state: ViewState, choices: Choices) -> str:
    """Return the query string of a view, without the leading “?”.

    Keys at their default are left out, `lang` and `nature` never.
    """
    return "&".join(part for parts in _parts(state, choices).values() for part in parts)


def to_queries(state: ViewState, choices: Choices, name: str, values: Iterable[str]) -> dict[str, str]:
    """Return value → query string of the view with it in a field: the rest, which they share, is written once."""
    usual = getattr(defaults(choices.of(state.dataset)), name)
    parts = _parts(replace(state, **{name: ""}), choices)  # type: ignore[arg-type] # a field of text
    place = _NAMES.index(name)
    before = [part for field in _NAMES[:place] for part in parts.get(field, ())]
    after = [part for field in _NAMES[place + 1 :] for part in parts.get(field, ())]
    key = KEYS.get(name, name)
    own = {value: [] if value == usual else [_pair(key, value)] for value in values}
    return {value: "&".join((*before, *pair, *after)) for value, pair in own.items()}


def _parts(state: ViewState, choices: Choices) -> dict[str, list[str]]:
    """Return field → its part of the link, several of a lens's own; fields at their default have none."""
    parts: dict[str, list[str]] = {}
    plain = _values_of(defaults(choices.of(state.dataset)))
    for name, value, usual in zip(_NAMES, _values_of(state), plain, strict=True):
        if name == "own":
            parts[name] = [_pair(key, text) for key, text in value]
        elif value != usual or name in _ALWAYS:
            parts[name] = [_pair(KEYS.get(name, name), _text(value) if value != () else "none")]
    return parts


@lru_cache(maxsize=2048)
def _pair(key: str, text: str) -> str:
    """Return one key and its value as they stand in a link; a page has hundreds of links that share theirs."""
    return urlencode({key: text}, safe=",")
