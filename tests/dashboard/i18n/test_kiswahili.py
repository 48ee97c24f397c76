"""Kiswahili that reads wrong stays out: one word for one thing, each with its reason in the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dashboard.i18n.catalogue import words_of
from dashboard.i18n.glossary import glossary

STORIES = Path(__file__).resolve().parents[3] / "dashboard/briefing/stories"

BANNED = {
    "an interval is “masafa ya uhakika”": r"(kipindi|vipindi|muda|upana) (kamili )?(cha|vya|wa) (uhakika|95|90)"
    r"|\bupeo\b|\bkadirio\b|\bpoisson (cha|wa)\b|makadirio ni kamili",
    "a corridor is “njia”": r"\b(uk|k)anda\b",
    "a county lies “kwenye njia”; nobody knows that it is in danger": r"\b(ziko|iko|zilizo|iliyo) hatarini\b"
    r"|\bkipimo cha hatari\b",
    "a chokepoint is “makutano ya njia”": r"\bmsongamano\b",
    "a voice is a “chanzo huru”": r"\bsauti\b",
    "a role is “dhima”; “nafasi” is room or somebody’s place": r"(?<!chukua )(?<!hapana )(?<!wala )"
    r"(?<!hakuna )\bnafasi\b(?! ya (ile|zile)\b)|\bhakuna nafasi\b(?! zaidi leo)|\bm?a?jukumu\b",
    "transit is “mpito”": r"kaunti (ya|za) njia\b|chanzo, njia\b|njia ya kupitia\b",
    "the years run: “Endesha miaka”": r"\bcheza\b",
    "a column of counts is “Idadi”": r"\bthamani\b(?! p\b)",
    "plain text is “maandishi ya kawaida”": r"\bmatupu\b",
    "the light card is “kadi ya simu”": r"\bnyepesi\b",
    "a kind of empty is a number that is not there": r"\butupu\b",
    "people are recognised, not discovered": r"\w*gundul\w*|\bugunduzi\b|\b[hk]ugundua\b",
    "a statement is “kauli”": r"\btaarifa (moja ya daraja|zenye marejeo)|\bmadaraja ya taarifa\b"
    r"|\btaarifa \{n\}|\bmaelezo (mamoja|mawili)\b",
    "a column is “safu wima”, a row “safu mlalo”": r"\bsafu\b(?! (wima|mlalo)\b)|\bmistari \{n|\bmstari \{n",
    "a response is “shughuli”": r"\b(anachukua|kuchukua|pengo la|uratibu wa) hatua\b|\bhatua (zinazochukuliwa|"
    r"iliyochukuliwa|zilizochukuliwa|inayojulikana|yoyote|iliyopatikana|za kitaifa)\b",
    "who was looking is one word, “-angalia”": r"\b[mw]a?fuatiliaji\b|\bufuatiliaji\b|\b\w+ofuatilia\b"
    r"|\bpalifuatiliwa\b|\b\w*akifuatilia\b",
    "the public record is “kumbukumbu za umma”": r"\b(taarifa za|rekodi ya|kumbukumbu ya) umma\b",
    "about is “takriban”": r"\btakribani\b",
}
"""What is said instead → the pattern of what is not (letters of either case)."""

STEPS = re.compile(r"^(briefing\.|tour\.|steward\.(steps\.label|files\.next)$|about\.corridors\.list\.step$)")
"""Keys in which “hatua” is a step, the one thing that the word is kept for."""


def written() -> dict[str, str]:
    """Return key → Kiswahili text, forms of number joined."""
    rows = {key: " | ".join(text.values()) if isinstance(text, dict) else text for key, text in words_of("sw").items()}
    for file in sorted(STORIES.glob("*.yaml")):
        rows |= {
            f"{file.name} {at}": text for at, text in enumerate(kiswahili(yaml.safe_load(file.read_text("utf-8"))))
        }
    return rows | {f"glossary {key}": f"{term.sw} | {term.means_sw}" for key, term in glossary().items()}


def kiswahili(node: object) -> list[str]:
    if isinstance(node, list):
        return [text for part in node for text in kiswahili(part)]
    if isinstance(node, dict):
        own = [str(node["sw"])] if "sw" in node else []
        return own + [text for part in node.values() for text in kiswahili(part)]
    return []


@pytest.mark.parametrize("rule", BANNED)
def test_no_text_uses_a_word_that_reads_wrong(rule: str):
    pattern = re.compile(BANNED[rule], re.IGNORECASE)
    found = [
        f"{key}: “…{text[max(0, hit.start() - 30) : hit.end() + 30]}…”"
        for key, text in written().items()
        for hit in pattern.finditer(text)
    ]
    assert found == [], f"{rule}:\n" + "\n".join(found)


def test_a_step_is_hatua_and_nothing_else_is():
    steps = [key for key, text in written().items() if re.search(r"\bhatua\b", text, re.IGNORECASE)]
    assert [key for key in steps if not (STEPS.match(key) or ".yaml " in key)] == []
    assert len(steps) > 5


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ("kipindi cha uhakika cha 95 %", "interval"),
        ("upeo wa 95 %", "interval"),
        ("Kanda za safari", "corridor"),
        ("Kaunti 3 ziko hatarini", "danger"),
        ("Nafasi ya kaunti", "role"),
        ("watu waliogunduliwa", "people"),
        ("Chagua kichwa cha safu ili kupanga", "column"),
        ("taarifa {n}", "statement"),
        ("Nani anachukua hatua", "response"),
    ],
)
def test_the_list_finds_what_it_is_for(wrong: str, rule: str):
    assert [name for name in BANNED if re.search(BANNED[name], wrong, re.IGNORECASE) and rule in name]


@pytest.mark.parametrize(
    "right",
    ["Kipindi cha kwanza", "kwa kipindi chochote", "huchukua nafasi ya zile za zamani", "makadirio ya watetezi",
     "Mahali {n} hapana nafasi ya jina", "safu mlalo {n}", "safu wima", "chanzo cha taarifa", "mtu alikuwa njiani"],
)  # fmt: skip
def test_the_list_leaves_alone_what_is_right(right: str):
    assert [name for name in BANNED if re.search(BANNED[name], right, re.IGNORECASE)] == []


def test_the_glossary_gives_the_reasons():
    chosen = {"confidence-interval": "masafa", "corridor": "njia", "exposure": "kwenye njia", "chokepoint": "makutano",
              "role": "dhima", "statement": "kauli", "detected": "tambu", "response": "shughuli",
              "transit-county": "mpito"}  # fmt: skip
    for key, word in chosen.items():
        term = glossary()[key]
        assert word in term.sw.lower(), key
        assert min(len(term.why_en), len(term.why_sw)) > 60, key
