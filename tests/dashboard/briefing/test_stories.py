"""Stories: read, checked, refused in sentences; a shown step says what the data says."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from dashboard.briefing.lan import public_root
from dashboard.briefing.steps import problems, show, spoken, zoom
from dashboard.briefing.story import LIMITS, STORIES, folder_stories, load, say
from dashboard.bundle.write import write
from dashboard.cli import main
from dashboard.export.view import View
from dashboard.lenses import lens_of, lenses
from dashboard.server.app import Njia
from dashboard.view.state import from_query
from geodata.values import DataProblem
from layers.figure import EXTENTS

SHIPPED = ("kenya", "isiolo", "coast")
STEP = "  - link: /?county=KE011\n    title: Isiolo\n"


def _story(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_three_stories_are_in_order(app: Njia):
    found = folder_stories(STORIES)
    assert set(found) == set(SHIPPED)
    for name, path in found.items():
        story = load(path)
        assert list(problems(app.site, story)) == [], name
        for step in story.steps:
            assert {"en", "sw"} <= set(step.title), "both languages"
            assert not step.caption or {"en", "sw"} <= set(step.caption)
            assert not step.notes or {"en", "sw"} <= set(step.notes)
    assert len(load(found["kenya"]).steps) == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", "not valid YAML, line"),
        ("just words", "must hold `title` and `steps`"),
        ("title: T\nsteps: []", "`steps` must be a list"),
        ("title: T\nsteps:\n  - title: A", "step 1: `link` must be a link"),
        ("title: T\nsteps:\n  - link: https://example.org/\n    title: A", "step 1: `link` must be a link"),
        ("title: T\nsteps:\n  - link: //example.org/\n    title: A", "step 1: `link` must be a link"),
        ("steps:\n" + STEP, "`title` is missing"),
        ("title: T\nsteps:\n" + STEP + "    colour: red", "unknown field colour"),
        ("title: T\nsteps:\n" + STEP + "    caption: " + "x" * 10_000, "has 10000 characters"),
        ("title: T\nsteps:\n" + STEP + "    caption: {en: [1]}", "one text per language"),
        ("title: T\nsteps:\n" + STEP + "    sources: iom", "`sources` must be a list"),
        ("title: T\nsteps:\n" + STEP * 41, "1 to 40 steps"),
        ('title: T\nsteps:\n  - link: /\n    title: "a\\x07b"', "control character"),
        ("title: &a [*a]", "mine.yaml"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_a_story_that_is_not_in_order_says_why(tmp_path: Path, text: str, said: str):
    with pytest.raises(DataProblem, match=re.escape(said)):
        load(_story(tmp_path, text))


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("  - link: /?county=KE999\n    title: A\n", "county=KE999, not understood"),
        ("  - link: /nowhere\n    title: A\n", "“/nowhere” is not a page a story can show"),
        (STEP + "    sources: [no-such-source]\n", "the source “no-such-source” is not on the Sources page"),
        (STEP + "    caption: '{KE011.smuggling.persons.1999}'\n", "“KE011.smuggling.persons.1999” is not part"),
    ],
)
def test_a_broken_link_figure_or_source_is_found(app: Njia, tmp_path: Path, step: str, said: str):
    story = load(_story(tmp_path, f"title: T\nsteps:\n{step}"))
    assert any(said in line for line in problems(app.site, story))


def test_the_command_says_so_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good = _story(tmp_path, "title: T\nsteps:\n" + STEP)
    assert main(["story", "check", str(good)]) == 0
    assert "1 steps, in order" in capsys.readouterr().out
    assert main(["story", "check", str(_story(tmp_path, "title: T\nsteps:\n  - link: /x\n    title: A\n"))]) == 1
    assert "step 1" in capsys.readouterr().err
    assert main(["story", "check", str(tmp_path / "missing.yaml")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_captions_are_filled_from_the_data(app: Njia):
    story = load(STORIES / "isiolo.yaml")
    shown = show(app.site, story, 2, "en")
    view = View(app.site.world, app.site.choices, shown.state)
    value, _ = view.reading("KE011", "smuggling", "persons")
    assert f"with {view.value_text(value, '', 'persons')} persons" in shown.caption[0]
    assert "{" not in shown.caption[0]
    assert show(app.site, story, 2, "sw").caption[1] == "sw"


@given(st.text(max_size=40), st.text(max_size=40))
def test_another_language_changes_nothing_else(key: str, value: str):
    before = [pair for pair in parse_qsl(urlencode([(key, value), ("lang", "sw")])) if pair[0] != "lang"]
    after = [pair for pair in parse_qsl(spoken(urlencode([(key, value), ("lang", "sw")]), "en")) if pair[0] != "lang"]
    assert before == after


def test_a_reader_gets_the_words_there_are():
    assert say({"en": "A", "sw": "B"}, "sw") == ("B", "sw")
    assert say({"en": "A"}, "sw") == ("A", "en")
    assert say({"sw": "B"}, "en") == ("B", "sw")
    assert say({}, "en") == ("", "en")
    assert LIMITS["caption"] < 1_000


def test_every_story_in_both_languages(client: FlaskClient):
    for name in SHIPPED:
        for lang in ("en", "sw"):
            for path in ("/briefing", "/briefing/notes", "/briefing/phone"):
                answer = client.get(f"{path}?story={name}&lang={lang}")
                assert answer.status_code == 200, (path, name, lang)
                assert f'<html lang="{lang}"' in answer.text


def test_a_phone_gets_a_light_page(client: FlaskClient):
    for name in SHIPPED:
        for step in range(1, len(load(STORIES / f"{name}.yaml").steps) + 1):
            link = f"/briefing/phone?story={name}&step={step}&lang=sw"
            answer = client.get(link, headers={"Accept-Encoding": "gzip"})
            style = re.search(r'href="(/a/[^"]+\.css)"', client.get(link).text)
            assert style
            css = client.get(style[1], headers={"Accept-Encoding": "gzip"})
            assert len(answer.data) + len(css.data) < 60_000, (name, step)
            assert "<script" not in client.get(link).text


def test_what_is_not_there_is_not_found(client: FlaskClient):
    for link in ("/briefing?story=none", "/briefing?story=../../etc/passwd", "/briefing/phone?story=kenya&step=99",
                 "/b/..%2f/1", "/b/kenya/0", "/briefing/phone?story="):  # fmt: skip
        assert client.get(link).status_code == 404, link


def test_the_short_address_leads_to_the_step(client: FlaskClient):
    answer = client.get("/b/isiolo/2", headers={"Accept-Language": "sw-KE,sw;q=0.9"})
    assert (answer.status_code, answer.location) == (302, "/b/isiolo/2?lang=sw")
    answer = client.get(answer.location)
    assert answer.status_code == 302
    assert answer.location == "/briefing/phone?story=isiolo&step=2&lang=sw"


def test_phones_get_an_address_only_when_there_is_one():
    assert public_root("http://192.168.1.7:8050/", "0.0.0.0", 8050) == "http://192.168.1.7:8050"  # noqa: S104
    assert public_root("http://127.0.0.1:8050/", "127.0.0.1", 8050) == ""
    found = public_root("http://localhost:8050/", "0.0.0.0", 8050)  # noqa: S104
    assert found == "" or re.fullmatch(r"http://\d+(\.\d+){3}:8050", found)


def test_a_bundle_is_put_in_place_whole(tmp_path: Path):
    files = {"index.html": b"x", "data/a.csv": b"y"}
    folder = write(files, tmp_path / "stick")
    assert (folder / "data" / "a.csv").read_bytes() == b"y"
    packed = write(files, tmp_path / "stick.zip")
    assert packed.read_bytes() == write(files, tmp_path / "again.zip").read_bytes()
    with pytest.raises(DataProblem, match="not empty"):
        write(files, tmp_path / "stick")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataProblem, match="cannot be written"):
        write(files, tmp_path / "file" / "stick")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.zip", "file", "stick", "stick.zip"]


def test_every_step_is_a_map_drawn_by_its_lens_and_no_web_page(client: FlaskClient, app: Njia):
    for name, path in folder_stories(STORIES).items():
        page = client.get(f"/briefing?story={name}&lang=en").get_data(as_text=True)
        assert "<iframe" not in page
        story = load(path)
        shown = [show(app.site, story, number, "en") for number in range(1, len(story.steps) + 1)]
        for step in shown:
            assert step.svg, step.link
            seen = lens_of(step.state).view(app.site, step.state)
            assert step.sentence == seen.sentence
            assert seen.legend in step.legend


@pytest.mark.parametrize(("link", "lens", "county"), [
    ("/response", "responds", ""), ("/change?before=2012-2017&after=2018-2024&region=Coast", "changed", ""),
    ("/detection?region=Coast#between", "looking", ""), ("/corridors", "ways", ""),
    ("/county/KE011#responses", "detected", "KE011"),
])  # fmt: skip
def test_a_step_of_an_older_story_shows_the_map_that_took_its_page_over(
    app: Njia, tmp_path: Path, link: str, lens: str, county: str
):
    story = load(_story(tmp_path, f"title: T\nsteps:\n  - link: {link}\n    title: A\n"))
    assert list(problems(app.site, story)) == []
    step = show(app.site, story, 1, "sw")
    assert (step.state.lens, step.state.county, step.state.lang) == (lens, county, "sw")
    assert 'data-figure="' not in step.svg
    assert "<svg" in step.svg


def test_a_step_zooms_to_what_it_tells(app: Njia):
    world, choices = app.site.world, app.site.choices
    views = {
        query: zoom(world, from_query(query, choices)[0])
        for query in (
            "county=KE011",
            "lens=changed&region=Coast",
            "corridor=C01",
            "lens=compare&counties=KE010,KE011",
            "",
        )
    }
    kenya = EXTENTS["kenya"]
    assert views[""] is None or views[""] == kenya
    for query in ("county=KE011", "lens=changed&region=Coast", "lens=compare&counties=KE010,KE011"):
        seen = views[query]
        assert seen is not None
        assert (seen.east - seen.west) < 0.75 * (kenya.east - kenya.west), query
    trunk = views["corridor=C01"]
    assert trunk is not None
    assert trunk.south < -20, "all the way to South Africa"


def test_a_page_without_a_map_is_told_in_words_with_its_address(app: Njia, tmp_path: Path):
    story = load(_story(tmp_path, "title: T\nsteps:\n  - link: /sources\n    title: A\n"))
    assert list(problems(app.site, story)) == []
    step = show(app.site, story, 1, "en")
    assert (str(step.svg), step.link) == ("", "/sources?lang=en")


def test_another_site_frames_the_map_of_the_lens(client: FlaskClient, app: Njia):
    for lens in lenses():
        page = client.get(f"/embed?lens={lens}&nature=smuggling&lang=en").get_data(as_text=True)
        state = from_query(f"lens={lens}&nature=smuggling&lang=en", app.site.choices)[0]
        seen = lens_of(state).view(app.site, state)
        assert str(escape(seen.sentence)) in page
        assert str(seen.legend) in page
        isiolo = next(county for county in seen.fills if county.pcode == "KE011")
        assert str(escape(isiolo.words)) in page
        path = re.search(r'<path id="e-KE011"[^>]*fill="([^"]+)"', page)
        assert path
        assert path[1] == isiolo.colour.replace("#njia-", "#e-")
