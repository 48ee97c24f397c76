/* What a question lays over the fills of Plotly's counties: a pattern, letters, an outline. Drawn anew whenever Plotly
   has drawn the counties, in a group of its own that Plotly does not know. */
(function () {
  "use strict";
  const njia = window.njia;
  const SVG = "http://www.w3.org/2000/svg";
  let shown = {}, // place of a county → what lies over it
    laid = {}; // the same → its nodes, and what they were made of

  function element(name, attributes) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  function drawn(i, [pattern, letters, outlined], path) {
    const d = pattern || outlined ? path.getAttribute("d") : "",
      nodes = [];
    if (pattern) nodes.push(element("path", { d, style: "fill:url(#" + pattern + ")" }));
    if (outlined) nodes.push(element("path", { d, class: "outlined" }));
    const subplot = njia.map.gd._fullLayout.geo._subplot,
      at = letters && subplot.projection ? subplot.projection(njia.fixed.anchors[i]) : null;
    if (at) {
      const text = element("text", { x: at[0], y: at[1] + 12 });
      text.textContent = letters;
      nodes.push(text);
    }
    return nodes;
  }

  function lift(i) {
    for (const node of laid[i].nodes) node.remove();
    delete laid[i];
  }
  function lay(i, group, path) {
    const after = Object.keys(laid).filter((other) => Number(other) > Number(i)),
      next = after.flatMap((other) => laid[other].nodes)[0];
    laid[i] = { of: String(shown[i]), nodes: drawn(Number(i), shown[i], path) };
    for (const node of laid[i].nodes) group.insertBefore(node, next || null);
  }

  /* over: place of a county → [id of the pattern, letters, 1 where it is outlined]. What lies there already stays,
     unless the counties themselves were drawn anew (no `over`, or `again`). */
  njia.overlay = function (over, again) {
    shown = over || shown;
    const paths = njia.drawings.map,
      layer = paths && paths[0].closest(".layer");
    if (!layer) return;
    let group = layer.querySelector(":scope > .over-counties");
    if (!group) {
      group = element("g", { class: "over-counties", "aria-hidden": "true" });
      layer.append(group);
    }
    if (!over || again || !group.hasChildNodes()) {
      group.replaceChildren();
      laid = {};
    }
    for (const i of Object.keys(laid)) if (!shown[i] || laid[i].of !== String(shown[i])) lift(i);
    for (const i of Object.keys(shown)) if (!laid[i]) lay(i, group, paths[i]);
  };
})();
