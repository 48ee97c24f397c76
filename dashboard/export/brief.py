"""`make_brief`: one view of one world, for one purpose → one `Brief`, from which every format is made.

Pure and deterministic: the same world, view and purpose give the same brief, byte for byte (`Brief.to_json`).
Counting is `geodata.query`'s; colours, classes and legend are the screen's own (`dashboard.view.frame`,
`dashboard.view.figure`), so that screen, slides, paper and data cannot disagree. A protected release is asked
only what it answers; synthetic data carries its banner.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.export import brief_figures, citations, tables
from dashboard.export.brief_map import ASKED_TEMPLATES, map_of
from dashboard.export.model import TEMPLATES, Brief, BriefFigure, BriefTable, Trend
from dashboard.export.regions import province_of, region_name, region_of, region_parts
from dashboard.export.view import View
from dashboard.view.figure import sentence
from dashboard.view.map_names import TRUNK
from dashboard.view.query_string import every_nature, without_every_nature
from dashboard.view.question_map import AskQuestion
from dashboard.view.state import ALL_CORRIDORS, FIRST_LENS, MAX_QUERY, Choices, ViewState, from_query, through_lens
from geodata.query.changes import provinces
from geodata.query.cube import NATURES
from geodata.query.profiles import corridor_profile, country_profile, county_profile
from geodata.query.world import World
from geodata.values import NATIONAL, DataProblem

FEWEST, MOST = 2, 6
"""Counties that can be compared side by side."""
WORDS = "export.brief."


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a brief is made for.

    template: one of `TEMPLATES`, or "" for the one that suits the view. counties: P-codes to compare, else those of
    the view. region: a former province; its counties. all_natures: events of every nature instead of the view's own
    (``nature=all``). ask: gives the map of the view's question (`dashboard.lenses.on_paper`). address: the site's own
    (``http://host/``), printed before the link; "" where it is not known.
    """

    template: str = ""
    counties: tuple[str, ...] = ()
    region: str = ""
    address: str = ""
    all_natures: bool = False
    ask: AskQuestion | None = None


def make_brief(world: World, choices: Choices, state: ViewState, purpose: Purpose = Purpose()) -> Brief:
    """Return the brief of a view; raise DataProblem, in one sentence, when it does not say what the template needs."""
    counties = purpose.counties or provinces(world).get(purpose.region, ())
    template = purpose.template or template_of(state, counties, purpose.region)
    if template not in TEMPLATES:
        raise DataProblem(f"There is no template “{template[:40]}”; choose one of {', '.join(TEMPLATES)}.")
    subject = subject_of(world, state, template, counties)
    view = _opened(world, choices, _focused(state, template, subject), template, purpose)
    figures, trends, shown, text = _PARTS[template](view, subject)
    corridors = [row.id for table in shown if table.id == "corridors" for row in table.rows]
    drawn = map_of(view, template, subject, corridors if template == "county" else None)
    areas = _event_areas(view, template, subject)
    rates = any(figure.measure == "rate" and figure.value is not None for figure in figures)
    tr = view.tr
    return Brief(
        template=template,
        lang=state.lang,
        subject=subject,
        name=_name(view, template, subject),
        title=text[0],
        headline=text[1],
        sentences=tuple(text[2:]),
        figures=tuple(figures),
        map=drawn,
        trends=tuple(trends),
        tables=tuple(shown),
        notes=citations.notes(view, areas, rates=rates, lines=bool(drawn.lines)),
        sources=citations.sources(view, figures, shown),
        stamp=citations.stamp(view, _named_in_link(view, template, subject), purpose.address),
        words={key.removeprefix(WORDS): str(tr.words[key]) for key in sorted(tr.words) if key.startswith(WORDS)},
    )


def _opened(world: World, choices: Choices, state: ViewState, template: str, purpose: Purpose) -> View:
    """Return the view; of counts where its dataset has no answer to the question that the link asks."""
    view = View(world, choices, state, purpose.all_natures, purpose.ask)
    if view.question is None and template in ASKED_TEMPLATES:
        return replace(view, state=through_lens(state, FIRST_LENS, choices))
    return view


def _named_in_link(view: View, template: str, subject: tuple[str, ...]) -> str:
    """Return the part of a link that names what the view itself cannot: the region or the counties compared."""
    province = province_of(view.world, subject) if template == "region" else ""
    if province:
        return "region=" + province.replace(" ", "+")
    return f"counties={','.join(subject)}" if template in ("compare", "region") else ""


def template_of(state: ViewState, counties: Sequence[str] = (), region: str = "") -> str:
    """Return the template that suits a view: what is chosen on the map."""
    if region or len(counties) > MOST:
        return "region"
    if len(counties) >= FEWEST:
        return "compare"
    if state.county:
        return "county"
    return "corridor" if state.corridor and state.corridor != ALL_CORRIDORS else "national"


def counties_of(query: str, state: ViewState) -> tuple[str, ...]:
    """Return the counties a link compares: those of its view, else its ``counties=KE011,KE010``, each once."""
    own = getattr(state, "counties", ())
    if own:
        return tuple(own)
    given = re.search(r"(?:^|[?&])counties=([^&]*)", query[:MAX_QUERY])
    return tuple(dict.fromkeys(re.findall(r"KE0\d\d", given[1]))) if given else ()


def from_link(world: World, choices: Choices, link: str, purpose: Purpose = Purpose()) -> Brief:
    """Return the brief of a link (``/?county=KE011``, a whole address, or only its query)."""
    query = query_of(link)
    state, _ = from_query(without_every_nature(query), choices)
    return make_brief(world, choices, state, asked_in(world, query, state, purpose))


def asked_in(world: World, query: str, state: ViewState, purpose: Purpose = Purpose()) -> Purpose:
    """Return the purpose with what a link says beside its view: counties, a region, and ``nature=all``."""
    return replace(
        purpose,
        counties=purpose.counties or (() if purpose.region else counties_of(query, state)),
        region=purpose.region or region_of(world, query),
        all_natures=purpose.all_natures or every_nature(query),
    )


def query_of(link: str) -> str:
    """Return the query of a link, "" for one without."""
    link = link.split("#", 1)[0]
    return link.split("?", 1)[1] if "?" in link else link if "=" in link else ""


def subject_of(world: World, state: ViewState, template: str, counties: Sequence[str]) -> tuple[str, ...]:
    """Return what the brief is about: a P-code, a corridor's id, nothing, or the counties compared."""
    if template == "county":
        if not state.county:
            raise DataProblem("A county brief needs a county; choose one on the map, or add county=KE011 to the link.")
        return (state.county,)
    if template == "corridor":
        return (TRUNK if state.corridor in ("", ALL_CORRIDORS) else state.corridor,)
    if template == "national":
        return ()
    chosen = tuple(dict.fromkeys(counties or getattr(state, "counties", ())))
    if unknown := [pcode for pcode in chosen if pcode not in world.names]:
        raise DataProblem(f"“{unknown[0][:20]}” is not the P-code of a county; expected KE001 to KE047.")
    if template == "region":
        if not chosen:
            raise DataProblem("A region needs counties; add region=Coast, or counties=KE001,KE003, to the link.")
        return tuple(sorted(chosen))
    if not FEWEST <= len(chosen) <= MOST:
        raise DataProblem(
            f"A comparison needs {FEWEST} to {MOST} counties, and the link names {len(chosen)}; "
            "add counties=KE011,KE010 to the link."
        )
    return chosen


def _focused(state: ViewState, template: str, subject: tuple[str, ...]) -> ViewState:
    """Return the view with the choice that the template is about, so that the link opens what the brief shows."""
    if template == "county":
        return replace(state, corridor="")
    if template == "corridor":
        return replace(state, county="", corridor=subject[0])
    return replace(state, county="")


Parts = tuple[list[BriefFigure], list[Trend], list[BriefTable], list[str]]


def _county(view: View, subject: tuple[str, ...]) -> Parts:
    pcode = subject[0]
    profile = county_profile(view.world, view.state.dataset, view.filters, pcode)
    figures = brief_figures.county_figures(view, pcode)
    shown = [
        tables.events(view, subject), tables.roles(view, subject),
        tables.corridors(view, profile.corridors, profile.drawn_across),
        tables.responses(view, profile.responses), tables.counties(view),
    ]  # fmt: skip
    name, tr = view.world.names[pcode], view.tr
    fact_lines = [f"{row['value']} – {row['meaning']}" for row in profile.facts]
    title = tr.t("export.title.county", area=name, years=view.years())
    headline = tr.t(
        "export.headline.area", area=name, years=view.years(), parts=brief_figures.nature_parts(view, pcode, figures)
    )
    return (
        figures,
        [brief_figures.trend(view, pcode)],
        shown,
        [title, headline + _by(view), *_map_sentence(view), *fact_lines],
    )


def _national(view: View, subject: tuple[str, ...]) -> Parts:
    del subject
    profile = country_profile(view.world, view.state.dataset, view.filters)
    figures = brief_figures.country_figures(view)
    shown = [tables.counties(view), tables.responses(view, profile.responses), tables.series(view, profile.series)]
    if view.public:
        shown.insert(1, tables.events(view, (*view.world.names, NATIONAL)))
    headlines = {nature: sentence(view.world, view.state, nature, 0) for nature in NATURES}
    others = [headlines[nature] for nature in NATURES if nature != view.state.nature]
    title = view.tr.t("export.title.national", years=view.years())
    if view.question:
        shown[:0] = tables.of_question(view)
        text = [f"{view.question.question} {title}", view.question.sentence, headlines[view.state.nature], *others]
        return figures, [brief_figures.trend(view)], shown, text
    return figures, [brief_figures.trend(view)], shown, [title, headlines[view.state.nature], *others]


def _corridor(view: View, subject: tuple[str, ...]) -> Parts:
    year, tr = int(view.world.as_of[:4]), view.tr
    profile = corridor_profile(view.world, subject[0])
    row = profile.corridor
    figures = brief_figures.corridor_figures(view, row, year)
    touched = [str(county["pcode"]) for county in profile.counties]
    shown = [tables.legs(view, profile, year), tables.counties(view)]
    texts = {figure.measure: figure.text for figure in figures}
    headline = tr.t("export.headline.corridor", nature=tr.t(f"nature.{row['nature']}"),
                     grade=tr.t("grade.short", grade=row["confidence"]), **texts)  # fmt: skip
    through = tr.t("export.through", counties=", ".join(view.world.names[pcode] for pcode in touched) or "–")
    title = f"{subject[0]} {tr.corridor(subject[0], str(row['name']))}"
    return figures, [], shown, [title, headline, through, str(row["description"])]


def _compare(view: View, subject: tuple[str, ...]) -> Parts:
    figures = [figure for pcode in subject for figure in brief_figures.county_figures(view, pcode)]
    shown = [tables.compared(view, subject, figures), tables.roles(view, subject), tables.events(view, subject)]
    shown.append(tables.counties(view))
    tr, state = view.tr, view.state
    by_id = {figure.id: figure for figure in figures}
    listed = []
    for pcode in subject:
        figure = by_id.get(view.id(pcode, state.nature, state.measure))
        value_text = (
            figure.text if figure else view.value_text(*view.reading(pcode, state.nature, state.measure), state.measure)
        )
        listed.append(f"{view.world.names[pcode]} {value_text}")
    names = ", ".join(view.world.names[pcode] for pcode in subject)
    unit = tr.unit(state.measure, state.dataset)
    headline = tr.t("export.headline.compare", nature=tr.t(f"nature.{state.nature}"), unit=unit,
                     years=view.years(), listed="; ".join(listed))  # fmt: skip
    text = [tr.t("export.title.compare", areas=names, years=view.years()), headline, tr.t("export.compare_note")]
    return figures, [brief_figures.trend(view, pcode) for pcode in subject], shown, text


_PARTS = {
    "county": _county,
    "national": _national,
    "corridor": _corridor,
    "compare": _compare,
    "region": region_parts,
}


def _by(view: View) -> str:
    return " " + view.tr.t("export.headline.by_public" if view.public else "export.headline.by_caseload")


def _map_sentence(view: View) -> list[str]:
    return [view.question.sentence if view.question else view.shot.sentence]


def _event_areas(view: View, template: str, subject: tuple[str, ...]) -> tuple[str, ...]:
    if template in ("county", "compare", "region"):
        return subject
    return (*view.world.names, NATIONAL) if template == "national" else ()


def _name(view: View, template: str, subject: tuple[str, ...]) -> str:
    """Return the stem of a file name: lower-case letters, digits and hyphens only."""
    names = view.world.names
    if template == "region":
        what = [region_name(view, subject)]
    else:
        what = {"national": ["kenya"], "corridor": list(subject)}.get(template) or [names[p] for p in subject]
    kind = ["compare"] if template == "compare" else []
    if template in ASKED_TEMPLATES and view.question:
        kind = [view.state.lens]
    made_up = ["synthetic"] if view.world.releases[view.state.dataset].manifest.synthetic else []
    whole = " ".join(["njia", *made_up, *kind, *what, view.years(), view.state.lang])
    letters = unicodedata.normalize("NFKD", whole.replace("–", "-").lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:90]
