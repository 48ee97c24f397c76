"""The briefing's routes: stories to choose from, the full-screen page, the presenter's notes, a step for phones.

A whole story is one document: once it is open, no step asks the network for anything. Without JavaScript its
steps follow one another down the page, which is also how it prints.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from flask import Blueprint, abort, current_app, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from dashboard.briefing.lan import public_root
from dashboard.briefing.steps import ShownStep, problems, show
from dashboard.briefing.story import NAME, STORIES, Story, folder_stories, load, say
from dashboard.i18n.catalogue import catalogue
from dashboard.settings import AppSettings
from dashboard.view.site import Site, common
from dashboard.view.state import from_query, to_query
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import address, oembed_address, reader_lang
from dashboard.web.templates import render
from geodata.query.world import World
from geodata.values import DataProblem
from layers.minimap import overlay_defs
from layers.patterns import pattern_defs
from layers.theme import INK, WHITE


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("briefing", __name__)

    @routes.route("/briefing")
    def briefing() -> str | tuple[str, int]:
        lang = reader_lang(site.choices.languages)
        name = request.args.get("story", "")
        if not name:
            return stories_page(site, lang)
        return _or_sentence(site, lang, lambda: story_page(site, story_of(site, name), lang, _root()))

    @routes.route("/briefing/notes")
    def notes() -> str | tuple[str, int]:
        lang = reader_lang(site.choices.languages)
        name = request.args.get("story", "")
        return _or_sentence(site, lang, lambda: notes_page(site, story_of(site, name), lang, _step()))

    @routes.route("/briefing/phone")
    def phone() -> str | tuple[str, int]:
        lang = reader_lang(site.choices.languages)
        name = request.args.get("story", "")
        return _or_sentence(site, lang, lambda: phone_page(site, story_of(site, name), lang, _step()))

    @routes.route("/b/<name>/<int:number>")
    def short(name: str, number: int) -> AnyResponse:
        """Send a phone from the short address inside the QR code to its page; it speaks the phone's language."""
        if not NAME.fullmatch(name) or not 0 < number < 1_000:
            abort(404)
        lang = reader_lang(site.choices.languages)
        return redirect(address("/briefing/phone", lang, story=name, step=str(number)), code=302)

    return routes


def folders(world: World) -> tuple[Path, ...]:
    """Return where stories lie: those that ship, then this user's."""
    return STORIES, world.settings.home / "stories"


def story_of(site: Site, name: str) -> Story:
    """Return a story by name; 404 for one that is not there, DataProblem for one that is not in order."""
    path = folder_stories(*folders(site.world)).get(name) if NAME.fullmatch(name) else None
    if path is None:
        abort(404)
    stat = path.stat()
    story = _loaded(path, stat.st_mtime_ns)
    if problems_found := _checked(site, site.world.key, story):
        raise DataProblem("\n".join(problems_found))
    return story


@lru_cache(maxsize=32)
def _loaded(path: Path, _changed: int) -> Story:
    return load(path)


@lru_cache(maxsize=32)
def _checked(site: Site, _world: str, story: Story) -> tuple[str, ...]:
    return tuple(problems(site, story))


def stories_page(site: Site, lang: str) -> str:
    """Return the list of stories with what each is about; one that is not in order says why."""
    listed = []
    for name, path in folder_stories(*folders(site.world)).items():
        try:
            story = story_of(site, name)
        except DataProblem as problem:
            listed.append({"name": name, "problem": str(problem).splitlines(), "own": path.parent != STORIES})
            continue
        listed.append(
            {
                "name": name,
                "problem": [],
                "own": path.parent != STORIES,
                "title": say(story.title, lang),
                "about": say(story.about, lang),
                "n": len(story.steps),
                "href": address("/briefing", lang, story=name),
                "notes": address("/briefing/notes", lang, story=name),
            }
        )
    state = from_query(f"lang={lang}", site.choices)[0]
    named = {**common(site, state), "oembed": _oembed(lang)}
    return render("briefing/stories.html", here="briefing", stories=listed, **named)


def story_page(site: Site, story: Story, lang: str, root: str | None, extras: tuple[tuple[str, str], ...] = ()) -> str:
    """Return the full-screen document of a story; the browser opens it at the `step` of the link.

    root: what phones in the room open ("" when they cannot, None where there is no server). extras: (words, file)
    of what lies beside the document.
    """
    return _document(site, site.world.key, story, lang, root, extras)


@lru_cache(maxsize=24)
def _document(
    site: Site, _world: str, story: Story, lang: str, root: str | None, extras: tuple[tuple[str, str], ...]
) -> str:
    shown = [show(site, story, number, lang) for number in range(1, len(story.steps) + 1)]
    state = shown[0].state
    codes = [qr(f"{root}/b/{story.name}/{step.number}") for step in shown] if root else []
    other = [(code, address("/briefing", code, story=story.name)) for code in site.choices.languages if code != lang]
    return render(
        "briefing/story.html",
        story=story.name,
        title=say(story.title, lang),
        about=say(story.about, lang),
        steps=shown,
        codes=codes,
        root=root,
        extras=extras,
        defs=Markup(pattern_defs() + overlay_defs()),  # noqa: S704 - our own constant markup
        others=other,
        stamps=[stamp_of(site, step) for step in shown],
        **{**_tools(site, state), "oembed": _oembed(lang, story.name)},
    )


def notes_page(site: Site, story: Story, lang: str, at: int) -> str:
    """Return the presenter's window: the words of the step, what comes next, the time since the start."""
    shown = [show(site, story, number, lang) for number in range(1, len(story.steps) + 1)]
    at = min(max(at, 1), len(shown))
    state = shown[0].state
    return render(
        "briefing/notes.html", story=story.name, title=say(story.title, lang), steps=shown, at=at, **_tools(site, state)
    )


def phone_page(site: Site, story: Story, lang: str, at: int) -> str:
    """Return one step as a light page for the phones of the audience."""
    if not 1 <= at <= len(story.steps):
        abort(404)
    shown = show(site, story, at, lang, phone=True)

    def link(number: int) -> str:
        return address("/briefing/phone", lang, story=story.name, step=str(number))

    return render(
        "briefing/phone.html",
        story=story.name,
        title=say(story.title, lang),
        step=shown,
        stamp=stamp_of(site, shown),
        there=link,
        defs=Markup(pattern_defs() + overlay_defs()),  # noqa: S704 - our own constant markup
        **_tools(site, shown.state),
    )


@lru_cache(maxsize=512)
def qr(text: str) -> Markup:
    """Return the QR code of a text as SVG, with the text as its title."""
    code = segno.make(text, error="m")
    made = code.svg_inline(scale=4, border=2, dark=INK, light=WHITE, title=text, omitsize=True)
    return Markup(made)  # noqa: S704 - segno escapes the title


def stamp_of(site: Site, shown: ShownStep) -> dict[str, Any]:
    """Return the lines under a step's map."""
    foot: dict[str, Any] = common(site, shown.state)["foot"]
    return foot


def _tools(site: Site, state: Any) -> dict[str, Any]:
    names = TemplateTools(site.world, site.choices, state).names()
    return {**names, **common(site, state), "view_query": lambda shown: to_query(shown, site.choices)}


def _oembed(lang: str, story: str = "") -> str:
    return oembed_address(address("/briefing", lang, story=story))


def _step() -> int:
    text = request.args.get("step", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _root() -> str:
    settings: AppSettings = current_app.config["NJIA_SETTINGS"]
    root = public_root(request.host_url, settings.host, settings.port)
    return root and root + request.script_root


def _or_sentence(site: Site, lang: str, make: Callable[[], str]) -> str | tuple[str, int]:
    """Return the page, or the sentences that say what is wrong with the story."""
    try:
        return make()
    except DataProblem as problem:
        state = from_query(f"lang={lang}", site.choices)[0]
        sentence = f"{catalogue(lang).t('briefing.not_in_order')} {problem}"
        return render("error.html", here="", sentence=sentence, **common(site, state)), 422
