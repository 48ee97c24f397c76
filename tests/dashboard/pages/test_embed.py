"""The frame for other sites: light, without scripts, its words inside, framed only by whom the setting allows."""

from __future__ import annotations

from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import World


def test_a_frame_carries_what_a_map_must_carry(client: FlaskClient, world: World):
    for lang, said in (("en", "Open the full map"), ("sw", "Fungua ramani kamili")):
        link = f"/embed?nature=smuggling&county=KE011&lang={lang}"
        answer = client.get(link)
        assert answer.status_code == 200
        assert said in answer.text
        assert world.releases["public"].id[:12] in answer.text
        assert world.edition.licence in answer.text
        assert f'href="/?lang={lang}&amp;nature=smuggling&amp;county=KE011"' in answer.text
        assert "<script" not in answer.text
        assert len(client.get(link, headers={"Accept-Encoding": "br"}).data) < 45_000
    assert client.get("/embed?county=<script>&t=99999&nature=%ff").status_code == 200


def test_only_frames_may_be_framed_elsewhere(world: World):
    site = create_app(world, AppSettings(frame_ancestors="https://county.example")).server.test_client()
    for path, allowed in (("/embed", "https://county.example"), ("/lite", "https://county.example"), ("/", "'self'"),
                          ("/sources", "'self'")):  # fmt: skip
        policy = site.get(path).headers["Content-Security-Policy"]
        assert policy.endswith(f"frame-ancestors {allowed}"), path
