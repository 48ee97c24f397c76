"""`/export`: what can be taken away of a view, a file being made, and the file; complete without JavaScript.

``/export?<view>`` offers the formats, for the view or for a region, and the words that embed it elsewhere
(``/export/to/pptx?<view>`` with that format chosen); the same sent by POST from a page of this site begins one and
leads to ``/export/<job>``, which looks again by itself until the file is there. A link, a foreign page or a crawler
begins nothing, one sender has only a few at a time, and only who began one has the key that stops it.
Nothing a reader types becomes part of a path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, abort, jsonify, redirect, request, send_file

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, asked_in, make_brief, template_of
from dashboard.export.jobs import REFUSED, WITHDRAWN, ExportJob, ExportJobs, Full
from dashboard.export.model import Brief
from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.jobs import DONE
from dashboard.lenses.compare.query import view_query
from dashboard.lenses.on_paper import question_map
from dashboard.pages.export.offer import OWN, SET, ExportQuery, offer_of
from dashboard.settings import public_url
from dashboard.view.query_string import every_nature, without_every_nature
from dashboard.view.site import Site, common
from dashboard.view.state import MAX_QUERY, ViewState, defaults, from_query
from dashboard.web.links import address, reader_lang
from dashboard.web.rate_limit import Senders, is_same_origin, sender
from dashboard.web.templates import render
from geodata.query.changes import provinces
from geodata.query.comparison import units
from geodata.query.releases import NotAnswerable
from geodata.query.withdrawn import withdrawn
from geodata.values import DataProblem

REFRESH_S = 2
PATH = "/export"


def blueprint(site: Site) -> Blueprint:
    """Return the routes; the jobs' folder is named here, before any worker is forked."""
    routes = Blueprint("export", __name__)
    jobs, senders = ExportJobs(), Senders()
    routes.record_once(lambda setup: setup.app.extensions.update({"njia-exports": jobs}))

    @routes.route(PATH, methods=["GET", "POST"])
    def export() -> Any:
        return _answer(site, jobs, read_query(site), senders)

    @routes.route(f"{PATH}/to/<kind>", methods=["GET", "POST"])
    def export_to(kind: str) -> Any:
        return _answer(site, jobs, replace(read_query(site), kind=kind), senders)

    @routes.get(f"{PATH}/<name>")
    def show_job(name: str) -> Any:
        job = jobs.find(name.removesuffix(".json"))
        if name.endswith(".json"):
            return _json(job)
        key = request.args.get("key", "")
        return job_page(site, job, key if jobs.may_stop(name, key) else "")

    @routes.post(f"{PATH}/<name>/stop")
    def stop(name: str) -> Any:
        if not is_same_origin() or not jobs.may_stop(name, request.form.get("key", "")):
            abort(403)
        jobs.stop(name)
        return redirect(address(f"{PATH}/{name}", _lang(site)), code=303)

    @routes.get(f"{PATH}/<name>/<file>")
    def download(name: str, file: str) -> Any:
        return sent(site, jobs, name, file)

    return routes


def _answer(site: Site, jobs: ExportJobs, query: ExportQuery, senders: Senders) -> Any:
    tr = catalogue(query.state.lang)
    if query.kind and query.kind not in FORMATS:
        return refusal(site, query.state, tr.t("export.job.unknown"), 400)
    if request.method == "GET":
        return offer_page(site, query)
    if not is_same_origin():
        return refusal(site, query.state, tr.t("export.job.foreign"), 403)
    return begin(site, jobs, query, senders.name(sender()))


def read_query(site: Site) -> ExportQuery:
    """Return what the request wants; unknown values of the view fall back as everywhere."""
    text = request.query_string.decode("utf-8", "replace")[:MAX_QUERY]
    if request.method == "POST":
        text = "&".join(filter(None, (text, urlencode(list(request.form.items(multi=True))))))[:MAX_QUERY]
    pairs = parse_qsl(text, max_num_fields=None)
    given = {key: value for key, value in pairs if key in OWN}
    rest = urlencode([(key, value) for key, value in pairs if key not in OWN], safe=",")
    if not any(key == "lang" for key, _ in pairs):
        rest = f"{rest}&lang={_lang(site)}"
    state, _ = from_query(without_every_nature(rest), site.choices)
    kind, address_of_site = given.get("format", "")[:40], public_url()
    template, _, region = given.get("template", "")[:40].partition(":")
    if template == SET:
        ticked = tuple(dict.fromkeys(value for key, value in pairs if key == SET and value in site.world.names))
        purpose = Purpose("region", ticked, address=address_of_site, all_natures=every_nature(rest))
        return ExportQuery(kind, SET, state, purpose)
    known = region if region in provinces(site.world) else ""
    compared = () if known else _compared(site, state)
    purpose = asked_in(site.world, rest, state, Purpose(template, compared, known, address_of_site))
    return ExportQuery(kind, purpose.template, state, purpose)


def _compared(site: Site, state: ViewState) -> tuple[str, ...]:
    """Return the counties that a view of the lens “compare” shows, also where it names them by a preset."""
    if state.lens != "compare":
        return ()
    query = view_query(site, state)
    shown = units(site.world, query.counties, query.preset)
    return tuple(unit.key for unit in shown if unit.key in site.world.names)


def sent(site: Site, jobs: ExportJobs, name: str, file: str) -> Any:
    """Return the finished file under its own name, or the page that says it is not kept."""
    job, path = jobs.find(name), jobs.result(name)
    if job is None or path is None or file != job.name or _is_withdrawn(site, job):
        return job_page(site, None)
    mime = FORMATS[job.format].mime
    answer = send_file(path.resolve(), mimetype=mime, as_attachment=True, download_name=job.name, max_age=0)
    answer.headers["X-Njia-Release"] = job.release
    return answer


def begin(site: Site, jobs: ExportJobs, query: ExportQuery, who: str) -> Any:
    """Begin an export, or find it begun, and lead to its page; what cannot be made is said at once."""
    tr = catalogue(query.state.lang)
    if not query.kind:
        return refusal(site, query.state, tr.t("export.job.unknown"), 400)
    try:
        job = jobs.start(site.world, _brief(site, query), query.kind, who)
    except Full:
        return refusal(site, query.state, tr.t("export.job.full"), 503)
    except (DataProblem, NotAnswerable) as problem:
        return refusal(site, query.state, str(problem), 400)
    key = jobs.new_key(job.id)
    return redirect(address(f"{PATH}/{job.id}", query.state.lang, **({"key": key} if key else {})), code=303)


def _brief(site: Site, query: ExportQuery) -> Brief:
    purpose, tr = query.purpose, catalogue(query.state.lang)
    if query.template == SET and not purpose.counties:
        raise DataProblem(tr.t("export.take.none_ticked"))
    template = purpose.template or template_of(query.state, purpose.counties, purpose.region)
    if query.kind in FORMATS and template not in FORMATS[query.kind].templates:
        raise DataProblem(tr.t("export.take.no_years"))
    return make_brief(site.world, site.choices, query.state, replace(purpose, ask=question_map))


def offer_page(site: Site, query: ExportQuery) -> str:
    """Return the page that offers every format and purpose of a view; with ``part=1`` only what a dialog shows."""
    offer = offer_of(site, query)
    head = common(site, query.state)
    if request.args.get("part") == "1":
        return render("parts/take.html", offer=offer, **head)
    return render("export.html", here="", offer=offer, job=None, refused="", refresh=0, **head)


def job_page(site: Site, job: ExportJob | None, key: str = "") -> tuple[str, int]:
    """Return the page of one export, 404 where it is not kept (any more). key: what stops it, for who began it."""
    lang = _lang(site)
    tr = catalogue(lang)
    state = defaults(site.choices)
    head = common(site, _in(state, lang))
    if job is None:
        sentence = tr.t("export.job.lost")
        return render("export.html", here="", offer=None, job=None, refused=sentence, refresh=0, **head), 404
    gone = _is_withdrawn(site, job)
    view = {
        **asdict(job),
        "busy": job.busy,
        "ready": job.state == DONE and not gone,
        "standing": _standing(tr, job, gone=gone),
        "kb": max(1, job.size // 1000),
        "percent": round(job.share * 100),
        "file": f"{PATH}/{job.id}/{job.name}",
        "stop": address(f"{PATH}/{job.id}/stop", lang),
        "key": key,
        "again": f"{PATH}{job.link.removeprefix('/')}&format={job.format}&template={job.template}",
    }
    refresh = REFRESH_S if job.busy else 0
    return render("export.html", here="", offer=None, job=view, refused="", refresh=refresh, **head), 200


def _standing(tr: Catalogue, job: ExportJob, *, gone: bool) -> str:
    if gone or job.problem == WITHDRAWN:
        return tr.t("export.job.withdrawn")
    if job.problem == REFUSED:
        return job.words
    if job.problem:
        return tr.t("export.job.broke")
    return tr.t(f"export.job.{job.state}", done=str(round(job.share * 100)))


def refusal(site: Site, state: ViewState, sentence: str, status: int) -> tuple[str, int]:
    """Return the page that says in one sentence why there is no file."""
    head = common(site, _in(defaults(site.choices), state.lang))
    return render("export.html", here="", offer=None, job=None, refused=sentence, refresh=0, **head), status


def _is_withdrawn(site: Site, job: ExportJob) -> bool:
    try:
        return withdrawn(site.world, job.dataset, job.release)
    except DataProblem:
        return True


def _json(job: ExportJob | None) -> tuple[Response, int]:
    told: Mapping[str, Any] = {"state": "lost"}
    if job is not None:
        told = {"state": job.state, "share": job.share, "problem": job.problem, "name": job.name, "size": job.size}
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if job is not None else 404


def _lang(site: Site) -> str:
    return reader_lang(site.choices.languages)


def _in(state: ViewState, lang: str) -> ViewState:
    return replace(state, lang=lang)
