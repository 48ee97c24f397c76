/* The hand on the corridors: which one lies under the pointer, its words, its window, and the dress of its traces.
   A corridor is met within 7 px of its line (`corridor-hit`, an unseen line of 14 px), whatever the zoom. */
(function () {
  "use strict";
  const njia = window.njia;
  const REACH = 7,
    MOST = 5;
  let known = null,
    parts = [];

  const corridorOf = (leg) => leg.split(".", 1)[0];

  /* The lines of the hit trace, parted at null, each with its legs; read again only when the traces change. */
  function lines(gd) {
    const trace = gd.data.find((each) => each.name === "corridor-hit");
    if (!trace || trace === known) return parts;
    known = trace;
    parts = [];
    let points = [];
    trace.lon.forEach((lon, i) => {
      if (lon !== null) {
        points.push([lon, trace.lat[i]]);
        return;
      }
      if (points.length) parts.push({ points, legs: trace.meta.legs[parts.length] });
      points = [];
    });
    return parts;
  }

  function away(x, y, a, b) {
    const dx = b[0] - a[0],
      dy = b[1] - a[1],
      whole = dx * dx + dy * dy;
    const share = whole ? Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / whole)) : 0;
    return Math.hypot(x - a[0] - share * dx, y - a[1] - share * dy);
  }

  /* Legs under a pointer, those of the corridor in front first; an empty list where there is none. */
  function at(gd, event, front) {
    const subplot = gd._fullLayout.geo._subplot;
    if (!subplot || !subplot.projection) return [];
    const box = gd.getBoundingClientRect(),
      x = event.clientX - box.left,
      y = event.clientY - box.top,
      legs = new Set();
    for (const part of lines(gd)) {
      const drawn = part.points.map((point) => subplot.projection(point));
      for (let i = 1; i < drawn.length; i++)
        if (drawn[i - 1] && drawn[i] && away(x, y, drawn[i - 1], drawn[i]) <= REACH) {
          part.legs.forEach((leg) => legs.add(leg));
          break;
        }
    }
    return [...legs].sort((a, b) => (corridorOf(b) === front) - (corridorOf(a) === front));
  }

  /* What the tip says: every corridor on the stretch by name, with its leg in words. */
  function words(gd, legs, names) {
    const legWords = (gd.layout.meta && gd.layout.meta.legs) || {};
    const nodes = [];
    for (const leg of legs.slice(0, MOST)) {
      const name = document.createElement("b");
      name.textContent = corridorOf(leg) + " " + (names[corridorOf(leg)] || "");
      const line = document.createElement("span");
      line.textContent = legWords[leg] || "";
      line.style.display = "block";
      nodes.push(name, line);
    }
    if (legs.length > MOST) nodes.push("+ " + (legs.length - MOST));
    return nodes;
  }

  /* A click opens the corridor in front; where several share the stretch, every further click opens the next by name,
     so that each has its turn whichever stands in front. */
  function next(legs, chosen) {
    const ids = [...new Set(legs.map(corridorOf))].sort();
    return ids.includes(chosen) ? ids[(ids.indexOf(chosen) + 1) % ids.length] : corridorOf(legs[0]);
  }

  /* West, south, east, north of a corridor with a little room; null for one that is not drawn. */
  function box(gd, id) {
    const mine = lines(gd).filter((part) => part.legs.some((leg) => corridorOf(leg) === id));
    const points = mine.flatMap((part) => part.points);
    if (!points.length) return null;
    const lon = points.map((point) => point[0]),
      lat = points.map((point) => point[1]);
    const [west, east, south, north] = [Math.min(...lon), Math.max(...lon), Math.min(...lat), Math.max(...lat)];
    const room = Math.max(0.4, 0.06 * Math.max(east - west, north - south));
    return [west - room, Math.max(-60, south - room), east + room, Math.min(60, north + room)];
  }

  /* Two cores lie side by side; flights are for far views; pills are dressed by the style sheet. */
  function dress(group, trace, now) {
    const meta = trace.meta || {};
    if (meta.shift) group.style.transform = "translate(" + meta.shift[0] + "px," + meta.shift[1] + "px)";
    const seen = now >= (meta.above || 0) && now < (meta.below || Infinity);
    if (!seen) group.style.display = "none";
    else if (/^leader/.test(trace.name)) group.style.display = "";
    if (/^(pills|emblems|countries)$/.test(trace.name)) group.classList.add("map-" + trace.name);
    if (/^corridor-/.test(trace.name)) group.classList.add("map-corridor");
  }

  njia.corridors = { at, words, next, box, dress, corridorOf };
})();
