"""Small maps as SVG text: one set of county paths in the page, any number of pictures that use it.

`minimap_defs` writes the paths once (``<path id="m-KE011">``); each `minimap` then colours them with
``<use>``, a few kB per picture. Without shared paths a picture carries its own. Pure text in, text out:
words arrive ready, every value is escaped here. Coordinates are pixels of the frame the paths were made in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from layers.patterns import pattern_defs
from layers.theme import INK, INK_SECOND, LAND_LINE, PAPER, WHITE

OVERLAYS = {
    "rise": '<path d="M-1,1 l2,-2 M0,8 l8,-8 M7,9 l2,-2" stroke="{ink}" stroke-width="1"/>',
    "fall": '<path d="M-1,7 l2,2 M0,0 l8,8 M7,-1 l2,2" stroke="{ink}" stroke-width="1"/>',
    "level": '<path d="M0,4 H8" stroke="{ink}" stroke-width="1"/>',
    "dot": '<circle cx="4" cy="4" r="1.4" fill="{ink}"/>',
}
"""Marks without a ground, laid over a colour: lines rising, falling, level, and dots; dark, or light as ``rise-l``."""


@dataclass(frozen=True, slots=True)
class Fill:
    """How one county is drawn: a hex colour, or the id of a pattern that stands over it, and its words.

    pattern: an id of `layers.patterns` (``njia-hatch``, has its own ground) or a name of `OVERLAYS`
    (``rise``, ``rise-l``; the colour shows through). words: the shape's tooltip and, where it is a link,
    its name. edge: a heavier outline in this colour, for what must not be missed.
    """

    colour: str = PAPER
    pattern: str = ""
    words: str = ""
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A few letters at a point of the frame (anchored in the middle), with a halo of paper; `light` on dark ground.

    size: height of the letters in pixels of the frame (a map cut to a `window` is drawn larger than its frame).
    """

    x: float
    y: float
    text: str
    light: bool = False
    size: float = 11


def overlay_id(name: str, prefix: str = "m") -> str:
    """Return the pattern id of an overlay."""
    return f"{prefix}-{name}"


def minimap_defs(
    paths: Mapping[str, str], lines: Mapping[str, str] | None = None, *, prefix: str = "m", patterns: bool = True
) -> str:
    """Return one invisible ``<svg>`` with the shared paths and patterns; put it into the page once.

    paths: P-code → `d`. lines: ``border`` and ``ilemi`` → `d`. patterns: also the overlays and the
    patterns of the kinds of empty and the roles (leave out where the page already has them).
    """
    shapes = "".join(f'<path id="{prefix}-{escape(code)}" d="{d}"/>' for code, d in paths.items())
    strokes = "".join(
        f'<path id="{prefix}-{name}" d="{d}"/>' for name, d in (lines or {}).items() if name in ("border", "ilemi")
    )
    known = overlay_defs(prefix) + pattern_defs() if patterns else ""
    return (
        f'<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>{shapes}{strokes}'
        f"{known}</defs></svg>"
    )


def overlay_defs(prefix: str = "m") -> str:
    """Return the patterns of `OVERLAYS`, dark and light."""
    return "".join(
        f'<pattern id="{overlay_id(name + ending, prefix)}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f"{inner.format(ink=colour)}</pattern>"
        for name, inner in OVERLAYS.items()
        for ending, colour in (("", INK), ("-l", WHITE))
    )


def minimap(  # noqa: PLR0913, PLR0917 - a picture has this many parts; callers name them
    shapes: Mapping[str, str] | Iterable[str],
    fills: Mapping[str, Fill],
    width: float,
    height: float,
    title: str,
    desc: str,
    links: Mapping[str, str] | None = None,
    marks: Iterable[Mark] | None = None,
    *,
    lines: Mapping[str, str] | None = None,
    ident: str = "map",
    prefix: str = "m",
    window: tuple[float, float, float, float] | None = None,
) -> str:
    """Return one map as an ``<svg>`` string.

    shapes: P-code → `d`; or just P-codes, when `minimap_defs` with the same prefix is in the page (so
    too `lines`: ``border``, ``ilemi`` with any text). fills: P-code → `Fill`; a county without one is
    paper. title, desc: the picture's name and what it shows, for who does not see it. links: P-code →
    address; then each county is a link of its own and the picture a group, else it is one image.
    ident: unique in the page, for the ids of title and description. window: x, y, width and height of
    the part of the frame to show; None shows all of it.
    """
    own = shapes if isinstance(shapes, Mapping) else None
    body = "".join(_county(code, own, fills.get(code, Fill()), (links or {}).get(code, ""), prefix) for code in shapes)
    edges = "".join(
        _shape(code, own, prefix, f'stroke="{escape(fills[code].edge)}"') for code in shapes if _edged(fills, code)
    )
    strokes = "".join(
        _shape(name, own and (lines or {}), prefix, _LINE[name]) for name in _LINE if lines and name in lines
    )
    name = escape(ident)
    role = "group" if links else "img"
    box = " ".join(f"{number:g}" for number in window or (0, 0, width, height))
    return (
        f'<svg class="minimap" viewBox="{box}" role="{role}" '
        f'aria-labelledby="{name}-t" aria-describedby="{name}-d" preserveAspectRatio="xMidYMid meet">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(desc)}</desc>'
        f'<g stroke="{LAND_LINE}" stroke-width=".8" stroke-linejoin="round">{body}</g>'
        f'<g fill="none" stroke-width="2.4">{edges}</g>{strokes}{"".join(_mark(mark) for mark in marks or ())}</svg>'
    )


_LINE = {
    "border": f'fill="none" stroke="{INK}" stroke-width="1.3"',
    "ilemi": f'fill="none" stroke="{INK_SECOND}" stroke-width="1" stroke-dasharray="4 3"',
}


def _county(code: str, own: Mapping[str, str] | None, fill: Fill, link: str, prefix: str) -> str:
    is_overlay = fill.pattern.removesuffix("-l") in OVERLAYS
    ground = f"url(#{fill.pattern})" if fill.pattern and not is_overlay else fill.colour
    drawn = _shape(code, own, prefix, f'fill="{escape(ground)}"')
    if is_overlay:
        drawn += _shape(code, own, prefix, f'fill="url(#{overlay_id(fill.pattern, prefix)})" stroke="none"')
    tooltip = f"<title>{escape(fill.words)}</title>" if fill.words else ""
    if link:
        return f'<a href="{escape(link)}" aria-label="{escape(fill.words or code)}">{drawn}</a>'
    return f"<g>{tooltip}{drawn}</g>" if tooltip else drawn


def _edged(fills: Mapping[str, Fill], code: str) -> bool:
    return code in fills and bool(fills[code].edge)


def _shape(code: str, own: Mapping[str, str] | None, prefix: str, look: str) -> str:
    if own is None:
        return f'<use href="#{prefix}-{escape(code)}" {look}/>'
    return f'<path d="{own[code]}" {look}/>'


def _mark(mark: Mark) -> str:
    ink, halo = (WHITE, INK) if mark.light else (INK, PAPER)
    return (
        f'<text x="{mark.x:g}" y="{mark.y:g}" text-anchor="middle" dominant-baseline="central" '
        f'font-size="{mark.size:g}" fill="{ink}" stroke="{halo}" stroke-width="{mark.size / 4.4:g}" '
        f'paint-order="stroke" aria-hidden="true">'
        f"{escape(mark.text)}</text>"
    )
