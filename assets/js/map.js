/* Ties Plotly's map to the page: county paths to fill, what is seen at which scale, windows, zoom.
   Touches these internals of plotly.js 4.1 (pinned by a browser test): g.trace elements carry their trace in
   __data__[0].trace; the counties' paths lie in the order of locations; geo subplot keeps its d3 projection. */
(function () {
  "use strict";
  const njia = window.njia;
  const LAYER = {
    corridors: /^corridor-/,
    roles: /^role/,
    places: /^(crossing|stops|place-labels|pills|emblems)/,
    labels: /^county-labels$/,
  };
  const TURNED = "geo.projection.rotation"; // only the way to a window sets it whole
  const ROLES_FROM = 26; // px per degree: on a map of the whole way, Kenya is too small for marks
  const map = (njia.map = { gd: null, hidden: new Set() });
  const cell = document.getElementById("map");
  let gd = null,
    window_ = "",
    bounds_ = null,
    seen = null, // the window as the reader last had it
    going = null, // the way to another window, until Plotly has told that it is shown
    far = false, // whether it reaches beyond what the near surroundings show
    shownCorridor = "";

  const traceOf = (node) => node.__data__ && node.__data__[0] && node.__data__[0].trace;
  const groups = () => [...gd.querySelectorAll(".geolayer g.trace")].filter(traceOf);

  function collect() {
    const group = groups().find((node) => traceOf(node).name === "counties");
    if (!group) return false;
    const paths = [...group.children].filter((node) => node.tagName === "path");
    if (paths.length !== 47) return false;
    njia.drawings.map = paths;
    njia.hand.dress(group, paths);
    return true;
  }

  /* How much larger names are in a large window (--names of the style sheet): a projector is read from afar. */
  const larger = () => Number(getComputedStyle(gd).getPropertyValue("--names")) || 1;

  /* Pixels per degree of longitude: labels and marks are seen from a scale on that the server worked out. */
  function scale() {
    const subplot = gd._fullLayout.geo._subplot;
    return subplot && subplot.projection ? (subplot.projection.scale() * Math.PI) / 180 : 0;
  }

  function enlarge(text, times) {
    text.dataset.px ||= parseFloat(text.style.fontSize);
    text.style.fontSize = text.dataset.px * times + "px";
  }

  function thin() {
    const times = larger(),
      now = scale() / times,
      scaled = new Set((gd.layout.meta || {}).scaled || []),
      layers = new Set(njia.view.layers.split(","));
    map.hidden = new Set(Object.keys(LAYER).filter((key) => !layers.has(key)));
    for (const group of groups()) {
      const trace = traceOf(group),
        name = trace.name;
      for (const key of Object.keys(LAYER))
        if (LAYER[key].test(name))
          group.style.display = layers.has(key) && (key !== "roles" || now >= ROLES_FROM) ? "" : "none";
      njia.corridors.dress(group, trace, now);
      for (const text of group.querySelectorAll("text")) enlarge(text, times);
      if (!scaled.has(name) || !trace.customdata) continue;
      const below = name === "roles-folded";
      for (const node of group.querySelectorAll("path.point, text")) {
        if (!node.__data__) continue;
        const data = trace.customdata[node.__data__.i !== undefined ? node.__data__.i : indexOf(node)];
        node.style.visibility = !data || (below ? now < data[1] : now >= data[1]) ? "" : "hidden";
      }
    }
  }
  const indexOf = (node) =>
    [...node.parentNode.children].filter((other) => other.tagName === node.tagName).indexOf(node);

  function fit([west, south, east, north]) {
    const rad = Math.PI / 180,
      y = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * rad) / 2)) / rad,
      lat = (v) => (2 * Math.atan(Math.exp(v * rad)) - Math.PI / 2) / rad;
    const aspect = gd.clientWidth / gd.clientHeight,
      tall = y(north) - y(south),
      wide = east - west;
    if (wide / tall < aspect) {
      const grow = (tall * aspect - wide) / 2;
      return { lon: [Math.max(-180, west - grow), Math.min(180, east + grow)], lat: [south, north] };
    }
    const grow = (wide / aspect - tall) / 2;
    return { lon: [west, east], lat: [lat(y(south) - grow), lat(y(north) + grow)] };
  }

  /* What says where the map looks: Plotly's own names of it, with their present values. */
  function looksAt() {
    const geo = gd._fullLayout.geo;
    return {
      "geo.lonaxis.range": [...geo.lonaxis.range],
      "geo.lataxis.range": [...geo.lataxis.range],
      "geo.projection.scale": geo.projection.scale,
      "geo.projection.rotation.lon": geo.projection.rotation.lon,
      "geo.center.lon": geo.center.lon,
      "geo.center.lat": geo.center.lat,
    };
  }

  /* Land around Kenya comes in two sizes; the far one is fetched when a window first needs it. */
  function landFor() {
    const at = gd.data.findIndex((trace) => trace.name === "land");
    if (!far || at < 0 || gd.data[at].geojson === njia.fixed.far) return null;
    const places = njia.fixed.farCountries;
    return [{ geojson: [njia.fixed.far], locations: [places], z: [places.map(() => 0)] }, [at]];
  }

  /* Shows a named window, or other bounds (west, south, east, north) while the name stands. */
  function go(name, bounds) {
    bounds_ = bounds || null;
    window_ = name;
    const box = fit(bounds || njia.fixed.windows[name]),
      kenya = njia.fixed.windows.kenya,
      middle = (box.lon[0] + box.lon[1]) / 2;
    far = bounds ? bounds.some((edge, i) => (i < 2 ? edge < kenya[i] : edge > kenya[i])) : name !== "kenya";
    for (const button of document.querySelectorAll("[data-extent]"))
      button.setAttribute("aria-pressed", String(!bounds && button.dataset.extent === name));
    const mine = (going = {}),
      arrived = () => {
        if (going === mine) going = null;
      };
    seen = null;
    const land = landFor();
    return Promise.resolve(land && window.Plotly.restyle(gd, ...land))
      .then(() =>
        window.Plotly.relayout(gd, {
          "geo.lonaxis.range": box.lon,
          "geo.lataxis.range": box.lat,
          "geo.projection.scale": 1,
          "geo.center": { lon: middle, lat: null },
          [TURNED]: { lon: middle, lat: 0, roll: 0 },
        }),
      )
      .finally(arrived);
  }

  /* Dash has drawn its figure anew: it knows neither the reader's window nor the land around it; both are kept. */
  function restore() {
    const land = landFor();
    if (land) return window.Plotly.restyle(gd, ...land);
    if (!seen || going) return null;
    const now = looksAt(),
      differs = Object.keys(seen).some((key) => JSON.stringify(seen[key]) !== JSON.stringify(now[key]));
    return differs ? window.Plotly.relayout(gd, seen) : null;
  }

  function after() {
    if (!collect() || restore()) return;
    njia.repaint();
    thin();
    njia.hand.again();
    look(njia.view);
    window.dispatchEvent(new Event("njia-map"));
    if (document.querySelector("#controls input")) njia.takeOver();
  }

  /* A corridor that has just been chosen is shown whole; otherwise the window follows its name. */
  function look(view) {
    const corridor = view.corridor === "all" ? "" : view.corridor,
      bounds = corridor && corridor !== shownCorridor ? njia.corridors.box(gd, corridor) : null;
    if (bounds || !corridor) shownCorridor = corridor; // else its lines are still on their way
    if (bounds) go(view.extent, bounds);
    else if (view.extent !== window_) go(view.extent);
  }

  /* On a phone the details cover the lower half of the screen: the map moves to the half that stays free. */
  let revealed = "";
  function reveal(view) {
    const chosen = view.county || (view.corridor === "all" ? "" : view.corridor),
      small = matchMedia("(max-width: 1023px)").matches;
    if (chosen && chosen !== revealed && small) cell.scrollIntoView({ block: "start" });
    revealed = chosen;
  }

  let layers = "";
  njia.viewed = function (view) {
    if (!gd) return;
    look(view);
    if (layers !== view.layers) thin();
    layers = view.layers;
    reveal(view);
    (njia.drawings.map || []).forEach((path, i) => {
      const chosen = String(view.county === njia.fixed.pcodes[i]);
      if (path.getAttribute("aria-selected") !== chosen) path.setAttribute("aria-selected", chosen);
    });
  };

  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => {
      const now = gd._fullLayout.geo.projection.scale,
        wanted = button.dataset.zoom === "in" ? now * 1.6 : now / 1.6;
      window.Plotly.relayout(gd, { "geo.projection.scale": Math.min(24, Math.max(0.2, wanted)) });
    });
  for (const button of document.querySelectorAll("[data-extent]"))
    button.addEventListener("click", (event) => {
      if (!gd) return;
      event.preventDefault();
      bounds_ = null;
      if (button.dataset.extent === njia.view.extent) go(njia.view.extent);
      njia.act({ set: { extent: button.dataset.extent } });
    });

  /* Paper is narrower than the screen: the drawings shrink as pictures, and the page says where it came from. */
  addEventListener("beforeprint", () => {
    for (const svg of document.querySelectorAll("#dash svg.main-svg"))
      svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height"));
    const link = document.getElementById("printed-link");
    if (link) link.textContent = location.href;
  });
  addEventListener("afterprint", () => {
    for (const svg of document.querySelectorAll("#dash svg.main-svg")) svg.removeAttribute("viewBox");
  });

  /* Dash mounts the graph, Plotly draws it, the frames come: whichever is last, the map is met here. */
  function meet() {
    const drawn = document.querySelector("#map-graph .js-plotly-plot");
    const whole = drawn && drawn.on && drawn._fullLayout && !drawn.classList.contains("dash-graph--pending");
    if (!whole || !njia.now || !document.querySelector("#controls input")) {
      if (njia.at !== "blocked") setTimeout(meet, 40);
      return;
    }
    gd = map.gd = drawn;
    // Dash would copy every window into its figure and draw that once more; the window is kept here (`restore`).
    gd.removeAllListeners("plotly_relayout");
    njia.hand.listen(gd);
    gd.on("plotly_afterplot", after);
    gd.on("plotly_relayout", (update) => {
      // What restored the window before is told late: it must not stand for the one that is on its way.
      if (!going || TURNED in update) seen = looksAt();
      thin();
    });
    gd.on("plotly_relayouting", () => {
      thin();
      njia.overlay();
    });
    go(njia.view.extent)
      .then(after)
      .then(() => {
        if (!scrollY && !location.hash) reveal(njia.view);
      });
    let resized = 0,
      size = ""; // the first word of the observer is the size that the map has been drawn for
    new ResizeObserver(([{ contentRect }]) => {
      const before = size;
      size = contentRect.width + " " + contentRect.height;
      clearTimeout(resized);
      if (before) resized = setTimeout(() => go(window_, bounds_), 150);
    }).observe(document.getElementById("map-graph"));
  }
  setTimeout(meet);
})();
