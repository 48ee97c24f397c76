"""By which ways? All documented corridors, the counties with a named stop, every leg with its evidence.

The fill counts the corridors of the view's nature; natures are never added, and what a line merely crosses counts
nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Blueprint
from markupsafe import Markup

from dashboard.lenses.base import CountyFill, Fold, Lens, LensKey, LensView, lens_key, only
from dashboard.lenses.tools import LensTools
from dashboard.lenses.ways import files as ways_files
from dashboard.lenses.ways import rows
from dashboard.lenses.ways.asked import FILTERS, Asked, options, view_asked
from dashboard.lenses.ways.drawing import network_map, subway
from dashboard.view.figure import LegChoice
from dashboard.view.site import Site
from dashboard.view.state import NATURES, ViewState
from geodata.query.indicators import leading_nature
from geodata.query.network import corridor_desk, corridor_exposure
from geodata.values import Empty, Nature
from layers.network_map import hue_of
from layers.scales import Breaks, breaks_for, class_of
from layers.theme import LOOK_OF, RAMPS

CLASSES = 3
COLOURS = RAMPS[Nature.MIXED][:CLASSES]
"""Light enough for the ribbons on them."""
BRANCHES_IN_WORDS = frozenset({"C03", "C09", "C18", "C25"})
"""Corridors whose description names a branch that has no stop of its own in the evidence."""
EXTENT_OF = {"south": "corridor", "north": "libya", "all": "gulf"}
"""Window of the desk of November → window of the map."""


def ways(site: Site, state: ViewState) -> LensView:
    """Return by which ways."""
    asked = view_asked(site, state)
    tools, exposed = LensTools(site, state), corridor_exposure(site.world, asked.wanted)
    desk = corridor_desk(site.world, asked.wanted)
    counts = {county.pcode: county.carrying(state.nature) for county in exposed}
    breaks = breaks_for(counts.values(), CLASSES)
    shared = {"asked": asked, "natures": [nature.value for nature in Nature], "counts": rows.head_counts(site, asked)}
    legal, key = options(site, state.lang), _key(tools, breaks)
    return LensView(
        sentence=_sentence(tools, asked),
        leaves_out=tools.tr.t("lens.ways.leaves_out"),
        fills=tuple(_fill(tools, pcode, n, breaks) for pcode, n in counts.items()),
        legend=tools.legend(key),
        table=tools.part("ways/exposure.html", exposed=rows.exposed(site, asked), **shared),
        panel=_panel(tools),
        controls=tools.part("ways/controls.html", asked=asked, options=legal),
        folds=_folds(tools, asked),
        legs=LegChoice(desk.legs, desk.legs - desk.strong),
        notices=asked.notices,
        key=key,
    )


def _sentence(tools: LensTools, asked: Asked) -> str:
    """Return how many corridors, on whose word, of which natures, and how old; then the choices."""
    tr, counts = tools.tr, rows.head_counts(tools.site, asked)
    if not counts["corridors"]:
        return tr.t("corridors.nothing")
    natures = ", ".join(
        tr.t("corridors.lead_nature", n=n, nature=tr.t(f"nature.{nature}").lower())
        for nature, n in counts["by_nature"].items()
        if n
    )
    lead = tr.t(
        "corridors.lead", n=counts["corridors"], legs=counts["legs"], places=counts["places"], voices=counts["voices"]
    )
    parts = [f"{lead} {natures}."]
    parts.append(tr.t("corridors.lead_basis", stated=counts["stated"], inferred=counts["legs"] - counts["stated"]))
    if counts["years"]:
        parts.append(tr.t("corridors.lead_years", years=tr.years(*counts["years"])))
    if filters := _filters_in_words(tools, asked):
        parts.append(tr.t("corridors.filtered", filters=filters))
    if counts["counted"] < counts["legs"]:
        parts.append(tr.t("corridors.weaker", n=counts["legs"] - counts["counted"]))
    return " ".join(parts)


def _filters_in_words(tools: LensTools, asked: Asked) -> str:
    tr, legal = tools.tr, options(tools.site, tools.state.lang)
    filters = [
        f"{tr.t('corridors.mode_label' if key == 'mode' else f'corridors.{key}')}: {legal[key][value]}"
        for key in FILTERS
        if (value := getattr(asked.wanted, key)) and not (key == "grade" and value == "C")
    ]
    return "; ".join(filters)


def _fill(tools: LensTools, pcode: str, n: int, breaks: Breaks) -> CountyFill:
    tr, name = tools.tr, tools.site.world.names[pcode]
    if not n:
        look, words = LOOK_OF[Empty.NO_REPORT], tr.t("lens.ways.across", county=name)
        return CountyFill(pcode, look.fill, Empty.NO_REPORT.value, tr.t("lens.ways.none_short"), -1, words)
    words = tr.t("lens.ways.county", county=name, n=n)
    return CountyFill(pcode, COLOURS[class_of(n, breaks)], None, tr.number(n), n, words)


def _key(tools: LensTools, breaks: Breaks) -> LensKey:
    tr, nature = tools.tr, tools.state.nature
    title = (
        tr.t("lens.ways.legend_one")
        if nature == Nature.UNCLEAR
        else tr.t("lens.ways.legend", nature=tr.t(f"nature.{nature}").lower())
    )
    labels = tr.labels
    classes = [(colour, labels.range(low, high)) for colour, (low, high) in zip(COLOURS, breaks.ranges(), strict=False)]
    empties = [(LOOK_OF[Empty.NO_REPORT].fill, tr.t("lens.ways.none"))]
    return lens_key(title, classes, empties)


def _panel(tools: LensTools) -> Markup:
    """Return what is known of the chosen corridor in words only; its stops and legs stand in the panel itself."""
    if tools.state.corridor not in BRANCHES_IN_WORDS:
        return Markup()
    return tools.part("ways/in_words.html")


def _folds(tools: LensTools, asked: Asked) -> tuple[Fold, ...]:
    site, tr = tools.site, tools.tr
    legal, listed = options(site, tr.lang), rows.ledger(site, asked)
    hues = {nature.value: hue_of(nature.value) for nature in Nature}
    shared = {"asked": asked, "options": legal, "natures": list(hues), "hues": hues, "analyst": ways_files.analyst()}

    def network() -> Markup:
        label = tr.t("corridors.map_label", view=tr.t(f"corridors.view.{asked.view}"))
        both = [network_map(site, asked.plain, label, phone=phone) for phone in (False, True)]
        drawn = [Markup(each.svg) for each in both]  # noqa: S704 - layers.network_map escapes every name
        plan, _ = subway(site, asked, lambda corridor: str(tools.names["link"](corridor=corridor)))
        return tools.part("ways/network.html", drawn=drawn, drawing=both[0], plan=plan, **shared)

    def chokepoints() -> Markup:
        names = rows.place_names(site)
        ends = [rows.end_name(tr, names, end) for end in (asked.start, asked.end)]
        blocks, cut = rows.chokes(site, asked.plain), rows.cut(site, asked.plain)
        return tools.part("ways/chokepoints.html", blocks=blocks, cut=cut, ends=ends, **shared)

    folds = [
        Fold("network", tr.t("lens.ways.folds.network"), network),
        Fold(
            "ledger",
            f"{tr.t('corridors.ledger')} ({len(listed)})",
            partial(tools.part, "ways/ledger.html", ledger=listed, **shared),
        ),
        Fold("take", tr.t("lens.ways.folds.take"), partial(tools.part, "ways/take.html", **shared)),
    ]
    if ways_files.analyst():
        folds.append(Fold("chokepoints", tr.t("corridors.chokepoints"), chokepoints))
    return tuple(folds)


def files(site: Site, state: ViewState) -> tuple[tuple[str, str], ...]:
    """Return the tables of the lens and the network as files."""
    tr, asked = LensTools(site, state).tr, view_asked(site, state)
    paths = {
        "legs": "/corridors/legs.csv",
        "exposure": "/corridors/exposure.csv",
        "gpkg": "/api/v1/corridors.gpkg",
        "graphml": "/api/v1/corridors.graphml",
    }
    return tuple((tr.t(f"corridors.file.{key}"), asked.link(path)) for key, path in paths.items())


def routes(site: Site) -> Blueprint:
    """Return the addresses of the files and of what closing a way would do."""
    return ways_files.blueprint(site)


def old_page(given: Mapping[str, str], site: Site) -> dict[str, str]:
    """Translate `/corridors`: its kind is ``way`` here, it took all evidence for granted, its windows were others."""
    kept = only(given, ("origin", "destination", "mode", "coarse", "corridor", "view", "start", "end"))
    way, view = given.get("nature", ""), given.get("view", "")
    folds = [
        key
        for key, there in (
            ("network", bool(view) and view != "kenya"),
            ("chokepoints", bool(given.get("start") or given.get("end"))),
        )
        if there
    ]
    return {
        "lens": "ways",
        "nature": way if way in NATURES else leading_nature(site.world),
        "way": way,
        "grade": given.get("grade") or "C",
        **kept,
        "extent": EXTENT_OF.get(view, ""),
        "fold": ",".join(folds),
    }


LENS = Lens(
    key="ways", order=2, view=ways, corridors="all", files=files, styles=("css/pages.css", "css/corridors.css"),
    routes=routes, old={"/corridors": old_page},
)  # fmt: skip
