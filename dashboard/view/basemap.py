"""Static geometry as the web serves it: addresses of prepared files, and the first-paint drawing of the counties."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from dashboard.view.figure import Basemap
from dashboard.web.templates import render
from geodata.query import shapes as svg
from geodata.query.world import World
from layers.context import ContextSpec

PREFIX = "/geo/"
SHELL_WIDTH = 560


def basemap(world: World) -> Basemap:
    """Return the addresses and feature ids of the world's boundary edition."""
    files = {role: PREFIX + prepared.path.name for role, prepared in world.edition.prepared().items()}
    near, far = svg.context_ids(world.edition, "context-near"), svg.context_ids(world.edition, "context-far")
    lines = svg.context_lines(world.edition, "context-near")
    context = ContextSpec(
        geojson_url=files["context-near"],
        countries=near.get("country", ()),
        lakes=near.get("lake", ()),
        border=lines.get("border", ()),
        ilemi=lines.get("ilemi", ()),
    )
    return Basemap(files["counties-mid"], files["context-near"], files["context-far"], context, far.get("country", ()))


@lru_cache(maxsize=64)
def shell_svg(
    world: World, fills: tuple[str, ...], links: tuple[str, ...], label: str, words: tuple[str, ...]
) -> Markup:
    """Return the inline map: 47 linked, labelled shapes with their fills; also the map without JavaScript."""
    frame = svg.frame(world.edition, SHELL_WIDTH)
    paths = svg.svg_paths(world.edition, "low", SHELL_WIDTH)
    lines = svg.svg_lines(world.edition, SHELL_WIDTH, "context-near")
    shapes = [
        {"pcode": pcode, "d": path, "fill": fill, "href": href, "words": label_of_county}
        for (pcode, path), fill, href, label_of_county in zip(paths.items(), fills, links, words, strict=True)
    ]
    return Markup(  # noqa: S704 - the template escapes every value
        render("parts/shell.svg", shapes=shapes, lines=lines, width=frame.width, height=frame.height, label=label)
    )
