"""What is drawn: every county's card, the map in every lens and language, ten slides; by name, as normalised text."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from flask.testing import FlaskClient
from lxml import etree
from pptx import Presentation
from pptx.slide import Slide

from dashboard.export.brief import from_link
from dashboard.export.pptx import make as make_deck
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from dashboard.view.site import choices_of
from geodata.query.world import World, open_world
from geodata.settings import DataSettings
from tests.drawings.kept import normalised

LANGUAGES = ("en", "sw")
LENSES = {
    "map": "/",
    **{
        f"{nature}-{measure}": f"/embed?nature={nature}&measure={measure}"
        for nature in ("trafficking", "smuggling", "unclear")
        for measure in ("incidents", "persons", "rate")
    },
    "one-year": "/embed?nature=smuggling&t=2020",
    "all-corridors": "/embed?corridor=all&grade=C",
    "extent-corridor": "/embed?extent=corridor",
    "extent-gulf": "/embed?extent=gulf&corridor=all",
    "extent-libya": "/embed?extent=libya&corridor=all",
    "without-layers": "/embed?layers=labels",
    "county-chosen": "/embed?county=KE011&rule=strict",
    "county": "/county/KE047",
    "country": "/country?to=ETH",
    "detection": "/fold/pair?lens=looking",
    "change": "/fold/maps?lens=changed&nature=smuggling",
    "change-trend": "/fold/trend?lens=changed&nature=smuggling",
    "compare": "/fold/multiples?lens=compare&counties=KE010,KE011,KE047",
    "corridors": "/fold/network?lens=ways&grade=C",
}
"""Name → the link whose drawings are kept."""
DECKS = {
    "county-en": ("/?county=KE011&nature=smuggling&lang=en", (1, 2, 4)),
    "county-sw": ("/?county=KE047&measure=persons&lang=sw", (1, 6)),
    "corridor-en": ("/?corridor=C01&nature=smuggling&lang=en", (1, 2)),
    "national-sw": ("/?measure=rate&lang=sw", (1, 7)),
    "compare-en": ("/?counties=KE010,KE011,KE047&measure=persons&nature=smuggling&lang=en", (4,)),
}
"""Name → link of the deck, and the slides that are kept."""
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


class Studio:
    """The shipped world and the application around it, made when the first drawing is asked for."""

    @cached_property
    def world(self) -> World:
        """The public record; no home, so that nothing of this machine is drawn."""
        return open_world(DataSettings(home=Path("/nonexistent"), vault=""))

    @cached_property
    def client(self) -> FlaskClient:
        """A client of the application."""
        return create_app(self.world, AppSettings()).server.test_client()

    def drawings(self, link: str) -> str:
        """Return all drawings of a page in their order; raises AssertionError for a page without one."""
        answer = self.client.get(link)
        assert answer.status_code == 200, f"{link} answers {answer.status_code}"
        found = SVG.findall(answer.get_data(as_text=True))
        assert found, f"{link} holds no drawing"
        return normalised("\n".join(found))

    @cached_property
    def slides(self) -> dict[str, str]:
        """Name → text of every kept slide."""
        choices = choices_of(self.world)
        kept = {}
        with tempfile.TemporaryDirectory() as folder:
            for name, (link, numbers) in DECKS.items():
                path = Path(folder) / f"{name}.pptx"
                make_deck(from_link(self.world, choices, link), self.world, path, lambda _share: None)
                slides = Presentation(str(path)).slides
                kept.update({f"{name}-{number}": slide_text(slides[number - 1]) for number in numbers})
        return kept


def slide_text(slide: Slide) -> str:
    """Return a slide and its charts, one element a line; outlines by their number of points and a digest."""
    charts = [rel.target_part for rel in slide.part.rels.values() if rel.reltype.endswith("/chart")]
    trees = [etree.fromstring(blob) for blob in (etree.tostring(slide._element), *(chart.blob for chart in charts))]
    return "\n".join(line for tree in trees for line in _element(tree, 0)) + "\n"


def _element(node: etree._Element, depth: int) -> Iterator[str]:
    tag = etree.QName(node).localname
    own = " ".join(f'{etree.QName(key).localname}="{value}"' for key, value in node.attrib.items())
    words = (node.text or "").strip()
    if tag == "path":
        points = node.findall(".//{*}pt")
        outline = " ".join(f"{point.get('x')},{point.get('y')}" for point in points)
        yield f"{' ' * depth}path {own} {len(points)} points {hashlib.sha256(outline.encode()).hexdigest()[:12]}"
        return
    yield f"{' ' * depth}{tag} {own} {words}".rstrip()
    for child in node:
        yield from _element(child, depth + 1)


def makers(studio: Studio) -> dict[str, Callable[[], str]]:
    """Return name → what makes the drawing, for all that are kept."""
    cards = {
        f"cards/KE{number:03d}-{lang}.svg": f"/lite/KE{number:03d}?lang={lang}"
        for number in range(1, 48)
        for lang in LANGUAGES
    }
    lenses = {
        f"lenses/{name}-{lang}.svg": f"{link}{'&' if '?' in link else '?'}lang={lang}"
        for name, link in LENSES.items()
        for lang in LANGUAGES
    }

    def page(link: str) -> Callable[[], str]:
        return lambda: studio.drawings(link)

    def slide(name: str) -> Callable[[], str]:
        return lambda: studio.slides[name]

    slides = [f"{deck}-{number}" for deck, (_, numbers) in DECKS.items() for number in numbers]
    return {
        **{name: page(link) for name, link in (cards | lenses).items()},
        **{f"slides/{name}.txt": slide(name) for name in slides},
    }
