"""What a shared link shows elsewhere: picture, title and sentence in the head, oEmbed, and the frame to copy."""

from __future__ import annotations

import io
import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image

from dashboard.lenses import lenses
from dashboard.pages.picture import picture_svg
from dashboard.server.app import Njia, create_app
from dashboard.settings import AppSettings
from dashboard.view.state import from_query
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


def test_oembed_keeps_the_asked_size_and_says_what_it_cannot(known: FlaskClient, client: FlaskClient) -> None:
    card = quote(f"{OUTSIDE}lite/KE011?lang=en")
    small = known.get(f"/oembed?url={card}&maxwidth=400&maxheight=500").get_json()
    assert (small["width"], small["height"]) == (400, 500)
    assert "county=KE011" in small["html"]
    assert known.get(f"/oembed?url={card}&format=xml").status_code == 501
    for other in ("https://foreign.example/", f"{OUTSIDE}about", f"{OUTSIDE}county/KE099", "http://[", "", "/../x"):
        assert known.get(f"/oembed?url={quote(other)}").status_code == 404, other
    assert client.get("/oembed?url=/").get_json()["type"] == "link"


def test_the_frame_to_copy_is_a_whole_address(known: FlaskClient) -> None:
    page = unescape(unescape(known.get("/export?county=KE011&lang=en").get_data(as_text=True)))
    assert f'<iframe src="{OUTSIDE}embed?' in page
