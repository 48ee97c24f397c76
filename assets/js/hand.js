/* The hand on the map. Mouse: the wheel scrolls the page and zooms with Ctrl; dragging pans and never selects; a click
   selects. Touch: one finger pans, two zoom, a tap selects. Keyboard: arrows walk from county to county. What lies
   under the pointer is found here (corridor before county), so that mouse and touch agree. */
(function () {
  "use strict";
  const njia = window.njia;
  const tip = document.getElementById("tip"),
    cell = document.getElementById("map");
  const STILL = { mouse: 5, touch: 10, pen: 10 }; // px a pointer may stray and still be a click or a tap
  let gd = null,
    at = 0, // county of the keyboard
    focused = false;

  const layersOff = (key) => njia.map.hidden.has(key);
  const front = () => njia.view.corridor || njia.fixed.trunk;
  const legsAt = (event) => (layersOff("corridors") ? [] : njia.corridors.at(gd, event, front()));

  /* Place of the county under a pointer, -1 for none. */
  function countyAt(event) {
    const paths = njia.drawings.map || [],
      svg = paths[0] && paths[0].ownerSVGElement;
    if (!svg) return -1;
    const box = svg.getBoundingClientRect(),
      point = svg.createSVGPoint();
    point.x = event.clientX - box.left;
    point.y = event.clientY - box.top;
    return paths.findIndex((path) => path.isPointInFill(point));
  }

  function show(point) {
    tip.hidden = false;
    const box = cell.getBoundingClientRect(),
      x = Math.min(point.x - box.left + 14, box.width - tip.offsetWidth - 6),
      y = Math.min(point.y - box.top + 14, box.height - tip.offsetHeight - 6);
    tip.style.left = Math.max(4, x) + "px";
    tip.style.top = Math.max(4, y) + "px";
  }
  const hide = () => {
    tip.hidden = true;
  };

  /* ---- pointing ---- */

  let legs = [],
    place = "",
    waiting = 0,
    pointed = -1;
  function point(event) {
    legs = event.buttons ? [] : legsAt(event);
    cell.classList.toggle("on-line", legs.length > 0);
    if (event.buttons) return hide();
    if (legs.length) tip.replaceChildren(...njia.corridors.words(gd, legs, njia.fixed.corridors));
    else if (place) tip.replaceChildren(place);
    else {
      const i = countyAt(event);
      if (i < 0) {
        pointed = -1;
        return hide();
      }
      if (i !== pointed || tip.hidden) tip.replaceChildren(...njia.card(i));
      pointed = i;
      return show({ x: event.clientX, y: event.clientY });
    }
    pointed = -1;
    return show({ x: event.clientX, y: event.clientY });
  }

  /* ---- choosing ---- */

  const down = new Map(); // pointers on the map: id → where they came down
  let many = false;
  function press(event) {
    if (!down.size) many = false;
    down.set(event.pointerId, [event.clientX, event.clientY]);
    if (down.size > 1) many = true;
  }
  function release(event) {
    const from = down.get(event.pointerId);
    if (!from) return;
    down.delete(event.pointerId);
    const strayed = Math.hypot(event.clientX - from[0], event.clientY - from[1]);
    if (many || event.button > 0 || strayed > (STILL[event.pointerType] || 5)) return;
    const legs = legsAt(event);
    hide();
    if (legs.length) return njia.pick("corridor", njia.corridors.next(legs, njia.view.corridor), false);
    const i = countyAt(event);
    if (i >= 0) njia.pick("county", njia.fixed.pcodes[i], false);
  }

  /* ---- keyboard ---- */

  const mark = (i, on) => {
    const path = (njia.drawings.map || [])[i];
    if (path) path.classList.toggle("county-focus", on);
  };
  function focusCounty(i) {
    const paths = njia.drawings.map;
    mark(at, false);
    paths[at].setAttribute("tabindex", "-1");
    at = i;
    paths[at].setAttribute("tabindex", "0");
    paths[at].focus({ preventScroll: true });
  }
  function neighbour(key) {
    const [lon, lat] = njia.fixed.anchors[at],
      way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
    let best = at,
      least = Infinity;
    njia.fixed.anchors.forEach((other, i) => {
      const dx = other[0] - lon,
        dy = other[1] - lat,
        along = dx * way[0] + dy * way[1],
        aside = Math.abs(dx * way[1] - dy * way[0]),
        away = along + 1.4 * aside;
      if (i === at || along <= 0 || aside > 1.6 * along || away >= least) return;
      least = away;
      best = i;
    });
    return best;
  }
  function typed(letter) {
    const order = [...Array(47).keys()].map((k) => (at + 1 + k) % 47);
    return order.find((i) => njia.fixed.names[i].toLowerCase().startsWith(letter.toLowerCase()));
  }
  function key(event) {
    if (!event.target.closest || !event.target.closest('path[role="option"]')) return;
    const ends = { Home: 0, End: 46 };
    if (/^Arrow/.test(event.key)) focusCounty(neighbour(event.key));
    else if (event.key === "Enter" || event.key === " ") njia.pick("county", njia.fixed.pcodes[at], true);
    else if (event.key in ends) focusCounty(ends[event.key]);
    else {
      const hit = /^[a-z]$/i.test(event.key) && !event.ctrlKey && !event.metaKey ? typed(event.key) : undefined;
      if (hit !== undefined) focusCounty(hit);
      return;
    }
    event.preventDefault();
  }
  function focusIn(event) {
    const path = event.target.closest('path[role="option"]');
    if (!path) return;
    at = Number(path.dataset.i);
    mark(at, true);
    focused = true;
    const card = njia.describe(at),
      box = path.getBoundingClientRect(),
      words = card.words || [card.name + ": " + card.kind, card.what, card.when].join(", ");
    path.setAttribute("aria-label", words + (card.roles ? ". " + card.roles : ""));
    tip.replaceChildren(...njia.card(at));
    show({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
  }
  function focusOut(event) {
    if (!event.target.closest('path[role="option"]')) return;
    mark(at, false);
    focused = false;
    hide();
  }

  /* Words and roles of the county paths after Plotly has drawn them. */
  function dress(group, paths) {
    group.setAttribute("role", "listbox");
    group.setAttribute("aria-label", cell.querySelector("svg").getAttribute("aria-label"));
    paths.forEach((path, i) => {
      path.setAttribute("role", "option");
      path.setAttribute("aria-label", njia.fixed.names[i]);
      path.setAttribute("aria-selected", String(njia.view.county === njia.fixed.pcodes[i]));
      path.setAttribute("tabindex", i === at ? "0" : "-1");
      path.dataset.i = i;
    });
  }
  /* A county that had the focus when Plotly drew it anew has it again. */
  function again() {
    if (focused && !gd.contains(document.activeElement)) focusCounty(at);
  }

  function listen(graph) {
    gd = graph;
    gd._context.scrollZoom = true; // the wheel reaches Plotly with Ctrl only, which is also how a trackpad pinches
    gd._context._scrollZoom = { geo: true };
    gd.addEventListener("wheel", (event) => event.ctrlKey || event.stopPropagation(), { capture: true, passive: true });
    gd.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => point(event));
    });
    gd.addEventListener("pointerleave", () => {
      cancelAnimationFrame(waiting);
      if (!focused) hide();
      legs = [];
    });
    // Plotly lays a cover over the page while a button is down: coming up is heard everywhere.
    gd.addEventListener("pointerdown", press, true);
    addEventListener("pointerup", release, true);
    addEventListener("pointercancel", (event) => down.delete(event.pointerId), true);
    gd.on("plotly_hover", ({ points: [hit] }) => {
      place = (hit.customdata && njia.fixed.places[hit.customdata[0]]) || "";
    });
    gd.on("plotly_unhover", () => {
      place = "";
    });
    gd.addEventListener("keydown", key);
    gd.addEventListener("focusin", focusIn);
    gd.addEventListener("focusout", focusOut);
  }

  /* “Skip to the map” goes to the county the keyboard stands on. */
  document.querySelector(".skip").addEventListener("click", (event) => {
    if (!njia.drawings.map) return;
    event.preventDefault();
    focusCounty(at);
  });

  njia.hand = { listen, dress, again };
})();
