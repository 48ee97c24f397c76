"""Everything a story needs, asked of the real site by its own test client: no network, and the rules of the site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from dashboard.briefing.pages import notes_page, story_page
from dashboard.briefing.steps import map_state, show
from dashboard.briefing.story import Step, Story
from dashboard.bundle.offline import offline
from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.picture import map_title
from dashboard.view.site import Site
from dashboard.view.state import from_query, to_query
from dashboard.web.links import address
from geodata.values import DataProblem

DATA = (
    ("counties.csv", "/api/v1/indicators.csv"),
    ("counties.geojson", "/api/v1/counties.geojson"),
    ("sources.csv", "/api/v1/sources.csv"),
)
"""Files for each map of the story: name → address; figures by county, shapes with figures, sources."""
COUNTY = re.compile(r"KE0\d\d")


@dataclass
class Bundle:
    """Files by name; pages by the address they stand for."""

    site: Site
    client: FlaskClient
    lang: str
    files: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)

    def asset(self, url: str) -> str:
        """Keep a static file and return its place."""
        name = "files/" + urlsplit(url).path.split("/", 3)[3].rsplit("/", 1)[-1]
        if name not in self.files:
            self.files[name] = self._get(url)
        return name

    def place(self, link: str) -> str:
        """Return the file of a page in the bundle, "" when it is not there."""
        return self.pages.get(_key(link), "")

    def page(self, link: str, name: str) -> None:
        """Keep a page of the site under a name."""
        self.files[name] = offline(self._get(link).decode("utf-8"), self.place, self.asset).encode()

    def data(self, link: str, name: str) -> None:
        """Keep a data file."""
        self.files[name] = self._get(link)

    def _get(self, link: str) -> bytes:
        answer = self.client.get(link, headers={"Accept-Encoding": "identity"}, follow_redirects=True)
        if answer.status_code != 200:
            raise DataProblem(f"The page {link} cannot be put on the stick (it answers {answer.status_code}).")
        return answer.get_data()


def bundle(server: Flask, site: Site, story: Story, lang: str) -> dict[str, bytes]:
    """Return file name → content of a story's bundle in one language; ``index.html`` opens it."""
    held = Bundle(site, server.test_client(), lang)
    shown = [show(site, story, number, lang) for number in range(1, len(story.steps) + 1)]
    notes = address("/briefing/notes", lang, story=story.name)
    cards = {pcode: address(f"/lite/{pcode}", lang) for pcode in sorted(set(_counties(site, story)))}
    held.pages = {_key(notes): "notes.html", _key(address("/briefing", lang)): "index.html"}
    held.pages |= {_key(link): f"county-{pcode}.html" for pcode, link in cards.items()}
    for step in shown:
        if step.svg:
            query = to_query(step.state, site.choices)
            table = to_query(replace(step.state, county=""), site.choices)  # of all counties, as on the page
            for name, path in DATA:
                held.data(f"{path}?{table if name == 'counties.csv' else query}", f"data/step-{step.number}-{name}")
    with server.test_request_context(address("/briefing", lang, story=story.name)):
        whole = story_page(site, story, lang, None, _extras(site, lang, held))
        spoken = notes_page(site, story, lang, 1)
    held.files["index.html"] = offline(whole, held.place, held.asset).encode()
    held.files["notes.html"] = offline(spoken, held.place, held.asset).encode()
    for pcode, link in cards.items():
        held.page(link, f"county-{pcode}.html")
    held.files["manifest.json"] = _manifest(site, story, lang, held.files)
    return dict(sorted(held.files.items()))


def _extras(site: Site, lang: str, held: Bundle) -> tuple[tuple[str, str], ...]:
    """Return (words, file) of the cards and data beside the story."""
    tr = catalogue(lang)
    cards = [
        (tr.t("briefing.extra_card", county=site.world.names[name[7:12]]), name)
        for name in sorted(held.pages.values())
        if name.startswith("county-")
    ]
    data = []
    for name in sorted(held.files):
        if name.startswith("data/"):
            step, _, what = name.removeprefix("data/step-").partition("-")
            data.append((tr.t("briefing.extra_data", step=step, name=what), name))
    return (*cards, *data)


def one_step(site: Site, link: str, lang: str) -> Story:
    """Return a story of one step from a link of the map; its title is the map's own."""
    parts = urlsplit(link)
    if not link.startswith("/") and parts.scheme not in ("http", "https"):
        raise DataProblem(f"“{link[:80]}” is neither a story's name or file nor a link of this site.")
    local = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    step = _lone_step(local, lang, "…")
    view_on_map = map_state(site, step, lang)
    if view_on_map is None:
        return _lone_story(_lone_step(local, lang, parts.path))
    state, notices = from_query(parts.query, site.choices)
    if notices:
        values = "; ".join(f"{notice.key}={notice.given}" for notice in notices)
        raise DataProblem(f"The link says {values}, which this site does not understand; copy it again from the map.")
    title = map_title(site, state)
    return _lone_story(_lone_step(local, lang, title))


def _lone_step(link: str, lang: str, title: str) -> Step:
    """Return the step of a bare link: its title is the view's own, however long, so it is not checked as a story is."""
    return Step.model_construct(link=link, title={lang: title}, caption={}, notes={}, sources=())


def _lone_story(step: Step) -> Story:
    return Story.model_construct(name="view", title=step.title, about={}, steps=(step,))


def _counties(site: Site, story: Story) -> Iterator[str]:
    """Yield the counties a story speaks of: chosen in a link, or named by a figure."""
    for step in story.steps:
        for text in (step.link, *step.caption.values(), *step.notes.values()):
            yield from (pcode for pcode in COUNTY.findall(text) if pcode in site.world.names)


def _key(link: str) -> str:
    parts = urlsplit(link)
    pairs = sorted(pair for pair in parse_qsl(parts.query) if pair[0] != "step")
    return f"{parts.path}?{pairs}"


def _manifest(site: Site, story: Story, lang: str, files: dict[str, bytes]) -> bytes:
    world = site.world
    manifest: dict[str, Any] = {
        "title": dict(story.title),
        "language": lang,
        "steps": [step.link for step in story.steps],
        "as_of": world.as_of,
        "releases": {name: release.id for name, release in world.releases.items()},
        "boundaries": {"edition": world.edition.id, "title": world.edition.title, "licence": world.edition.licence},
        "files": sorted(files),
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode()
