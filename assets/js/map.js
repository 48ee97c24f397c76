/* Ties Plotly's map to the page: fills county paths, keyboard from county to county, tips, zoom, layers.
   Touches these internals of plotly.js 4.1 (pinned by a browser test): g.trace elements carry their trace in
   __data__[0].trace; the counties' paths lie in the order of locations; geo subplot keeps its d3 projection. */
(function () {
  "use strict";
  const njia = window.njia,
    fixed = njia.fixed;
  const form = document.getElementById("view"),
    tip = document.getElementById("tip"),
    cell = document.getElementById("map");
  const LAYER = {
    corridors: /^corridor-/,
    roles: /^role/,
    places: /^(crossing|stops|place-labels|pills|emblems)/,
    labels: /^county-labels$/,
  };
  const ROLES_FROM = 26; // px per degree: on a map of the whole way, Kenya is too small for marks
  let gd = null,
    at = 0,
    focused = false,
    farShown = false,
    window_ = "";

  const traceOf = (node) => node.__data__ && node.__data__[0] && node.__data__[0].trace;
  const groups = () => [...gd.querySelectorAll(".geolayer g.trace")].filter(traceOf);

  function collect() {
    const group = groups().find((node) => traceOf(node).name === "counties");
    if (!group) return false;
    const paths = [...group.children].filter((node) => node.tagName === "path");
    if (paths.length !== 47) return false;
    njia.drawings.map = paths;
    group.setAttribute("role", "listbox");
    group.setAttribute("aria-label", cell.querySelector("svg").getAttribute("aria-label"));
    paths.forEach((path, i) => {
      path.setAttribute("role", "option");
      path.setAttribute("aria-label", fixed.names[i]);
      path.setAttribute("aria-selected", String(form.elements.county.value === fixed.pcodes[i]));
      path.setAttribute("tabindex", i === at ? "0" : "-1");
      path.dataset.i = i;
    });
    return true;
  }

  /* Pixels per degree of longitude: labels and marks are seen from a scale on that the server worked out. */
  function scale() {
    const subplot = gd._fullLayout.geo._subplot;
    return subplot && subplot.projection ? (subplot.projection.scale() * Math.PI) / 180 : 0;
  }

  function thin() {
    const now = scale(),
      meta = gd.layout.meta || {},
      scaled = new Set(meta.scaled || []);
    const layers = new Set([...form.querySelectorAll('[name="layers"]:checked')].map((box) => box.value));
    for (const group of groups()) {
      const trace = traceOf(group),
        name = trace.name;
      for (const key of Object.keys(LAYER))
        if (LAYER[key].test(name))
          group.style.display = layers.has(key) && (key !== "roles" || now >= ROLES_FROM) ? "" : "none";
      njia.corridors.dress(group, trace, now);
      if (!scaled.has(name) || !trace.customdata) continue;
      const below = name === "roles-folded";
      const marks = [...group.querySelectorAll("path.point, text")].filter((node) => node.__data__);
      marks.forEach((node) => {
        const data = trace.customdata[node.__data__.i !== undefined ? node.__data__.i : indexOf(trace, node)];
        const seen = !data || (below ? now < data[1] : now >= data[1]);
        node.style.visibility = seen ? "" : "hidden";
      });
    }
  }
  function indexOf(trace, node) {
    const siblings = [...node.parentNode.children].filter((other) => other.tagName === node.tagName);
    return siblings.indexOf(node);
  }

  function fit(bounds) {
    const [west, south, east, north] = bounds,
      rad = Math.PI / 180;
    const y = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * rad) / 2)) / rad,
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

  /* Shows a named window, or other bounds (west, south, east, north) while the name stands. */
  let bounds_ = null;
  function go(name, bounds) {
    bounds_ = bounds || null;
    const box = fit(bounds || fixed.windows[name]);
    window_ = name;
    const kenya = fixed.windows.kenya;
    const far = bounds ? bounds.some((edge, i) => (i < 2 ? edge < kenya[i] : edge > kenya[i])) : name !== "kenya";
    const land = gd.data.findIndex((trace) => trace.name === "land");
    const move = () =>
      window.Plotly.relayout(gd, {
        "geo.lonaxis.range": box.lon,
        "geo.lataxis.range": box.lat,
        "geo.projection.scale": 1,
        "geo.center": { lon: (box.lon[0] + box.lon[1]) / 2, lat: null },
        "geo.projection.rotation": { lon: (box.lon[0] + box.lon[1]) / 2, lat: 0, roll: 0 },
      });
    for (const button of document.querySelectorAll("[data-extent]"))
      button.setAttribute("aria-pressed", String(!bounds && button.dataset.extent === name));
    if (far && !farShown && land >= 0) {
      farShown = true;
      return window.Plotly.restyle(
        gd,
        { geojson: [fixed.far], locations: [fixed.farCountries], z: [fixed.farCountries.map(() => 0)] },
        [land],
      ).then(move);
    }
    return move();
  }

  function farther(data) {
    const land = data.find((trace) => trace.name === "land");
    if (farShown && land) {
      land.geojson = fixed.far;
      land.locations = fixed.farCountries;
      land.z = fixed.farCountries.map(() => 0);
    }
    return data;
  }
  njia.traces = function (drawn) {
    const layout = gd.layout;
    layout.meta = drawn.meta;
    // Dash draws its own figure again after every move: the traces have to be Dash's, not only Plotly's.
    window.dash_clientside.set_props("map-graph", { figure: { data: farther(structuredClone(drawn.data)), layout } });
    gd.once("plotly_afterplot", () => {
      const corridor = form.elements.corridor.value;
      if (corridor && corridor !== "all" && corridor !== shownCorridor)
        njia.applied({ corridor, county: form.elements.county.value, extent: form.elements.extent.value });
    });
  };

  function place(event, i) {
    const said = njia.describe(i);
    const name = document.createElement("b");
    name.textContent = said.name;
    tip.replaceChildren(name, said.kind + ": " + said.what + ", " + said.when);
    if (said.roles) {
      tip.append(document.createElement("br"), said.roles);
    }
    show(event);
  }
  function show(point) {
    tip.hidden = false;
    const box = cell.getBoundingClientRect();
    let x = point.x - box.left + 14,
      y = point.y - box.top + 14;
    x = Math.min(x, box.width - tip.offsetWidth - 6);
    y = Math.min(y, box.height - tip.offsetHeight - 6);
    tip.style.left = Math.max(4, x) + "px";
    tip.style.top = Math.max(4, y) + "px";
  }
  const hide = () => {
    tip.hidden = true;
  };

  function mark(i, on) {
    const path = njia.drawings.map[i];
    if (path) path.classList.toggle("county-focus", on);
  }
  function focusCounty(i) {
    const paths = njia.drawings.map;
    mark(at, false);
    paths[at].setAttribute("tabindex", "-1");
    at = i;
    paths[at].setAttribute("tabindex", "0");
    paths[at].focus({ preventScroll: true });
  }
  function next(key) {
    const [lon, lat] = fixed.anchors[at];
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
    let best = at,
      least = Infinity;
    fixed.anchors.forEach((other, i) => {
      const dx = other[0] - lon,
        dy = other[1] - lat,
        along = dx * way[0] + dy * way[1],
        aside = Math.abs(dx * way[1] - dy * way[0]);
      if (i === at || along <= 0 || aside > 1.6 * along) return;
      const far = along + 1.4 * aside;
      if (far < least) {
        least = far;
        best = i;
      }
    });
    return best;
  }

  function listen() {
    gd.on("plotly_hover", (data) => {
      const point = data.points[0],
        name = point.data.name,
        event = data.event;
      if (onLine.length) return;
      if (name === "counties") place({ x: event.clientX, y: event.clientY }, point.pointNumber);
      else if (fixed.places[point.customdata && point.customdata[0]]) {
        tip.textContent = fixed.places[point.customdata[0]];
        show({ x: event.clientX, y: event.clientY });
      }
    });
    gd.on("plotly_unhover", () => {
      if (!onLine.length) hide();
    });
    gd.on("plotly_click", (data) => {
      const point = data.points[0];
      if (onLine.length) return;
      hide();
      if (point.data.name === "counties") njia.choose("county", fixed.pcodes[point.pointNumber], false);
    });
    meetLines();
    gd.on("plotly_afterplot", after);
    gd.on("plotly_relayout", thin);
    gd.on("plotly_relayouting", thin);
    gd.addEventListener("keydown", (event) => {
      const path = event.target.closest && event.target.closest('path[role="option"]');
      if (!path) return;
      if (event.key in { ArrowRight: 1, ArrowLeft: 1, ArrowUp: 1, ArrowDown: 1 }) {
        event.preventDefault();
        focusCounty(next(event.key));
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        njia.choose("county", fixed.pcodes[at], true);
      } else if (event.key === "Home") {
        event.preventDefault();
        focusCounty(0);
      } else if (event.key === "End") {
        event.preventDefault();
        focusCounty(46);
      } else if (/^[a-z]$/i.test(event.key)) {
        const order = [...Array(47).keys()].map((k) => (at + 1 + k) % 47);
        const hit = order.find((i) => fixed.names[i].toLowerCase().startsWith(event.key.toLowerCase()));
        if (hit !== undefined) focusCounty(hit);
      }
    });
    gd.addEventListener("focusin", (event) => {
      const path = event.target.closest('path[role="option"]');
      if (!path) return;
      at = Number(path.dataset.i);
      mark(at, true);
      focused = true;
      const said = njia.describe(at),
        box = path.getBoundingClientRect();
      path.setAttribute(
        "aria-label",
        said.name + ": " + said.kind + ", " + said.what + ", " + said.when + (said.roles ? ". " + said.roles : ""),
      );
      place({ x: box.left + box.width / 2, y: box.top + box.height / 2 }, at);
    });
    gd.addEventListener("focusout", (event) => {
      if (event.target.closest('path[role="option"]')) {
        mark(at, false);
        focused = false;
        hide();
      }
    });
  }

  /* Legs under the pointer; while there are any, counties below them stay quiet. */
  let onLine = [],
    pressed = null,
    asked = 0;
  const hidden = () => !form.querySelector('[name="layers"][value="corridors"]:checked');
  function meetLines() {
    const front = () => form.elements.corridor.value || fixed.trunk;
    const meet = (event) => {
      onLine = hidden() || event.buttons ? [] : njia.corridors.at(gd, event, front());
      cell.classList.toggle("on-line", onLine.length > 0);
      if (!onLine.length) return false;
      tip.replaceChildren(...njia.corridors.words(gd, onLine, fixed.corridors));
      show({ x: event.clientX, y: event.clientY });
      return true;
    };
    gd.addEventListener("mousemove", (event) => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        const before = onLine.length;
        if (!meet(event) && before) hide();
      });
    });
    gd.addEventListener("pointerdown", (event) => (pressed = [event.clientX, event.clientY]), true);
    addEventListener(
      "pointerup",
      (event) => {
        if (!pressed) return; // Plotly lays a cover over the page while a button is down: the target says nothing
        const moved = Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]);
        pressed = null;
        onLine = hidden() || moved > 5 ? [] : njia.corridors.at(gd, event, front());
        if (!onLine.length) return;
        hide();
        njia.choose("corridor", njia.corridors.next(onLine, form.elements.corridor.value), false);
      },
      true,
    );
  }

  function after() {
    if (!collect()) return;
    njia.paint(false);
    thin();
    if (focused && !gd.contains(document.activeElement)) focusCounty(at);
    if (!document.body.classList.contains("map-ready")) {
      document.body.classList.add("map-ready");
      document.getElementById("shell").setAttribute("inert", "");
    }
    window.dispatchEvent(new Event("njia-map"));
  }

  /* On a phone the details cover the lower half of the screen: the map moves to the half that stays free. */
  let revealed = "",
    shownCorridor = "";
  function reveal(found) {
    const chosen = found.county || (found.corridor === "all" ? "" : found.corridor);
    const small = matchMedia("(max-width: 1023px)").matches;
    if (chosen && chosen !== revealed && small) cell.scrollIntoView({ block: "start" });
    revealed = chosen;
  }

  njia.applied = function (found) {
    if (!gd) return;
    const corridor = found.corridor === "all" ? "" : found.corridor;
    const bounds = corridor && corridor !== shownCorridor ? njia.corridors.box(gd, corridor) : null;
    if (bounds || !corridor) shownCorridor = corridor; // else its lines are still on their way
    if (bounds) go(found.extent, bounds);
    else if (found.extent !== window_) go(found.extent);
    thin();
    reveal(found);
    (njia.drawings.map || []).forEach((path, i) =>
      path.setAttribute("aria-selected", String(found.county === fixed.pcodes[i])),
    );
  };

  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const now = gd._fullLayout.geo.projection.scale;
      window.Plotly.relayout(gd, {
        "geo.projection.scale": Math.min(24, Math.max(0.2, button.dataset.zoom === "in" ? now * 1.6 : now / 1.6)),
      });
    });
  }

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

  function wait() {
    const found = document.querySelector("#map-graph .js-plotly-plot");
    if (!found || !found.on || !found._fullLayout || !window.dash_clientside.set_props) {
      setTimeout(wait, 40);
      return;
    }
    gd = found;
    if (matchMedia("(pointer: coarse), (max-width: 1023px)").matches) {
      gd._context.scrollZoom = false;
      gd._context._scrollZoom = {};
    }
    listen();
    njia.start();
    go(form.elements.extent.value)
      .then(after)
      .then(() => {
        if (!scrollY && !location.hash)
          reveal({ county: form.elements.county.value, corridor: form.elements.corridor.value });
      });
    let resized = 0;
    new ResizeObserver(() => {
      clearTimeout(resized);
      resized = setTimeout(() => go(window_, bounds_), 150);
    }).observe(document.getElementById("map-graph"));
  }
  wait();
})();
