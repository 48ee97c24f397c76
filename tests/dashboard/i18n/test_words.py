"""Every word in every language: catalogues are complete and use the glossary's terms, and no page brings its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from flask.testing import FlaskClient

from dashboard.i18n import catalogue as words
from dashboard.i18n import glossary as glossary_file
from dashboard.i18n.catalogue import Catalogue, catalogue, languages, words_of
from dashboard.i18n.glossary import glossary
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from dashboard.web import links
from geodata.query.world import World
from geodata.values import DataProblem
from tests.dashboard.i18n.pseudo import LANG, Page, left, marked, pseudo, sentences

ROOT = Path(__file__).resolve().parents[3]
OTHERS = [lang for lang in languages() if lang != "en"]
ONLY_TRANSLATED = (
    "claim_of.",
    "corridor_name.",
)
"""Names that English takes from the evidence itself."""


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def texts(entry: str | dict[str, str]) -> list[str]:
    return list(entry.values()) if isinstance(entry, dict) else [entry]


# ---- catalogues -------------------------------------------------------------------------------


def test_there_is_kiswahili():
    assert "sw" in OTHERS


@pytest.mark.parametrize("lang", OTHERS)
def test_every_key_is_in_every_language(lang: str):
    english, other = words_of("en"), words_of(lang)
    assert sorted(english.keys() - other.keys()) == []
    assert [key for key in other.keys() - english.keys() if not key.startswith(ONLY_TRANSLATED)] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_plural_forms_and_placeholders_are_the_same(lang: str):
    english, other = words_of("en"), words_of(lang)
    wrong = []
    for key in english.keys() & other.keys():
        mine, theirs = english[key], other[key]
        if isinstance(mine, dict) != isinstance(theirs, dict):
            wrong.append(f"{key}: plural forms")
        elif isinstance(mine, dict) and isinstance(theirs, dict):
            held = {name for text in mine.values() for name in fields(text)}
            wrong += [f"{key}.{form}" for form, text in theirs.items() if not set(fields(text)) <= held]
            wrong += [f"{key}.other: placeholders"] if fields(mine["other"]) != fields(theirs["other"]) else []
        elif set(fields(str(mine))) != set(fields(str(theirs))):
            wrong.append(f"{key}: placeholders")
        cited = [set(re.findall(r"\[\[.*?\]\]", " ".join(texts(entry)))) for entry in (mine, theirs)]
        wrong += [f"{key}: citations"] if cited[0] != cited[1] else []
    assert wrong == []


SAME = re.compile(
    r"""
    (country\.(?!ARE|COD|DJI|EGY|MOZ|RUS|SAU|SSD|USA|ZAF|unknown).*)   # countries called the same in both languages
    | (.*\.symbol\..*)                                                 # shapes
    | briefing\.language\.(en|sw) | nav\.country                        # languages’ own names; Kenya
    | province\.(nairobi|nyanza)
    | site\.name | .*\.kenya | extent\.libya | .*\.libya               # names
    | legend\.title | map\.county | map\.county_empty                  # placeholders and punctuation only
    | empty\.(zero|filtered)_short
    | map\.download_name\.(csv|geojson) | dataset\.label               # names of formats; “data” is Kiswahili too
    """,
    re.VERBOSE,
)
"""Keys whose words may be the same in English and Kiswahili."""


@pytest.mark.parametrize("lang", OTHERS)
def test_nothing_was_left_in_english(lang: str):
    english, other = words_of("en"), words_of(lang)
    same = [key for key, entry in other.items() if entry == english.get(key) and not SAME.fullmatch(key)]
    worded = [key for key in same if re.search(r"[^\W\d_]{3,}", re.sub(r"\{.*?\}", "", " ".join(texts(other[key]))))]
    assert sorted(worded) == []


@pytest.mark.parametrize("lang", languages())
def test_one_and_many_read_differently_where_the_noun_does(lang: str):
    cat = catalogue(lang)
    assert cat.t("panel.persons_n", n=1) != cat.t("panel.persons_n", n=2).replace("2", "1")
    assert {cat.t("sentence.counties", n=n) for n in (1, 2)} == (
        {"1 county", "2 counties"} if lang == "en" else {"kaunti 1", "kaunti 2"}
    )
    assert "0" in cat.t("panel.persons_n", n=0)
    assert cat.t("panel.persons_n", n=0) == cat.t("panel.persons_n", n=7).replace("7", "0")


@pytest.mark.parametrize("lang", languages())
def test_numbers_are_written_the_same_way_everywhere(lang: str):
    cat = catalogue(lang)
    assert cat.t("panel.persons_n", n=12345).count("12\u202f345") == 1
    assert (cat.number(1234.5, 1), cat.number(None), cat.number(0)) == ("1\u202f234.5", "–", "0")
    assert (cat.years(2007, 2026), cat.years(2019, 2019)) == ("2007–2026", "2019")


def test_every_corridor_has_a_name_in_kiswahili(world: World):
    named = {key.removeprefix("corridor_name.") for key in words_of("sw") if key.startswith("corridor_name.")}
    assert named == {str(row["corridor_id"]) for row in world.corridors.corridors}


# ---- the glossary -----------------------------------------------------------------------------


def test_the_glossary_is_complete_and_cites_what_exists(world: World):
    assert {"trafficking", "smuggling", "corridor", "leg", "release", "suppression", "grade", "p-code", "cod-ab",
            "smoothing", "confidence-interval", "local-cluster", "chokepoint", "minimum-cut", "displacement",
            "detection-effort", "response-gap", "exposure", "nrm", "tip-tier", "safe-house", "palermo",
            "differential-privacy", "estimate"
            } <= set(glossary())  # fmt: skip
    cited = {entry.source for entry in glossary().values()} - {""}
    assert cited <= set(world.source_rows)
    assert "ulanguzi wa binadamu" in glossary()["trafficking"].also["sw"]


SOUND = "x:\n  en: a\n  sw: b\n  means_en: c\n  means_sw: d\n  why_en: e\n  why_sw: f\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "holds no terms"),
        ("- a\n- b\n", "holds no terms"),
        ("x: [", "cannot be read"),
        (SOUND.replace("x:", "X y:"), "‘X y’"),
        (SOUND.replace("  sw: b\n", ""), "‘x’ of g.yaml has no text for ‘sw’"),
        (SOUND.replace("why_sw: f", "why_sw:"), "no text for ‘why_sw’"),
        (SOUND + "  means_fr: g\n", "‘means_fr’ that is not known"),
        (SOUND + "  also_sw: one, two\n", "needs a list for ‘also_sw’"),
        (SOUND + "  source: [a]\n", "one source id"),
        ("x: word\n", "has no lines below it"),
    ],
)
def test_a_damaged_glossary_is_refused_in_one_sentence(tmp_path: Path, written: str, said: str):
    file = tmp_path / "g.yaml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(DataProblem) as refused:
        glossary(file)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_sound_entry_is_read(tmp_path: Path):
    file = tmp_path / "g.yaml"
    file.write_text(SOUND, encoding="utf-8")
    assert glossary(file)["x"].means == {"en": "c", "sw": "d"}
    assert glossary_file.FILE.name == "glossary.yaml"


def test_kiswahili_texts_use_the_glossarys_words():
    english, swahili = words_of("en"), words_of("sw")
    wrong = []
    for entry in glossary().values():
        if not entry.found["en"]:
            continue
        asked = re.compile(r"\b(" + "|".join(map(re.escape, entry.found["en"])) + r")\b", re.IGNORECASE)
        used = re.compile("|".join(map(re.escape, entry.found["sw"])), re.IGNORECASE)
        for key in english.keys() & swahili.keys():
            mine, theirs = " ".join(texts(english[key])), " ".join(texts(swahili[key]))
            if asked.search(re.sub(r"\{.*?\}|\[\[.*?\]\]", "", mine)) and not used.search(theirs):
                wrong.append(f"{key}: “{mine[:60]}” without {entry.found['sw']}")
    assert wrong == []


@pytest.mark.parametrize("lang", languages())
def test_the_glossary_page_has_every_term_and_anchor(client: FlaskClient, lang: str):
    page = client.get(f"/glossary?lang={lang}").get_data(as_text=True)
    assert [key for key in glossary() if f'<div id="{key}">' not in page] == []


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("path", ["/", "/?county=KE011", "/?corridor=C01", "/about"])
def test_a_term_explains_itself_and_leads_to_the_glossary(client: FlaskClient, path: str, lang: str):
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}").get_data(as_text=True)
    found = re.findall(r'<a href="/glossary\?lang=(\w+)#([a-z-]+)" aria-describedby="([a-z-]+)">', page)
    assert len(found) >= 5
    for said, key, means in found:
        assert said == lang
        assert key in glossary()
        assert page.count(f'id="{means}"') == 1


# ---- pages ------------------------------------------------------------------------------------


FILLED = {"asked": ("KE011", "KE013"), "place": ("KE011", "C01"), "table": ("legs", "exposure")}
"""Part of an address → values to try; an address with a part that is not listed is a file or leads on."""
QUERIES = {
    "/": ("", "county=KE011", "county=KE013", "corridor=C01", "nature=smuggling&measure=rate&t=2019",
          "form=forced_labour&nationality=ETH&role=transit&from=2018", "nature=unclear&measure=persons"),
    "/sources": ("", "q=zzzz", "county=KE011&use=roles", "id=iom-isiolo-2019"),
    "/compare": ("", "areas=KE011,KE010", "counties=KE011,KE010", "c=KE011,KE010"),
}  # fmt: skip


@pytest.fixture(scope="module")
def pseudo_client(world: World) -> Iterator[FlaskClient]:
    terms = {
        key: term.model_copy(
            update={
                name: marked(line) if isinstance(line, str) else tuple(map(marked, line))
                for name, line in term
                if name not in ("id", "source") and not name.startswith("found_")
            }
        )
        for key, term in glossary().items()
    }
    with pytest.MonkeyPatch.context() as patch:
        written = words.words_of
        named = {key: text for key, text in written("sw").items() if key.startswith(ONLY_TRANSLATED)}
        own = pseudo({**written("en"), **named})
        patch.setattr(words, "words_of", lambda lang: own if lang == LANG else written(lang))
        patch.setattr("dashboard.pages.glossary.glossary", lambda: terms)
        patch.setattr("dashboard.view.site.languages", lambda: (*languages(), LANG))
        patch.setitem(links.NAMES, LANG, "⟦xx⟧")
        catalogue.cache_clear()
        yield create_app(world, AppSettings()).server.test_client()
    catalogue.cache_clear()


def addresses(client: FlaskClient) -> list[str]:
    found = []
    for rule in client.application.url_map.iter_rules():
        ours = not rule.rule.startswith(("/_", "/api/"))
        if "GET" not in (rule.methods or ()) or not ours:
            continue
        paths = [rule.rule]
        for name in rule.arguments:
            values = FILLED.get(name, ())
            paths = [re.sub(rf"<(?:[^<>]*:)?{name}>", value, path) for path in paths for value in values]
        found += [f"{path}?{query}" for path in paths for query in QUERIES.get(path, ("",))]
    return sorted({*found, "/nope?"})


def allowed(world: World) -> re.Pattern[str]:
    """Return what may stand unmarked: names of counties, places and publishers, codes, units."""
    names = {"Njia", "OpenAPI", *world.names.values(), *world.source_rows}
    names |= {str(row["name"]) for row in world.corridors.places}
    names |= {str(row["name"]).split(" (")[0] for row in world.corridors.places}
    names |= {row.publisher for row in world.source_rows.values() if row.publisher}
    names |= {*world.counties["capital"], *world.responses["name"], "zzzz"}  # the last is what a test typed
    names |= {part for name in world.names.values() for part in re.split("[- ]", name)}
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    codes = (
        r"KE\d{3}|KE-\d+|C\d\d|\bkm²?|\bpx\b|\bCSV\b|\bGeoJSON\b|\bISO\b|[0-9a-f]{12,}|EV-[0-9A-Z]{5}|%SAVED%"
        r"|(?<!\w)/[\w/]+(?:\?\S*)?|ODbL-1\.0|https?://\S+"
    )
    return re.compile(f"{codes}|(?:{listed})")


def test_no_page_has_a_word_of_its_own(pseudo_client: FlaskClient, world: World):
    names, wrong, seen = allowed(world), [], 0
    for address in addresses(pseudo_client):
        answer = pseudo_client.get(f"{address}&lang={LANG}", follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        page, seen = Page(answer.get_data(as_text=True), LANG), seen + 1
        assert page.said, address
        found = {(where, left(text, names)) for where, text in page.said}
        found |= {(where, left(text, names)) for where, data in page.data for text in sentences(data)}
        wrong += [f"{address} {where}: {text[:90]}" for where, text in sorted(found) if text]
    assert seen >= 4
    assert wrong == [], "\n".join(wrong)


def test_a_word_that_a_template_brings_along_is_found():
    body = '<p>⟦Events⟧ 12 Isiolo</p><p>Hello</p><p lang="en">Quoted</p><img alt="Map">'
    html = f'<html lang="xx"><body>{body}</body>'
    found = [left(text, re.compile("Isiolo")) for _, text in Page(html, LANG).said]
    assert [text for text in found if text] == ["Hello", "Map"]
    assert pseudo({"a": "at {n} of {where}"}) == {"a": "⟦at ⟧{n}⟦ of ⟧{where}"}
    assert Catalogue(LANG, pseudo({"a": "at {n}"})).t("a", n="home") == "⟦at ⟧home"


LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`([^`]*)`')
SENTENCE = re.compile(r"^[A-Z]?[a-z’']+( [a-z’']+){2,}[.…?!:]?$")


@pytest.mark.parametrize("file", sorted((ROOT / "assets/js").glob("*.js")), ids=lambda path: path.name)
def test_scripts_bring_no_words_of_their_own(file: Path):
    code = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    literals = [one or other for one, other in LITERAL.findall(code)]
    assert [text for text in literals if SENTENCE.match(text.strip())] == []
    spoken = re.findall(r'(?:textContent|innerText|title|placeholder)\s*=\s*"([^"]*[A-Za-z]{2}[^"]*)"', code)
    spoken += re.findall(r'setAttribute\("(?:aria-label|title|alt)",\s*"([^"]*[A-Za-z]{2}[^"]*)"', code)
    assert spoken == []


# ---- how many of what -------------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
def test_how_many_of_what_a_response_has_is_in_the_readers_language(world: World, lang: str):
    cat = catalogue(lang)
    rows = world.responses[world.responses["quantity"].notna()]
    pairs = sorted({(float(row["quantity"]), str(row["unit"])) for _, row in rows.iterrows()})
    assert len(pairs) > 40
    assert [unit for number, unit in pairs if cat.quantity(number, unit).lang] == []
    both = {"en": "18 officers (16 men, 2 women)", "sw": "maafisa 18 (wanaume 16, wanawake 2)"}
    assert cat.quantity(18.0, "officers (16 m, 2 f)").text == both[lang]
    assert cat.quantity(1.0, "centre").text == {"en": "1 centre", "sw": "kituo 1"}[lang]
    unknown = cat.quantity(2500, "boats (over)")
    assert (unknown.text, unknown.lang) == ("2\u202f500 boats (over)", "en")
