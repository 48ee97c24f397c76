"""Taking what a surface says of a county back to facts: HTML, messages, briefs, tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from dashboard.export.model import Brief
from dashboard.i18n.catalogue import Catalogue
from geodata.values import Role

NATURES = ("trafficking", "smuggling")
MEASURES = ("incidents", "persons", "rate")
LANGUAGES = ("en", "sw")
ZERO, NONE, UNSTATED = "0, someone was looking", "no report", "number not stated"
Facts = dict[str, object]
"""Name of a fact → what a surface says: a number, a word for a kind of empty, or the roles."""


def text_of(html: str) -> str:
    """Return the words of a piece of HTML, explanations on hover left out."""
    html = re.sub(r'<span class="means".*?</span>|<(script|style|svg)\b.*?</\1>', "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u202f", "")).strip()


def number(text: str) -> float:
    return float(re.sub(r"[\s,\u202f]", "", text))


def value(tr: Catalogue, key: str, name: str, text: str) -> float | None:
    """Return the number that a text gives in the place of a placeholder, None where it does not say so."""
    entry = tr.words[key]
    for form in entry.values() if isinstance(entry, dict) else [entry]:
        parts = re.split(r"\{(\w+)\}", form.strip().replace("\u202f", ""))
        shown = (
            ("(\\d[\\d,]*\\.?\\d*)" if p == name else ".*?") if i % 2 else re.escape(p) for i, p in enumerate(parts)
        )
        if found := re.search("".join(shown), text, re.IGNORECASE):
            return number(found[1])
    return None


def empty(tr: Catalogue, text: str) -> str:
    """Return the kind of empty that a text names, by the words that are the same everywhere."""
    looking = {"en": r"although someone was looking", "sw": r"ingawa kulikuwa na wanaoangalia"}[tr.lang]
    none = {"en": r"\bno (\w+ )?(\w+ )?report\b", "sw": r"\bhakuna ripoti\b"}[tr.lang]
    unstated = {"en": r"\bnot stated\b", "sw": r"\bhaikutajwa\b"}[tr.lang]
    for words, kind in ((looking, ZERO), (none, NONE), (unstated, UNSTATED)):
        if re.search(words, text, re.IGNORECASE):
            return kind
    return f"none of the words for an empty: {text[:80]!r}"


def api_counts(nature: str, row: Mapping[str, object]) -> Facts:
    kinds = {"zero": ZERO, "no_report": NONE}
    kind = kinds.get(str(row["status"]))
    if kind:
        return {f"{nature} {measure}": kind for measure in MEASURES}
    stated = row["incidents"] != row["incidents_without_number"]
    counts = {f"{nature} incidents": row["incidents"]}
    return counts | {
        f"{nature} persons": row["persons"] if stated else UNSTATED,
        f"{nature} rate": row["rate_per_100k"] if stated else UNSTATED,
    }


def nothing(own: Mapping[str, object], nature: str, measure: str) -> object:
    """Return a count of a map file, null and 0 in the words of the other surfaces."""
    events, held = own[f"incidents_{nature}"], own[f"{measure}_{nature}"]
    if events == 0:
        return ZERO
    return (NONE if events is None else UNSTATED) if held is None else held


def kind_or(held: object, kind: str) -> object:
    return {"zero": ZERO, "no_report": NONE, "unstated": UNSTATED}.get(kind, held)


def unstated(tr: Catalogue, text: str, many: float | None) -> object:
    """Return what stands for the persons where no number does."""
    return UNSTATED if many is not None else empty(tr, text)


def short(tr: Catalogue, cell: str) -> object:
    """Return what a narrow cell says: “0” is told apart from “no report”."""
    kinds = {tr.t("empty.no_report_short"): NONE, tr.t("empty.unstated_short"): UNSTATED}
    if cell in kinds:
        return kinds[cell]
    return ZERO if number(cell) == 0 else number(cell)


def rows_of(table: str) -> list[tuple[str, list[str]]]:
    """Return P-code and cells of the rows of a table of counties."""
    rows = [
        (pcode[1], re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL))
        for row in re.findall(r"<tr\b.*?</tr>", str(table), re.DOTALL)
        if (pcode := re.search(r'data-county-link="(KE\d{3})"', row))
    ]
    assert len(rows) == 47
    return rows


def roles_in(tr: Catalogue, text: str) -> tuple[str, ...]:
    """Return the codes of the roles that a text names."""
    names = {role.value: tr.t(f"role.{role.value}") for role in Role}
    return tuple(sorted(code for code, name in names.items() if re.search(rf"\b{name}\b", text, re.IGNORECASE)))


def role_cells(tr: Catalogue, cells: list[str]) -> Facts:
    facts = Facts()
    for role, cell in zip(Role, (text_of(part) for part in cells[1:4]), strict=True):
        below = cell == tr.t("lens.roles.below_short")
        facts[f"role {role.value}"] = "none" if cell == "–" else "below" if below else cell[:1]
    return facts


def role_summaries(tr: Catalogue, html: str) -> Facts:
    """Return the roles as panel and profile head their reasons."""
    facts: Facts = {f"role {role.value}": "none" for role in Role}
    for words in re.findall(r'class="role-mark(.*?)(?:</summary>|</h3>)', html, re.DOTALL):
        shown = text_of(f"<i {words}")
        role = next(role for role in Role if f" {tr.t(f'role.{role.value}')} – " in shown)
        below = tr.t("role.below") in shown
        facts[f"role {role.value}"] = "below" if below else value_of_grade(tr, "grade.short", shown)
    return facts


def value_of_grade(tr: Catalogue, key: str, text: str) -> str:
    found = re.search(str(tr.words[key]).replace("{grade}", "([ABC])"), text, re.IGNORECASE)
    return found[1] if found else f"no grade in {text[:60]!r}"


def figure_blocks(tr: Catalogue, html: str) -> Facts:
    """Return the figures of both natures as panel and profile show them, and the order in which they stand."""
    facts, order = Facts(), []
    blocks = re.split(r'<div class="figure (\w+)">', html)[1:]
    for nature, block in zip(blocks[::2], blocks[1::2], strict=True):
        if nature not in NATURES:
            continue
        order.append(nature)
        words = text_of(block)
        big = [text_of(part) for part in re.findall(r'<p class="big">(.*?)</p>', block, re.DOTALL)]
        if not big:
            facts |= {f"{nature} {measure}": empty(tr, words) for measure in MEASURES}
            continue
        counts = [number(match[0]) for text in big if (match := re.match(r"[\d\s]+", text))]
        facts[f"{nature} incidents"] = counts[0]
        facts[f"{nature} persons"] = counts[1] if len(big) > 1 else UNSTATED
        rate = re.search(r"([\d.]+) " + re.escape(tr.t("panel.rate")), words)
        facts[f"{nature} rate"] = number(rate[1]) if rate else UNSTATED
    facts["order of natures"] = tuple(order)
    return facts


def stops_listed(html: str, after: str, more: str = "") -> Facts:
    """Return how many corridors stop in a county, by the links of the list after a heading and of what it opens."""
    part = html.partition(f'id="{after}"')[2].partition('class="small across"')[0].partition("means-panel-response")[0]
    return {"stops": len(set(re.findall(r">\s*(C\d\d) ", part + more)))}


def card_facts(tr: Catalogue, html: str) -> Facts:
    facts, order = Facts(), []
    for nature, block in re.findall(r'<div class="count (\w+)">(.*?)</div>', html, re.DOTALL):
        words = text_of(block)
        order.append(nature)
        many, persons = value(tr, "lite.found", "n", words), value(tr, "lite.persons", "n", words)
        rate = value(tr, "lite.rate", "rate", words)
        facts[f"{nature} incidents"] = empty(tr, words) if many is None else many
        facts[f"{nature} persons"] = unstated(tr, words, many) if persons is None else persons
        facts[f"{nature} rate"] = unstated(tr, words, many) if rate is None else rate
    roles = html.partition('<h2 id="r">')[2].partition("</section>")[0]
    for role in Role:
        facts[f"role {role.value}"] = "none"
        for line in re.findall(r"<b>(.*?)</b>", roles, re.DOTALL):
            words = text_of(line)
            if tr.t(f"role.{role.value}").lower() in words.lower():
                held = re.fullmatch(r".*, \w+ ([ABC])", words)
                facts[f"role {role.value}"] = held[1] if held else "below"
    ways = html.partition('<h2 id="c">')[2].partition("</section>")[0]
    more = value(tr, "lite.more_corridors", "n", text_of(ways)) or 0
    return {
        **facts,
        "stops": len(re.findall(r"<b>C\d\d</b>", ways)) + more,
        "order of natures": tuple(order),
    }


def message_facts(tr: Catalogue, words: str) -> Facts:
    """Return the counts of a text message; thousands have a comma there."""
    facts = Facts()
    for nature in NATURES:
        part = words.partition(f"{tr.t(f'lite.sms.{nature}')}: ")[2].partition(". ")[0]
        counts = re.findall(r"\d[\d,]*", part)
        if not counts:
            facts |= {f"{nature} {measure}": empty(tr, part) for measure in MEASURES[:2]}
            continue
        facts[f"{nature} incidents"] = number(counts[0])
        facts[f"{nature} persons"] = number(counts[1]) if len(counts) > 1 else UNSTATED
    first = [words.index(f"{tr.t(f'lite.sms.{nature}')}: ") for nature in NATURES]
    return facts | {"order of natures": NATURES if first == sorted(first) else NATURES[::-1]}


def text_roles(tr: Catalogue, words: str) -> Facts:
    """Return the roles of a text message: held with their grade, not enough, or none."""
    key = {"en": "Role: ", "sw": "Dhima: "}[tr.lang]
    if key not in words:
        return {}
    part = words.partition(key)[2].partition(". ")[0]
    held, _, below = part.partition(tr.t("lite.sms.roles_below", roles="").strip())
    facts = Facts()
    for role in Role:
        name = tr.t(f"lite.sms.role.{role.value}")
        grade = re.search(rf"\b{name} ([ABC])\b", held)
        weak = re.search(rf"\b{name}\b", below or "")
        facts[f"role {role.value}"] = grade[1] if grade else "below" if weak else "none"
    return facts


def brief_facts(tr: Catalogue, pcode: str, brief: Brief) -> Facts:
    facts = Facts()
    for figure in brief.figures:
        if figure.area == pcode and figure.nature in NATURES and figure.measure in MEASURES:
            facts[f"{figure.nature} {figure.measure}"] = kind_or(figure.value, figure.empty)
    for nature in NATURES:  # the words of the headline
        part = brief.headline.partition(f"{tr.t(f'nature.{nature}')}: ")[2].partition(". ")[0]
        if facts[f"{nature} incidents"] in (ZERO, NONE):
            facts[f"{nature} incidents"] = empty(tr, part)
    roles = brief.table("roles")
    facts |= {f"role {role.value}": "none" for role in Role}
    for row in roles.rows if roles else ():
        role, grade = row.id.split(".")[1], row.cells[3].text
        known = facts[f"role {role}"]
        state = grade if row.cells[2].text.startswith(tr.t("export.role_held")) else "below"
        facts[f"role {role}"] = state if known == "none" else min(str(known), state)
    ways, counties = brief.table("corridors"), brief.table("counties")
    assert ways
    assert counties
    row = next(row for row in counties.rows if row.id == pcode)
    cells = {column.id: cell for column, cell in zip(counties.columns, row.cells, strict=True)}
    natures = dict.fromkeys(figure.nature for figure in brief.figures if figure.nature in NATURES)
    return facts | {
        "stops": len(ways.rows),
        "km": cells["drawn_km"].value,
        "roles": roles_in(tr, cells["roles"].text),
        "order of natures": tuple(natures),
    }
