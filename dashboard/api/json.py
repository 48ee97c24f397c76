"""JSON of `/api/v1`: the tables page by page, the releases, a whole brief, the finder; and `/healthz`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError

from dashboard.api.rows import asked_incident_rows, asks_every_nature, indicator_rows, requested_view, source_rows
from dashboard.api.schemas import (
    BriefQuery,
    Error,
    FindQuery,
    Found,
    FoundCounty,
    Incidents,
    Indicators,
    PageQuery,
    ReleaseCard,
    Releases,
    Sources,
)
from dashboard.export.brief import Purpose, make_brief
from dashboard.export.citations import citation
from dashboard.export.regions import region_of
from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.on_paper import question_map
from dashboard.view import query_string
from dashboard.view.site import Site
from dashboard.view.state import ViewState, several_values, single_values
from dashboard.web.links import reader_lang
from geodata.query.changes import provinces
from geodata.query.find import Standing, find_county, offers
from geodata.values import DataProblem, as_sentence

Query = TypeVar("Query", bound=BaseModel)


class Refused(ValueError):
    """A request that is answered with a status and this sentence: by itself 400."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        """Take what to say."""
        super().__init__(sentence)
        self.status = status


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("json", __name__)
    tables: dict[str, tuple[type[BaseModel], Callable[[Site, ViewState], Sequence[BaseModel]]]] = {
        "indicators": (Indicators, indicator_rows),
        "incidents": (Incidents, asked_incident_rows),
        "sources": (Sources, source_rows),
    }
    for name, (model, rows_of) in tables.items():

        def table(
            model: type[BaseModel] = model, rows_of: Callable[[Site, ViewState], Sequence[BaseModel]] = rows_of
        ) -> Response:
            state = understood_view(site)
            return page_answer(site, state, model, rows_of(site, state))

        routes.add_url_rule(f"/api/v1/{name}.json", name, table)

    @routes.get("/api/v1/releases.json")
    def releases() -> Response:
        cards = tuple(_release(site, name) for name in site.world.releases)
        return json_answer(Releases(releases=cards).model_dump())

    @routes.get("/api/v1/brief.json")
    def brief() -> Response:
        query = read_query(BriefQuery)
        region = _region(site)
        purpose = Purpose(query.template, query.counties, region, all_natures=asks_every_nature(), ask=question_map)
        state = understood_view(site)
        try:
            made = make_brief(site.world, site.choices, state, purpose)
        except DataProblem as problem:  # a purpose that its counties do not suit
            raise Refused(str(problem), 409) from None
        return Response(made.to_json(), mimetype="application/json")

    @routes.get("/api/v1/find")
    def find() -> Response:
        return _unstored(_find(site).model_dump())

    @routes.get("/healthz")
    def healthz() -> Response:
        world = site.world
        return _unstored(
            {
                "status": "ok",
                "ready": True,
                "release_age_days": (datetime.now(UTC).date() - date.fromisoformat(world.as_of)).days,
                "release": world.releases["public"].id,
                "boundaries": world.edition.id,
                "counties": len(world.counties),
                "incidents": len(world.events),
                "sources": len(world.sources),
            }
        )

    refuse_in_words(routes)
    return routes


def refuse_in_words(routes: Blueprint) -> None:
    """Answer what the routes refuse with its sentence as JSON."""

    @routes.errorhandler(Refused)
    @routes.errorhandler(DataProblem)
    def refuse(problem: Exception) -> Response:
        return json_answer(Error(error=str(problem)).model_dump(), getattr(problem, "status", 400))


def understood_view(site: Site) -> ViewState:
    """Return the view of the request; raise Refused for a value that is not understood, or at odds with another."""
    named = {*single_values(site.choices), *several_values(site.choices), "county", "from", "to", "t"}
    if empty := [key for key, value in first_values(blank=True).items() if key in named and not value]:
        raise Refused(f"Without a value: {', '.join(empty)}. Leave out what is not asked.")
    state, notices = requested_view(site)
    given = "; ".join(f"{notice.key}={notice.given}" for notice in notices)
    if any(not notice.why for notice in notices):
        raise Refused(f"Not understood: {given}. The description at /api/v1/openapi.json lists what each key may be.")
    if notices:
        raise Refused(f"This cannot be asked together with the rest: {given}.", 409)
    return state


def first_values(*, blank: bool = False) -> dict[str, str]:
    """Return the query of the request; of a key given twice the first value counts. blank: keep keys without one."""
    return query_string.first_values(query_string.request_query(), blank=blank)


def read_query(model: type[Query]) -> Query:
    """Return the query of the request; raise Refused with what is wrong with it."""
    try:
        return model.model_validate(first_values(blank=True))
    except ValidationError as error:
        words = {"value_error": "{error}"}
        raise Refused(" ".join(as_sentence(detail, words) for detail in error.errors())) from None


def page_answer(site: Site, state: ViewState, model: type[BaseModel], rows: Sequence[BaseModel]) -> Response:
    """Return one page of rows with what a caller needs to go on and to cite."""
    query = read_query(PageQuery)
    start = (query.page - 1) * query.per_page
    kept = [(key, value) for key, value in first_values().items() if key != "page"]
    following = f"{request.path}?{urlencode([*kept, ('page', str(query.page + 1))], safe=',')}"
    release = site.world.releases[state.dataset]
    page = model.model_validate(
        {
            "dataset": state.dataset,
            "release": release.id,
            "as_of": site.world.as_of,
            "boundaries": site.world.edition.id,
            "licence": site.world.edition.licence,
            "synthetic": release.manifest.synthetic,
            "cite": citation(site.world, state),
            "page": query.page,
            "per_page": query.per_page,
            "total": len(rows),
            "next": None if start + query.per_page >= len(rows) else following,
            "items": tuple(rows[start : start + query.per_page]),
        }
    )
    return json_answer(page.model_dump())


def json_answer(body: object, status: int = 200) -> Response:
    """Return JSON; numbers that are not numbers never get here."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(text, status, mimetype="application/json")


def _region(site: Site) -> str:
    """Return the former province that the request names, "" for none; raise Refused for an unknown one."""
    asked = first_values(blank=True).get("region")
    region = region_of(site.world, f"region={asked or ''}")
    if asked is not None and not region:
        known = ", ".join(provinces(site.world))
        raise Refused(f"There is no region “{asked[:40]}”; choose one of {known}, or name its counties.")
    return region


def _find(site: Site) -> Found:
    understood_view(site)
    text = read_query(FindQuery).q
    match, tr = find_county(site.world, text), catalogue(reader_lang(site.choices.languages))
    names = site.world.names
    offered = tuple(
        FoundCounty(pcode=offer.pcode, county=names[offer.pcode], place=offer.place)
        for offer in offers(site.world, text)
    )
    sentence = ""
    if match.standing is not Standing.SURE:
        sentence = tr.t("filters.maybe" if offered else "filters.not_found", text=text[:60])
    return Found(pcode=match.pcode or "", said=sentence, offers=offered)


def _unstored(body: dict[str, Any]) -> Response:
    """Return JSON that no cache keeps."""
    answer = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _release(site: Site, name: str) -> ReleaseCard:
    release, edition = site.world.releases[name], site.world.edition
    card = release.manifest
    return ReleaseCard(
        dataset=name,
        title=card.title or name,
        id=release.id,
        policy=str(card.policy),
        published=card.published,
        epsilon=card.protection.get("epsilon"),
        period=card.period,
        synthetic=card.synthetic,
        boundaries=edition.id,
        licence=edition.licence,
    )
