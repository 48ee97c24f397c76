"""What a shared link shows elsewhere: picture, title and sentence in the head, oEmbed, and the frame to copy."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Annotated, Literal
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from dashboard.export.text_fitting import clean
from dashboard.lenses import lenses
from dashboard.lenses.picture import lens_picture
from dashboard.pages.picture import picture_svg
from dashboard.pages.picture_legend import marks_of
from dashboard.server.app import Njia, create_app
from dashboard.settings import AppSettings
from dashboard.view.state import from_query
from dashboard.view.svg import SvgMapSpec
from geodata.query.world import World

OUTSIDE = "https://maps.example/"
DOCUMENTS = (
    "/?lang=en",
    "/county/KE011?lang=sw",
    "/sources?lang=en",
    "/about?lang=sw",
    "/help?lang=en",
    "/api?lang=en",
)


@pytest.fixture(scope="module")
def known(world: World) -> FlaskClient:
    settings = AppSettings(public_url=OUTSIDE, frame_ancestors="https://newsroom.example")
    return create_app(world, settings).server.test_client()


def head(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'property="(og:\w+)"\s+content="([^"]*)"', page)}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_page_says_title_sentence_and_picture(known: FlaskClient, path: str) -> None:
    told = head(known.get(path).get_data(as_text=True))
    assert set(told) == {"og:title", "og:description", "og:image"}
    assert all(told.values())
    assert told["og:image"].startswith(f"{OUTSIDE}picture.png?")
    assert parse_qs(urlsplit(told["og:image"]).query)["lang"] == [path[-2:]]


def test_the_sentence_of_a_view_goes_with_its_link(known: FlaskClient) -> None:
    page = known.get("/?nature=smuggling&county=KE011&lang=en").get_data(as_text=True)
    told = head(page)
    sentence = re.sub(r"<[^>]+>", "", re.findall(r'id="sentence"[^>]*>(.*?)</h1>', page, re.DOTALL)[0])
    assert " ".join(unescape(sentence).split()) == " ".join(told["og:description"].split())
    assert "county=KE011" in told["og:image"]


def test_a_kept_page_does_not_repeat_the_name_another_browser_used(client: FlaskClient) -> None:
    page = client.get("/about?lang=en", headers={"Host": "evil.example"}).get_data(as_text=True)
    assert "evil.example" not in page


@pytest.mark.parametrize("query", ["lang=en", "lang=sw&nature=smuggling&county=KE011", "lens=responds&lang=en"])
def test_the_picture_is_1200_by_630(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/picture.png?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.data)).size == (1_200, 630)
    assert len(answer.data) < 400_000
    again = client.get(f"/picture.png?{query}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("lens", list(lenses()))
def test_the_picture_has_the_fills_and_the_sentence_of_its_lens(app: Njia, lens: str) -> None:
    state, _ = from_query(f"lens={lens}&lang=en&nature=smuggling", app.site.choices)
    seen = lenses()[lens].view(app.site, state)
    svg = picture_svg(app.site, state)
    for county in seen.fills:
        path = re.findall(rf'<path id="njia-{county.pcode}" [^>]*fill="([^"]*)"', svg)
        assert path == [county.colour], county.pcode
    words = " ".join(unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    assert " ".join(seen.sentence.split()[:4]).replace("\u202f", " ") in words.replace("\u202f", " ")


def test_oembed_of_a_view(known: FlaskClient) -> None:
    page = known.get("/?nature=smuggling&county=KE011&lang=sw").get_data(as_text=True)
    found = unescape(re.findall(r'type="application/json\+oembed" href="([^"]+)"', page)[0])
    told = known.get(found).get_json()
    assert (told["version"], told["type"], told["provider_name"]) == ("1.0", "rich", "Njia")
    assert (told["width"], told["height"]) == (560, 760)
    frame = unescape(re.findall(r'src="([^"]+)"', told["html"])[0])
    assert frame.startswith(f"{OUTSIDE}embed?")
    assert known.get(frame.removeprefix(OUTSIDE[:-1])).status_code == 200
    picture = known.get(told["thumbnail_url"].removeprefix(OUTSIDE[:-1]))
    assert Image.open(io.BytesIO(picture.data)).size == (told["thumbnail_width"], told["thumbnail_height"])
    answer = known.get(found, headers={"Origin": "https://newsroom.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


PAGES = {
    "/lite/KE010?lang=en": ("rich", "lite/KE010?lang=en"),
    "/lite/KE011?lang=sw": ("rich", "lite/KE011?lang=sw"),
    "/county/KE011?lang=sw": ("rich", "embed?"),
    "/briefing?lang=en": ("link", ""),
    "/briefing?story=isiolo&lang=sw": ("link", ""),
}
"""Page → type of its oEmbed answer, and how the address in its frame begins, behind the site's own."""
Own = Annotated[str, Field(pattern=r"^https://maps\.example/")]


class LinkAnswer(BaseModel):
    """What oEmbed 1.0 wants of a link (2.3.4.3), and the picture and age that we promise beyond."""

    model_config = ConfigDict(extra="forbid", strict=True)
    type: Literal["link"]
    version: Literal["1.0"]
    title: Annotated[str, Field(min_length=3)]
    provider_name: Literal["Njia"]
    provider_url: Own
    cache_age: Annotated[int, Field(gt=0)]
    thumbnail_url: Own
    thumbnail_width: Literal[1200]
    thumbnail_height: Literal[630]


class RichAnswer(LinkAnswer):
    """The same with a frame (2.3.4.4)."""

    type: Literal["rich"]  # type: ignore[assignment] # another of the four kinds
    html: Annotated[str, Field(pattern=r'^<iframe src="https://[^"]+"[^<>]*></iframe>$')]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]


@pytest.mark.parametrize("path", list(PAGES))
def test_cards_profiles_and_briefings_say_how_they_are_shown_elsewhere(known: FlaskClient, path: str) -> None:
    page = known.get(path).get_data(as_text=True)
    found = unescape(re.findall(r'type="application/json\+oembed" href="([^"]+)"', page)[0])
    assert parse_qs(urlsplit(found).query)["url"] == [OUTSIDE[:-1] + path]
    told = known.get(found).get_json()
    kind, frame = PAGES[path]
    (RichAnswer if kind == "rich" else LinkAnswer).model_validate(told)
    if frame:
        source = unescape(re.findall(r'src="([^"]+)"', told["html"])[0])
        assert source.startswith(OUTSIDE + frame)
        framed = known.get(source.removeprefix(OUTSIDE[:-1]))
        assert framed.status_code == 200
        assert "frame-ancestors https://newsroom.example" in framed.headers["Content-Security-Policy"]
    assert told["title"] in unescape(page) or kind == "rich"
    picture = known.get(told["thumbnail_url"].removeprefix(OUTSIDE[:-1]))
    assert Image.open(io.BytesIO(picture.data)).size == (1_200, 630)


def test_a_card_that_shows_a_caseload_or_stands_at_no_known_address_is_not_offered(client: FlaskClient) -> None:
    assert "+oembed" not in client.get("/lite/KE010?lang=en").get_data(as_text=True)
    for story in ("nothing", "../kenya", "%00"):
        assert client.get(f"/oembed?url={quote(f'/briefing?story={story}')}").status_code == 404


STORIES = ("kenya", "isiolo", "coast")


@pytest.mark.parametrize(
    "path", [*(f"/briefing?story={name}&lang=sw" for name in STORIES), "/embed?county=KE011&nature=smuggling&lang=en"]
)
def test_stories_and_frames_have_a_preview_of_their_own(known: FlaskClient, path: str) -> None:
    page = known.get(path).get_data(as_text=True)
    told = head(page)
    assert set(told) == {"og:title", "og:description", "og:image"}
    assert all(told.values())
    assert unescape(re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[0]).startswith(told["og:title"])
    answer = known.get(told["og:image"].removeprefix(OUTSIDE[:-1]))
    assert Image.open(io.BytesIO(answer.data)).size == (1_200, 630)


@pytest.mark.parametrize("path", [*DOCUMENTS, "/briefing?story=kenya&lang=en", "/embed?lang=en", "/lite/KE011?lang=en"])
def test_no_page_claims_an_address_that_its_operator_did_not_say(
    client: FlaskClient, known: FlaskClient, path: str
) -> None:
    """Without a public address a preview names no host at all; with one, it names that and no other."""
    for reader, host in ((client, ""), (known, OUTSIDE)):
        page = reader.get(path, headers={"Host": "evil.example"}).get_data(as_text=True)
        named = re.findall(r'property="og:(?:url|image)"\s+content="([^"]*)"', page)
        assert all(address.startswith(host or "/") for address in named)
        for link in re.findall(r'<link[^>]*\+oembed"[^>]*>', page):
            assert "evil.example" not in link


@pytest.mark.parametrize("query", ["nature=smuggling&lang=en", "nature=trafficking&measure=persons&lang=sw"])
def test_the_shared_picture_carries_the_legend_of_the_map(app: Njia, query: str) -> None:
    state, _ = from_query(query, app.site.choices)
    view = lenses()[state.lens].view(app.site, state)
    svg = picture_svg(app.site, state)
    words = " ".join(unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    legend = lens_picture(app.site, state, SvgMapSpec((660, 500), "x")).legend
    title, marks = marks_of(legend)
    classes = [mark for mark in marks if mark.fill.startswith("#")]
    assert len(classes) >= 4
    assert clean(title).split()[0] in words
    for mark in classes:
        assert clean(mark.words).split()[0] in words
        assert f'fill="{mark.fill}" stroke' in svg
    assert {fill.colour for fill in view.fills} & {mark.fill for mark in classes}


def test_oembed_keeps_the_asked_size_and_says_what_it_cannot(known: FlaskClient, client: FlaskClient) -> None:
    card = quote(f"{OUTSIDE}lite/KE011?lang=en")
    small = known.get(f"/oembed?url={card}&maxwidth=400&maxheight=500").get_json()
    assert (small["width"], small["height"]) == (400, 500)
    assert f"{OUTSIDE}lite/KE011?lang=en" in small["html"]
    assert known.get(f"/oembed?url={card}&format=xml").status_code == 501
    for other in ("https://foreign.example/", f"{OUTSIDE}about", f"{OUTSIDE}county/KE099", "http://[", "", "/../x"):
        assert known.get(f"/oembed?url={quote(other)}").status_code == 404, other
    assert client.get("/oembed?url=/").get_json()["type"] == "link"


def test_the_frame_to_copy_is_a_whole_address(known: FlaskClient) -> None:
    page = unescape(unescape(known.get("/export?county=KE011&lang=en").get_data(as_text=True)))
    assert f'<iframe src="{OUTSIDE}embed?' in page
