"""Corrections in words: what a reader can name about a county, and what approved corrections say."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.i18n.catalogue import Catalogue
from geodata.query.corrections import Approved, Correction, Item, approved_corrections, correctable
from geodata.query.rows import EventRow
from geodata.query.world import World

LONGEST = 96


@dataclass(frozen=True, slots=True)
class CorrectionWords:
    """One approved correction in words: at the item itself, with the item's name, and what stands behind it."""

    here: str
    alone: str
    instead: str
    source_id: str
    kind: str
    key: str


def item_label(tr: Catalogue, item: Item) -> str:
    """Return the words for one thing that can be wrong."""
    if item.kind == "missing":
        return tr.t(f"corrections.thing.missing_{item.key}")
    if item.kind == "role":
        return tr.t("corrections.thing.role", role=tr.t(f"role.{item.key}"))
    if item.corridor:
        return _short(f"{item.key} {tr.corridor(item.key, item.corridor['name'])}")
    if item.event:
        return _short(_event(tr, item.event))
    if item.response:
        row = item.response
        parts = (tr.t(f"kind.{row.kind}"), row.start_date or row.end_date, row.name)
        return _short(" · ".join(part for part in parts if part))
    return tr.t(f"corrections.thing.{item.kind}")


def _event(tr: Catalogue, row: EventRow) -> str:
    persons = row["persons"]
    many = "" if persons is None else tr.t("corrections.thing.persons", n=persons)
    return " · ".join(part for part in (row["date"], tr.t(f"form.{row['form']}"), many, row["id"]) if part)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def corrected(world: World, tr: Catalogue, pcode: str) -> tuple[CorrectionWords, ...]:
    """Return the approved corrections of a county in words, newest first."""
    named = {item.name: item for item in correctable(world, pcode)} if pcode in world.names else {}
    return tuple(_words_of(world, tr, row, named.get(row.item)) for row in approved_corrections(world, pcode))


def corrected_item(world: World, tr: Catalogue, kind: str, key: str) -> tuple[CorrectionWords, ...]:
    """Return the approved corrections of one event, corridor, response or role (``KE010:transit``) in words."""
    pcode, _, role = key.partition(":")
    item = f"{kind}:{role if kind == 'role' else key}"
    return tuple(
        _words_of(world, tr, row, None)
        for row in approved_corrections(world)
        if row.item == item and (kind != "role" or row.county == pcode)
    )


def _words_of(world: World, tr: Catalogue, row: Approved, item: Item | None) -> CorrectionWords:
    words = {
        "what": tr.t(f"corrections.wrong.{row.wrong}"),
        "who": tr.t(f"corrections.by.{row.reporter}"),
        "month": row.received,
        "decided": row.decided,
        "because": tr.t(f"corrections.because.{row.because}"),
    }
    label = item_label(tr, item) if item else tr.t("corrections.thing.gone")
    right = right_words(world, tr, row)
    return CorrectionWords(
        here=tr.t("corrections.said_here", **words),
        alone=tr.t("corrections.said", item=label, **words),
        instead=tr.t("corrections.instead", right=right) if right else "",
        source_id=row.cites,
        kind=row.kind,
        key=row.key,
    )


def right_words(world: World, tr: Catalogue, row: Correction | Approved) -> str:
    """Return what a correction says would be right, empty where it does not say."""
    parts = (
        world.names.get(row.to_county, ""),
        "" if row.year is None else str(row.year),
        "" if row.number is None else tr.number(row.number),
        tr.t(f"nature.{row.nature}") if row.nature else "",
        tr.t(f"role.{row.role}") if row.role else "",
    )
    return ", ".join(part for part in parts if part)
