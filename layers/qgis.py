"""Styles with which QGIS opens a GeoPackage of ours: counties, legs of corridors, stops; the look of the map.

Pure text: a QML document per layer. Legs are drawn as ribbons (`layers.ribbons`): casing, ink, a core per nature (both
for *mixed*, which is no nature's own hue), wider with more independent sources, broken where no source states the leg,
faint where the last word on it is old, with arrowheads along the way. Stops carry their names with a halo.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from geodata.values import Nature
from layers.ribbons import AIR_WIDTH, EDGE_PX, FADED, FORWARD_WIDTHS, OLD_YEARS, SOURCE_CLASSES
from layers.theme import CORE_HUE, GREY_UNCLEAR, INK, PAPER, WHITE

MM_PER_PX = 0.2
"""Millimetres on paper for a pixel of the screen's ribbons."""
CASING_MM = 0.5
EDGE_MM = EDGE_PX * MM_PER_PX
"""The trunk's edge of ink around the casing, both sides together."""
CORE_SHARE, CORES_SHARE, OFFSET_SHARE = 0.34, 0.22, 0.17
"""Width of one core, of each of two, and how far each of two lies beside the middle, in widths of the ribbon."""
BRUSHES = {"n": "b_diagonal", "s": "dense6", "u": "cross"}
"""Code of an empty → QGIS's fill; others are plain."""
MAIN_STOPS = "\"corridors\" LIKE '%C01%' AND \"name\" NOT LIKE '% (%'"
"""Stops of the trunk; of the two Moyales, which share a spot, the Kenyan one alone."""
BOTH = (Nature.TRAFFICKING, Nature.SMUGGLING)


@dataclass(frozen=True, slots=True)
class LegColumns:
    """How a file of legs calls what their look depends on; `inferred`, `old` and `trunk` are QGIS expressions.

    Every file says in `drawn` how the line was drawn; flights are thin.
    """

    nature: str = "nature"
    sources: str = "sources"
    inferred: str = '"inferred"'
    old: str = '"old"'
    trunk: str = '"corridor" = \'C01\' AND NOT "alternative"'


def county_style(classes: Sequence[tuple[str, str, str]]) -> str:
    """Return a style with one category per class or kind of empty: code, label, hex colour."""
    symbols = "".join(
        f'<symbol type="fill" name="{i}" alpha="1"><layer class="SimpleFill" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{_option("color", _rgba(colour))}{_option("outline_color", "255,255,255,255")}'
        f"{_option('outline_width', '0.2')}{_option('style', BRUSHES.get(code, 'solid'))}</Option></layer></symbol>"
        for i, (code, _, colour) in enumerate(classes)
    )
    return _style(_categories("class", [(code, label) for code, label, _ in classes], symbols))


def leg_style(natures: Iterable[tuple[Nature, str]], columns: LegColumns = LegColumns()) -> str:
    """Return a style with one ribbon per nature and its label in the reader's language."""
    known = sorted(natures)
    symbols = "".join(
        f'<symbol type="line" name="{i}" alpha="1">'
        f"{_defined({'alpha': f'CASE WHEN {columns.old} THEN {FADED * 100:g} ELSE 100 END'})}"
        f"{_ribbon(nature, columns)}</symbol>"
        for i, (nature, _) in enumerate(known)
    )
    return _style(_categories(columns.nature, [(nature.value, label) for nature, label in known], symbols))


def network_styles(natures: Iterable[tuple[Nature, str]], as_of_year: int) -> tuple[tuple[str, str], ...]:
    """Return layer and style of the GeoPackage of the whole network (`geodata.network.export`)."""
    old = f'"last_confirmed" < {as_of_year - OLD_YEARS}'
    trunk = '"corridor_id" = \'C01\' AND NOT "is_alternative"'
    columns = LegColumns(sources="n_sources", inferred="\"basis\" = 'inferred'", old=old, trunk=trunk)
    return ("legs", leg_style(natures, columns)), ("places", stop_style(main=MAIN_STOPS))


def stop_style(name: str = "name", kind: str = "kind", main: str = "false") -> str:
    """Return a style for stops: rings, bars for border crossings, and the names beside them with a halo of paper.

    main: a QGIS expression of the stops that are read first: bold, larger, and named whatever lies there.
    """
    marks = (("circle", WHITE, "2.2"), ("rectangle", INK, "2.6"))
    symbols = "".join(
        f'<symbol type="marker" name="{i}" alpha="1"><layer class="SimpleMarker" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{_option("name", shape)}{_option("color", _rgba(fill))}'
        f"{_option('outline_color', _rgba(INK if fill == WHITE else WHITE))}{_option('outline_width', '0.4')}"
        f"{_option('size', size)}</Option></layer></symbol>"
        for i, (shape, fill, size) in enumerate(marks)
    )
    rules = (
        '<renderer-v2 type="RuleRenderer" enableorderby="0" symbollevels="0" forceraster="0"><rules key="all">'
        f'<rule key="stop" symbol="0" filter="{escape(chr(34) + kind + chr(34))} &lt;&gt; \'border_crossing\'"/>'
        f'<rule key="crossing" symbol="1" filter="{escape(chr(34) + kind + chr(34))} = \'border_crossing\'"/>'
        f"</rules><symbols>{symbols}</symbols></renderer-v2>"
    )
    names = (
        f'<labeling type="simple"><settings calloutType="simple"><text-style fieldName="{escape(name)}" '
        f'isExpression="0" fontSize="8" fontSizeUnit="Point" textColor="{_rgba(INK)}" textOpacity="1">'
        f'<text-buffer bufferDraw="1" bufferSize="0.9" bufferSizeUnits="MM" bufferColor="{_rgba(PAPER)}" '
        'bufferOpacity="0.9" bufferNoFill="0"/></text-style>'
        '<placement placement="6" dist="1" distUnits="MM" predefinedPositionOrder="R,L,TR,BR,TL,BL,TSR,BSR"/>'
        '<rendering drawLabels="1" obstacle="1" displayAll="0"/>'
        f"{_label_rules(main)}</settings></labeling>"
    )
    return _style(rules + names, labelled=True)


def _label_rules(main: str) -> str:
    rules = {
        "Bold": main,
        "Size": f"CASE WHEN {main} THEN 10 ELSE 8 END",
        "AlwaysShow": main,
        "Priority": f"CASE WHEN {main} THEN 10 ELSE 3 END",
    }
    return _defined(rules, "dd_properties")


def _ribbon(nature: Nature, columns: LegColumns) -> str:
    """Return the layers of a ribbon: the trunk's edge, casing, ink, a core per nature it shows, and arrowheads."""
    shown = BOTH if nature is Nature.MIXED else tuple(each for each in BOTH if each is nature)
    width = _width(columns.sources)
    strokes = [
        (INK, f"{width} + {CASING_MM} + {EDGE_MM:.2f}", "0"),
        (WHITE, f"{width} + {CASING_MM}", "0"),
        (INK if shown else GREY_UNCLEAR, width, "0"),
    ]
    share, sides = (CORE_SHARE, (0,)) if len(shown) == 1 else (CORES_SHARE, (-1, 1))
    strokes += [
        (CORE_HUE[each], f"{width} * {share}", f"{width} * {side * OFFSET_SHARE}")
        for each, side in zip(shown, sides, strict=False)
    ]
    lines = "".join(
        f'<layer class="SimpleLine" enabled="1" pass="{level}" locked="0"><Option type="Map">'
        f"{_option('line_color', _rgba(colour))}{_option('line_width', '1.2')}{_option('line_width_unit', 'MM')}"
        f"{_option('offset_unit', 'MM')}{_option('joinstyle', 'round')}{_option('capstyle', 'flat')}"
        f"{_option('customdash', '4;2.5')}{_option('customdash_unit', 'MM')}</Option>"
        f"{_defined(_stroke_rules(level, stroke_width, offset, columns))}</layer>"
        for level, (colour, stroke_width, offset) in enumerate(strokes)
    )
    head = (
        '<symbol type="marker" name="@arrow" alpha="1"><layer class="SimpleMarker" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{_option("name", "filled_arrowhead")}{_option("color", _rgba(WHITE))}'
        f"{_option('outline_color', _rgba(INK))}{_option('size', '2.6')}</Option></layer></symbol>"
    )
    return lines + (
        f'<layer class="MarkerLine" enabled="1" pass="{len(strokes)}" locked="0"><Option type="Map">'
        f"{_option('placement', 'interval')}{_option('interval', '26')}{_option('offset_along_line', '13')}"
        f"{_option('rotate', '1')}</Option>{head}</layer>"
    )


def _width(sources: str) -> str:
    """Return QGIS's expression of a ribbon's width in millimetres from its independent sources."""
    limits = zip(reversed(SOURCE_CLASSES), reversed(FORWARD_WIDTHS[1:]), strict=True)
    cases = "".join(f' WHEN "{sources}" > {limit} THEN {px * MM_PER_PX:.2f}' for limit, px in limits)
    flight = f"WHEN \"drawn\" = 'air' THEN {AIR_WIDTH * MM_PER_PX:.2f}"
    return f"(CASE {flight}{cases} ELSE {FORWARD_WIDTHS[0] * MM_PER_PX:.2f} END)"


def _stroke_rules(level: int, width: str, offset: str, columns: LegColumns) -> dict[str, str]:
    rules = {"outlineWidth": width}
    if offset != "0":
        rules["offset"] = offset
    if level == 0:
        rules["outlineColor"] = f"CASE WHEN {columns.trunk} THEN '{_rgba(INK)}' ELSE '0,0,0,0' END"
    if level > 1:  # edge and casing stay whole under a broken line
        rules["customDash"] = f"CASE WHEN {columns.inferred} THEN '4;2.5' END"
    return rules


def _defined(rules: dict[str, str], tag: str = "data_defined_properties") -> str:
    """Return QGIS's block of looks that follow from an expression; labels call it by another tag than symbols."""
    listed = "".join(
        f'<Option type="Map" name="{name}"><Option type="bool" name="active" value="true"/>'
        f'{_option("expression", expression)}<Option type="int" name="type" value="3"/></Option>'
        for name, expression in rules.items()
    )
    return (
        f'<{tag}><Option type="Map">{_option("name", "")}'
        f'<Option type="Map" name="properties">{listed}</Option>{_option("type", "collection")}</Option>'
        f"</{tag}>"
    )


def _categories(attribute: str, categories: Sequence[tuple[str, str]], symbols: str) -> str:
    listed = "".join(
        f'<category symbol="{i}" value="{escape(value)}" label="{escape(label)}" render="true"/>'
        for i, (value, label) in enumerate(categories)
    )
    return (
        f'<renderer-v2 type="categorizedSymbol" attr="{attribute}" enableorderby="0" symbollevels="1" forceraster="0">'
        f"<categories>{listed}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )


def _style(body: str, *, labelled: bool = False) -> str:
    categories, flag = ("Symbology|Labeling", ' labelsEnabled="1"') if labelled else ("Symbology", "")
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">'
        f'<qgis version="3.28" styleCategories="{categories}"{flag}>{body}</qgis>'
    )


def _option(name: str, value: str) -> str:
    return f'<Option type="QString" name="{name}" value="{escape(value)}"/>'


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
