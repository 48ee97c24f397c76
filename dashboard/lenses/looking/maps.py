"""Two maps beside each other: what was found, and who was looking; each with its own legend."""

from __future__ import annotations

from typing import Any

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.small_maps import small_map
from geodata.query.detection import CountyDetection, Detection
from geodata.query.world import World
from geodata.values import Empty, Nature
from layers.legend import class_items, empty_items
from layers.minimap import Fill
from layers.scales import breaks_for, class_of
from layers.theme import LAND, LOOK_OF, LOOKS, RAMPS, ramp

WATCHER_STEPS = ((1, 1), (2, 2), (3, 9))
"""Kinds of watchers, as classed on the map; none is a mark of its own."""
WATCHER_COLOURS = tuple(RAMPS[Nature.MIXED][i] for i in (1, 2, 4))
"""All darker than paper, in print too."""


def found_map(world: World, tr: Catalogue, answer: Detection, lines: tuple[CountyDetection, ...]) -> dict[str, Any]:
    """Return picture and legend of what was found: the count of the measure, in the nature's own hue."""
    nature = Nature(answer.nature)
    values = [line.rate.count for line in answer.lines]
    breaks = breaks_for(value for value in values if value)
    colours = ramp(nature, breaks.k)
    unit = tr.unit(answer.measure, "public")
    fills = _left_out(world, tr)
    for line in lines:
        name, count = world.names[line.pcode], line.rate.count
        if count:
            words = tr.t("detection.map_value", county=name, value=tr.number(count), unit=unit)
            fills[line.pcode] = Fill(colours[class_of(count, breaks)], words=words)
        else:
            words = f"{name}: {tr.t(f'detection.status.{line.rate.empty}')}"
            kind = Empty.ZERO if line.rate.empty == Empty.ZERO.value else Empty.NO_REPORT
            fills[line.pcode] = Fill(pattern=LOOK_OF[kind].pattern, words=words)
    title = tr.t("detection.found_title", unit=unit, years=tr.years(answer.period.first, answer.period.last))
    reported = sum(bool(line.rate.count) for line in lines)
    title_and_alt = (title, tr.t("detection.found_desc", n=reported, total=len(lines)))
    labels = tr.labels
    return {
        "svg": small_map(world, "found", fills, title_and_alt, _part(world, lines)),
        "title": title,
        "classes": [(item.colour, item.label) for item in class_items(breaks, nature, labels)],
        "empties": [_empty(item.code, item.label) for item in empty_items(labels)],
        "note": tr.t("detection.four_empties"),
    }


def looked_fills(world: World, tr: Catalogue, lines: tuple[CountyDetection, ...]) -> dict[str, Fill]:
    """Return the fills of who was looking: the number of kinds of watchers, parts named in the words."""
    fills = _left_out(world, tr)
    for line in lines:
        name, kinds = world.names[line.pcode], line.effort.kinds
        if not kinds:
            words = f"{name}: {tr.t('detection.no_watcher')}"
            fills[line.pcode] = Fill(pattern=LOOK_OF[Empty.NO_REPORT].pattern, words=words)
            continue
        parts = ", ".join(tr.t(f"detection.kind.{kind}") for kind in kinds)
        step = next(i for i, (low, high) in enumerate(WATCHER_STEPS) if low <= len(kinds) <= high)
        words = tr.t("detection.map_watchers", county=name, n=len(kinds), parts=parts)
        fills[line.pcode] = Fill(WATCHER_COLOURS[step], words=words)
    return fills


def looked_legend(tr: Catalogue, answer: Detection) -> dict[str, Any]:
    """Return title, classes (colour, label) and kinds of empty (fill of the swatch, label) of who was looking."""
    most = max((len(line.effort.kinds) for line in answer.lines), default=0)
    ranges = [str(low) if low == high else f"{low}–{max(most, low)}" for low, high in WATCHER_STEPS]
    return {
        "title": tr.t("detection.looked_title", years=tr.years(answer.period.first, answer.period.last)),
        "classes": list(zip(WATCHER_COLOURS, ranges, strict=True)),
        "empties": [_empty("n", tr.t("detection.no_watcher"))],
    }


def looked_map(world: World, tr: Catalogue, answer: Detection, lines: tuple[CountyDetection, ...]) -> dict[str, Any]:
    """Return picture and legend of who was looking."""
    legend = looked_legend(tr, answer)
    watched = sum(not line.unwatched for line in lines)
    title_and_alt = (legend["title"], tr.t("detection.looked_desc", n=watched, total=len(lines)))
    drawn = small_map(world, "looked", looked_fills(world, tr, lines), title_and_alt, _part(world, lines))
    return {**legend, "svg": drawn, "note": tr.t("detection.kinds_note")}


def _part(world: World, lines: tuple[CountyDetection, ...]) -> list[str]:
    """Return the counties to look closer at: those of a region; none for the whole country."""
    return [line.pcode for line in lines] if len(lines) < len(world.names) else []


def _left_out(world: World, tr: Catalogue) -> dict[str, Fill]:
    """Return every county as outside the region; those shown are filled over."""
    return {pcode: Fill(LAND, words=f"{name}: {tr.t('detection.outside')}") for pcode, name in world.names.items()}


def _empty(code: str, label: str) -> tuple[str, str]:
    """Return (fill of the swatch, words); an empty fill is the mark of zero."""
    return "" if code == LOOK_OF[Empty.ZERO].code else LOOKS[code].fill, label
