"""Corrections in words: what a reader can name about a county, and what approved corrections say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.i18n.catalogue import Catalogue
from geodata.query.corrections import Approved, Item, approved_corrections, correctable
from geodata.query.world import World

LONGEST = 96


@dataclass(frozen=True, slots=True)
class Said:
    """One approved correction in words: at the item itself, with the item's name, and what stands behind it."""

    here: str
    alone: str
    instead: str
    source_id: str
    kind: str
    key: str


def item_label(cat: Catalogue, item: Item) -> str:
    """Return the words for one thing that can be wrong."""
    row = item.row or {}
    if item.kind == "missing":
        return cat.t(f"corrections.thing.missing_{item.key}")
    if item.kind == "role":
        return cat.t("corrections.thing.role", role=cat.t(f"role.{item.key}"))
    if item.kind == "corridor":
        return _short(f"{item.key} {cat.corridor(item.key, str(row['name']))}")
    if item.kind == "event":
        return _short(_event(cat, row))
    if item.kind == "response":
        parts = (cat.t(f"kind.{row['kind']}"), row["start_date"] or row["end_date"], row["name"])
        return _short(" · ".join(part for part in parts if part))
    return cat.t(f"corrections.thing.{item.kind}")


def _event(cat: Catalogue, row: Mapping[str, Any]) -> str:
    persons = row["persons"]
    many = "" if persons is None else cat.t("corrections.thing.persons", n=int(persons))
    return " · ".join(part for part in (str(row["date"]), cat.t(f"form.{row['form']}"), many, str(row["id"])) if part)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def corrected(world: World, cat: Catalogue, pcode: str) -> tuple[Said, ...]:
    """Return the approved corrections of a county in words, newest first."""
    named = {item.name: item for item in correctable(world, pcode)} if pcode in world.names else {}
    return tuple(_said(world, cat, row, named.get(row.item)) for row in approved_corrections(world, pcode))


def corrected_item(world: World, cat: Catalogue, kind: str, key: str) -> tuple[Said, ...]:
    """Return the approved corrections of one event, corridor, response or role (``KE010:transit``) in words."""
    pcode, _, role = key.partition(":")
    item = f"{kind}:{role if kind == 'role' else key}"
    return tuple(
        _said(world, cat, row, None)
        for row in approved_corrections(world)
        if row.item == item and (kind != "role" or row.county == pcode)
    )


def _said(world: World, cat: Catalogue, row: Approved, item: Item | None) -> Said:
    words = {
        "what": cat.t(f"corrections.wrong.{row.wrong}"),
        "who": cat.t(f"corrections.by.{row.reporter}"),
        "month": row.received,
        "decided": row.decided,
        "because": cat.t(f"corrections.because.{row.because}"),
    }
    label = item_label(cat, item) if item else cat.t("corrections.thing.gone")
    right = right_words(world, cat, row)
    return Said(
        here=cat.t("corrections.said_here", **words),
        alone=cat.t("corrections.said", item=label, **words),
        instead=cat.t("corrections.instead", right=right) if right else "",
        source_id=row.cites,
        kind=row.kind,
        key=row.key,
    )


def right_words(world: World, cat: Catalogue, row: Any) -> str:
    """Return what a correction says would be right, empty where it does not say."""
    parts = (
        world.names.get(row.to_county, ""),
        "" if row.year is None else str(row.year),
        "" if row.number is None else cat.number(row.number),
        cat.t(f"nature.{row.nature}") if row.nature else "",
        cat.t(f"role.{row.role}") if row.role else "",
    )
    return ", ".join(part for part in parts if part)
