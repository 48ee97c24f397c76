"""The same map the way a typical Dash app does it, for comparison only.

One callback: every interaction filters a DataFrame, joins it to the counties, and returns a whole new
figure with the geometry inline, plus a table; Dash's own component library and the full Plotly bundle.
Nothing is made slow on purpose: data are read once, the geometry is the product's own middle
resolution, answers are compressed as the product's are, and it runs on the same gunicorn workers. It is
spared the world map Plotly would fetch from its makers' server: an empty one is in the page.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import dash
import pandas as pd
import plotly.express as px
from dash import Input, Output, dcc, html
from flask_compress import Compress

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "geodata/data"
MEASURES = ("incidents", "persons", "rate")
SMUGGLING = "smuggling_transit"
INDEX = """<!DOCTYPE html><html><head>{%metas%}<title>typical</title>{%favicon%}{%css%}
<script>(() => {
  const none = {type: "GeometryCollection", geometries: []}, objects = {};
  for (const name of ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"]) objects[name] = none;
  window.PlotlyGeoAssets = {topojson: {world_110m: {type: "Topology", objects, arcs: []}}};
})();</script></head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"""


def geometry() -> Any:
    """Return the counties' GeoJSON, read once."""
    index = json.loads((DATA / "boundaries/prepared/index.json").read_text(encoding="utf-8"))["roles"]
    path = DATA / "boundaries/prepared" / index["counties-mid"]["file"]
    return json.loads(path.read_text(encoding="utf-8"))


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return events (year, county, nature, form, persons) and counties (pcode, name, population)."""
    counties = pd.read_csv(DATA / "evidence/counties.csv")
    events = pd.read_csv(DATA / "evidence/incidents.csv")
    events["year"] = events["date"].astype(str).str[:4].astype(int)
    events["nature"] = events["form"].map(
        lambda form: "smuggling" if form == SMUGGLING else "unclear" if form == "unspecified" else "trafficking"
    )
    return events, counties


def view(  # noqa: PLR0917 - as a callback hands them over
    events: pd.DataFrame, counties: pd.DataFrame, nature: str, measure: str, year: int | None, forms: list[str]
) -> pd.DataFrame:
    """Filter and join: one row per county with the measure."""
    rows = events[events["nature"] == nature]
    if year:
        rows = rows[rows["year"] == year]
    if forms:
        rows = rows[rows["form"].isin(forms)]
    counted = rows.groupby("county").agg(incidents=("id", "count"), persons=("persons", "sum")).reset_index()
    joined = counties.merge(counted, left_on="name", right_on="county", how="left")
    joined["rate"] = joined["persons"] / joined["population_2019"] * 100_000
    return joined.assign(value=joined[measure])


def create_app() -> dash.Dash:
    """Build the app."""
    events, counties = tables()
    shapes = geometry()
    years = range(int(events["year"].min()), int(events["year"].max()) + 1)
    app = dash.Dash("typical", use_async=False, assets_folder="no-assets", index_string=INDEX)
    app.server.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.server.config["COMPRESS_BR_LEVEL"] = 5
    Compress(app.server)
    app.layout = html.Div(
        [
            dcc.RadioItems(["trafficking", "smuggling", "unclear"], "trafficking", id="nature"),
            dcc.RadioItems(list(MEASURES), "incidents", id="measure"),
            dcc.Slider(0, len(years), 1, value=0, id="frame"),
            dcc.Checklist(sorted(events["form"].dropna().unique()), [], id="form"),
            dcc.Graph(id="map"),
            html.Div(id="table"),
        ]
    )

    @app.callback(
        Output("map", "figure"),
        Output("table", "children"),
        Input("nature", "value"),
        Input("measure", "value"),
        Input("frame", "value"),
        Input("form", "value"),
    )
    def draw(nature: str, measure: str, frame: int, forms: list[str]) -> tuple[Any, Any]:
        year = years[frame - 1] if frame else None
        shown = view(events, counties, nature, measure, year, forms)
        figure = px.choropleth(
            shown, geojson=shapes, locations="pcode", featureidkey="id", color="value", hover_name="name",
        )  # fmt: skip
        figure.update_geos(fitbounds="locations", visible=False)
        values = shown["value"].astype(object).where(shown["value"].notna(), None)
        rows = [html.Tr([html.Td(name), html.Td(value)]) for name, value in zip(shown["name"], values, strict=True)]
        return figure, html.Table(rows)

    return app


def main() -> None:
    """Serve on PORT with two workers of eight threads, as the product does."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - not on Windows

    server = create_app().server
    server.test_client().get("/")  # each worker must have written a page, or Dash refuses its own scripts

    class Served(BaseApplication):  # type: ignore[misc] # gunicorn has no types
        def load_config(self) -> None:
            options = {"bind": f"127.0.0.1:{os.environ['PORT']}", "workers": 2, "threads": 8, "loglevel": "warning"}
            for key, value in {**options, "worker_class": "gthread", "preload_app": True}.items():
                self.cfg.set(key, value)

        def load(self) -> Any:
            return server

    Served().run()


if __name__ == "__main__":
    main()
