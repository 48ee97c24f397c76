"""Sources numbered in the order of their first use, cautions, and the stamp under every map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.export.model import BriefFigure, BriefSource, BriefTable, Stamp
from dashboard.export.view import View
from dashboard.i18n.catalogue import catalogue
from dashboard.view.site import edition_words
from dashboard.view.state import ViewState, to_query
from geodata.query.world import World


def sources(view: View, figures: Sequence[BriefFigure], tables: Sequence[BriefTable]) -> tuple[BriefSource, ...]:
    """Return the sources that figures and tables rest on, each once, numbered from 1."""
    used = [source for figure in figures for source in figure.sources]
    used += [source for table in tables for row in table.rows for source in row.sources]
    known = [source for source in dict.fromkeys(used) if source in view.world.source_rows]
    return tuple(_source(view, number, source) for number, source in enumerate(known, 1))


def _source(view: View, number: int, source_id: str) -> BriefSource:
    row = view.world.source_rows[source_id]
    publisher, title, date = row.publisher, row.title, row.date
    parts = [publisher, view.tr.t("export.source_withheld") if row.withheld else title, date, row.url]
    text = ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
    return BriefSource(number, source_id, publisher, title, date, row.url, text + ".")


def notes(view: View, events: Iterable[str], *, rates: bool, lines: bool) -> tuple[str, ...]:
    """Return the cautions that must travel with the figures; events: areas whose events are used."""
    tr = view.tr
    cautions = [tr.t("foot.detected" if view.public else "foot.caseload", years=view.years())]
    cautions.append(tr.t("foot.law"))
    if not view.public:
        cautions.append(tr.t("dataset.noise"))
    if rates:
        cautions.append(tr.t("export.rate_note" if not view.protected else "export.rate_note_caseload"))
    if lines:
        cautions.append(tr.t("legend.corridor_schematic"))
    marks = [
        mark
        for area in events
        for row in view.events_by_area.get(area, ())
        for mark in str(row["marks"]).split(";")
        if mark
    ]
    cautions += [
        f"{tr.t(f'mark.{mark}').capitalize()}: {tr.t(f'about.marks.kind.{mark}')}"
        for mark in sorted(set(marks))
        if tr.has(f"about.marks.kind.{mark}")
    ]
    return tuple(cautions)


def stamp(view: View, named: str, address: str) -> Stamp:
    """Return what stands under every map.

    named: a further part of the link (``counties=…``). address: the site's own, "" where it is not known.
    """
    world, tr, edition = view.world, view.tr, view.world.edition
    release = world.releases[view.state.dataset]
    manifest = release.manifest
    link = _link(view, named)
    title = edition_words(tr, edition, "citation" if edition.official else "title")
    return Stamp(
        dataset=view.state.dataset,
        release=release.id,
        release_short=release.id[:12],
        published=manifest.published,
        as_of=world.as_of,
        boundaries=edition.id,
        boundaries_title=title,
        boundaries_citation=edition.citation,
        boundaries_licence=edition.licence,
        link=link,
        address=address.rstrip("/") + link if address else "",
        synthetic=manifest.synthetic,
        banner=tr.t("site.synthetic") if manifest.synthetic else "",
        disclaimer=tr.t("foot.disclaimer"),
        help_line=tr.t("help.foot"),
        as_of_line=tr.t("foot.as_of", date=world.as_of),
        release_line=tr.t("foot.release", id=release.id[:12]),
        boundaries_line=f"{tr.t('foot.boundaries', title=title)} ({edition.licence})",
        detection_line=tr.t("foot.detected" if view.public else "foot.caseload", years=view.years()),
        citation=citation(world, view.state),
    )


def citation(world: World, state: ViewState) -> str:
    """Return how to cite the release behind a view, in its language."""
    release, edition = world.releases[state.dataset], world.edition
    return catalogue(state.lang).t(
        "export.citation",
        dataset=release.manifest.title or state.dataset,
        release=release.id[:12],
        boundaries=edition.id,
        licence=edition.licence,
        date=world.as_of,
    )


def _link(view: View, named: str) -> str:
    query = to_query(view.state, view.choices)
    if view.all_natures:
        query = "&".join(part for part in query.split("&") if part and not part.startswith("nature="))
        query = "&".join(part for part in (query, "nature=all") if part)
    if named and named.partition("=")[0] + "=" not in query:
        query = "&".join(part for part in (query, named) if part)
    return f"/?{query}" if query else "/"
