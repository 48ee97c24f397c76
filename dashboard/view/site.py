"""What one process serves, and what every page takes from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import has_request_context, request

from dashboard.i18n.catalogue import Catalogue, catalogue, languages
from dashboard.view.basemap import basemap
from dashboard.view.figure import Basemap
from dashboard.view.lens_keys import lens_keys
from dashboard.view.state import Choices, ViewState, to_query
from dashboard.web.links import FOOT, NAMES, NAV, kept_view, languages_of, oembed_address, public_root
from dashboard.web.static import Assets
from geodata.query.caseload import further
from geodata.query.find import spellings
from geodata.query.helplines import first
from geodata.query.outcomes import outcomes_of
from geodata.query.releases import Release
from geodata.query.rows import Edition
from geodata.query.world import World
from geodata.values import HIDDEN, Period


@dataclass(frozen=True, eq=False)
class Site:
    """What one process serves.

    world: the open releases, boundaries and facts.
    choices: legal values of a link, for every dataset.
    basemap: addresses of the prepared geometry.
    asset: name of a file under assets/ → its address.
    plotly_url: address of the partial Plotly bundle, "" where npm has not fetched it.
    font_url: address of the font, "" where npm has not fetched it.
    bootstrap_url: address of Bootstrap's style sheet, "" where npm has not fetched it.
    spellings: spelling of a county, plain and lower case → P-code.
    """

    world: World
    choices: Choices
    basemap: Basemap
    asset: Any
    plotly_url: str
    font_url: str
    bootstrap_url: str
    spellings: dict[str, str]


def common(site: Site, state: ViewState, view: tuple[str, str] | None = None) -> dict[str, Any]:
    """Return what every page needs: words, addresses, and the facts of the footer.

    view: path and query that the other language keeps; those of the request where None. A page that is remembered
    for several readers gives its own.
    """
    world, edition = site.world, site.world.edition
    asked = request.query_string.decode("utf-8", "replace") if has_request_context() else ""
    others = languages_of(site.choices.languages, state.lang, view)
    return {
        "c": catalogue(state.lang),
        "asset": site.asset,
        "plotly_url": "",
        "font_url": site.font_url,
        "bootstrap_url": site.bootstrap_url,
        "nav": NAV,
        "kept": kept_view(view[1] if view else asked),
        "more": FOOT,
        "public_root": public_root(),
        "picture": f"/picture.png?{to_query(state, site.choices)}",
        "oembed": oembed_address(f"/?{to_query(state, site.choices)}"),
        "urgent": first(world),
        "feeds": feeds(site, state),
        "bare": has_request_context() and request.args.get("bare") == "1",
        "languages": [(code, NAMES.get(code, code), href) for code, href in others],
        "synthetic": any(world.releases[name].manifest.synthetic for name in (state.dataset, state.beside) if name),
        "foot": {
            "as_of": world.as_of,
            "release": world.releases[state.dataset].id[:12],
            "boundaries": edition_words(catalogue(state.lang), edition, "citation" if edition.official else "title"),
            "boundaries_licence": edition.licence,
            "years": catalogue(state.lang).years(
                site.choices.of(state.dataset).period.first, site.choices.of(state.dataset).period.last
            ),
            "says": "foot.detected" if state.dataset == "public" else "foot.caseload",
        },
    }


def feeds(site: Site, state: ViewState) -> list[tuple[str, str]]:
    """Return path and title of the feeds of a page: the record's, the releases', and the chosen county's."""
    tr = catalogue(state.lang)
    listed = [("/feed.xml", tr.t("feed.record")), ("/feed/releases.xml", tr.t("feed.releases"))]
    if state.county in site.world.names:
        title = tr.t("feed.county", county=site.world.names[state.county])
        listed.append((f"/feed/{state.county}.xml", title))
    return listed


def edition_words(tr: Catalogue, edition: Edition, part: str) -> str:
    """Return the title, citation, notice or disclaimer of a boundary edition, translated where it is our own."""
    key = tr.slug("edition", edition.title, part)
    written = getattr(edition, part, "") or edition.document.get(part, "")
    return tr.t(key) if tr.has(key) else str(written)


def make_site(world: World, files: Assets) -> Site:
    """Return a site around a world."""
    return Site(
        world, choices_of(world), basemap(world), files.url, files.plotly_url(), files.font_url(),
        files.bootstrap_url(), spellings(world),
    )  # fmt: skip


def bare_site(world: World, choices: Choices) -> Site:
    """Return a site for a drawing that no page stands around: its files have no addresses."""
    return Site(world, choices, basemap(world), str, "", "", "", spellings(world))


def choices_of(world: World) -> Choices:
    """Return the legal values of a link that depend on the data, for every dataset."""
    public = world.releases["public"]
    sets = {code for value in public.values("nationality") for code in str(value).split(";")}
    corridors = tuple(str(row["corridor_id"]) for row in world.corridors.corridors)
    every = Choices(
        world.coverage, tuple(sorted(sets)), corridors, tuple(world.releases), languages(),
        forms=tuple(str(value) for value in public.values("form") if value != HIDDEN), lenses=lens_keys(),
        outcomes=outcomes_of(world, "people"), suspects=outcomes_of(world, "suspects"),
    )  # fmt: skip
    caseloads = tuple((name, _caseload(every, release)) for name, release in world.releases.items() if name != "public")
    return replace(every, caseloads=caseloads)


def _caseload(every: Choices, release: Release) -> Choices:
    first, last = release.manifest.period or (every.period.first, every.period.last)

    def known(dim: str) -> tuple[str, ...]:
        return tuple(str(value) for value in release.values(dim)) if dim in release.manifest.dims else ()

    return replace(
        every,
        period=Period(first, last),
        nationalities=known(further(release, "nationality")),
        forms=known(further(release, "form")),
        sexes=known(further(release, "sex")),
        ages=known(further(release, "age")),
        outcomes=(),
        suspects=(),
        protected=release.manifest.policy == "protected",
    )
