/* Paints one frame (period × kind × measure) on every drawing of the counties, with legend, sentence and table.
   All numbers, classes, colours and words come from the server; this file only picks and places them. */
(function () {
  "use strict";
  const njia = window.njia;
  const fixed = JSON.parse(document.getElementById("njia-fixed").textContent);
  const form = document.getElementById("view");
  const $ = (id) => document.getElementById(id);
  const EMPTY = Object.fromEntries(fixed.empties.map((look) => [look.code, look]));
  const THIN = "\u202f";

  njia.fixed = fixed;
  njia.data = unpack(JSON.parse($("njia-frames").textContent));
  njia.trends = JSON.parse($("njia-trends").textContent);
  njia.drawings = {}; // name → 47 paths in county order
  njia.lens = function () {
    return { nature: form.elements.nature.value, measure: form.elements.measure.value, t: form.elements.t.value };
  };

  /* Frames come as texts (layers/film.py, pack): a point stands for the class its value falls into. */
  function unpack(data) {
    for (const nature of Object.keys(data.cells))
      for (const measure of Object.keys(data.cells[nature])) {
        const [codes, values] = data.cells[nature][measure].map((text) => text.split(" "));
        data.cells[nature][measure] = codes.map((text, i) => {
          const numbers = values[i] ? values[i].split(",").map(Number) : [],
            uppers = data.scales[nature][measure][data.groups[i]].uppers;
          let seen = -1;
          return [
            text.replace(/\./g, () => {
              seen += 1;
              return uppers.findIndex((upper) => numbers[seen] <= upper + 1e-9);
            }),
            numbers,
          ];
        });
      }
    return data;
  }

  function format(value) {
    const decimals = Number.isInteger(value) ? 0 : value < 10 ? 2 : 1;
    return value.toFixed(decimals).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  }

  function frame() {
    const lens = njia.lens(),
      data = njia.data;
    const index = Math.max(0, data.frames.indexOf(lens.t));
    const nature = data.cells[lens.nature] || {};
    const cell = (nature[lens.measure] || [])[index] || ["n".repeat(47), []];
    const scale = ((data.scales[lens.nature] || {})[lens.measure] || {})[data.groups[index]] || {
      colours: [],
      labels: [],
    };
    const mask = data.mask || "";
    let codes = cell[0];
    if (mask)
      codes = codes
        .split("")
        .map((code, i) => (mask[i] === "0" ? "x" : code))
        .join("");
    const values = new Array(47).fill(null);
    let seen = 0;
    for (let i = 0; i < 47; i += 1) {
      if (cell[0][i] >= "0" && cell[0][i] <= "4") {
        values[i] = cell[1][seen];
        seen += 1;
      }
      if (codes[i] === "x") values[i] = null;
    }
    return { lens, index, codes, values, scale };
  }

  function fillOf(code, scale) {
    return (EMPTY[code] || {}).fill || scale.colours[Number(code)] || "#fff";
  }

  function paintPaths(now, again) {
    for (const name of Object.keys(njia.drawings)) {
      const paths = njia.drawings[name];
      for (let i = 0; i < 47; i += 1) {
        const fill = fillOf(now.codes[i], now.scale);
        if (paths[i] && (again || paths[i].painted !== fill)) {
          paths[i].painted = fill;
          paths[i].style.fill = fill;
        }
      }
    }
  }

  function paintWords(now) {
    const data = njia.data;
    const sentence = (data.sentences[now.lens.nature] || [])[now.index];
    if (sentence && $("sentence").textContent !== sentence) $("sentence").textContent = sentence;
    const label = data.labels[now.index];
    const slider = $("slider");
    slider.max = data.frames.length - 1;
    slider.value = now.index;
    slider.setAttribute("aria-valuetext", label);
    $("slider-label").textContent = label;
  }

  function swatch(colour) {
    const box = document.createElement("i");
    box.className = "swatch";
    box.style.background = colour;
    return box;
  }
  function patch(code) {
    if (code === "z") {
      const zero = swatch("#fff");
      zero.classList.add("z");
      zero.textContent = "0";
      return zero;
    }
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "swatch");
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("width", "100%");
    rect.setAttribute("height", "100%");
    rect.style.fill = EMPTY[code].fill;
    svg.append(rect);
    return svg;
  }

  function paintLegend(now) {
    const head =
      fixed.nature[now.lens.nature] + ": " + fixed.unit[now.lens.measure] + ", " + njia.data.labels[now.index];
    const empties = Object.keys(EMPTY).filter((code) => now.codes.includes(code));
    const key = JSON.stringify([now.scale.colours, now.scale.labels, empties]),
      title = $("legend").querySelector(".legend-title");
    if (njia.legendKey === key && title) {
      if (title.textContent !== head) title.firstChild.data = head;
      return;
    }
    njia.legendKey = key;
    const said = document.createElement("p");
    said.className = "legend-title";
    said.textContent = head;
    const list = document.createElement("ul");
    now.scale.labels.forEach((text, i) => {
      const item = document.createElement("li");
      item.append(swatch(now.scale.colours[i]), text);
      list.append(item);
    });
    for (const code of empties) {
      const item = document.createElement("li");
      item.append(patch(code), EMPTY[code].words);
      list.append(item);
    }
    $("legend").replaceChildren(said, list);
  }

  function paintTable(now) {
    const cells =
      njia.cells ||
      (njia.cells = fixed.pcodes.map((pcode) => document.querySelector('#table td[data-value="' + pcode + '"]')));
    for (let i = 0; i < 47; i += 1) {
      const cell = cells[i];
      if (!cell) continue;
      const text = now.values[i] === null ? EMPTY[now.codes[i]].short : format(now.values[i]);
      cell.dataset.sort = now.values[i] === null ? -1 : now.values[i];
      if (cell.textContent !== text) cell.textContent = text;
    }
    const caption = $("table-caption");
    if (caption)
      caption.textContent =
        fixed.nature[now.lens.nature] + ": " + fixed.unit[now.lens.measure] + ", " + njia.data.labels[now.index];
  }

  njia.describe = function (i) {
    const now = njia.now || frame();
    const name = fixed.names[i];
    const what =
      now.values[i] === null ? EMPTY[now.codes[i]].words : format(now.values[i]) + " " + fixed.unit[now.lens.measure];
    return {
      name,
      what,
      kind: fixed.nature[now.lens.nature],
      when: njia.data.labels[now.index],
      roles: (njia.data.roles || {})[fixed.pcodes[i]] || "",
    };
  };

  let later = 0;
  njia.paint = function (words) {
    const now = (njia.now = frame());
    paintPaths(now, words === false); // Plotly has just drawn the counties anew
    paintWords(now);
    paintLegend(now);
    if (words === false) return;
    const rest = () => {
      paintTable(njia.now);
      if (njia.painted) njia.painted();
    };
    clearTimeout(later); // the picture first: the table follows in the frame after it
    if (words === "soon" || document.hidden) later = setTimeout(rest);
    else
      requestAnimationFrame(() => {
        clearTimeout(later);
        later = setTimeout(rest);
      });
  };

  /* The longest sentence of these filters gets its room at once, so that nothing below moves while years pass. */
  function room() {
    const head = $("sentence"),
      twin = head.cloneNode(),
      longest = Object.values(njia.data.sentences)
        .flat()
        .reduce((a, b) => (b.length > a.length ? b : a), "");
    for (const name of ["id", "aria-live", "style"]) twin.removeAttribute(name);
    twin.setAttribute("aria-hidden", "true");
    twin.style.cssText = "position:absolute;visibility:hidden;width:" + head.offsetWidth + "px";
    twin.textContent = longest;
    head.after(twin);
    head.style.minHeight = twin.offsetHeight + "px";
    twin.remove();
  }
  addEventListener("resize", room);
  document.fonts.ready.then(room);

  njia.receive = function (data) {
    njia.data = unpack(data);
    if (data.frames.indexOf(form.elements.t.value) < 0) form.elements.t.value = data.frames[0];
    njia.paint("soon");
    room();
  };

  /* Parts of the panel that stay the same whatever the filters are not sent again: they are moved over.
     Says false when parts were spared that are not here (another panel came in between). */
  njia.panel = function (data) {
    const panel = $("panel"),
      had = panel.contains(document.activeElement),
      same = panel.dataset.key === data.key;
    if (data.spared && !same) return false;
    const kept = data.spared ? [...panel.querySelectorAll("[data-kept]")] : [];
    const open = same
      ? [...panel.querySelectorAll("details[open] > summary")].map((one) => one.textContent.replace(/\d+/g, ""))
      : [];
    panel.innerHTML = data.html;
    for (const part of kept) panel.querySelector('[data-kept="' + part.dataset.kept + '"]').replaceWith(part);
    for (const one of panel.querySelectorAll("details > summary"))
      if (open.includes(one.textContent.replace(/\d+/g, ""))) one.parentElement.open = true;
    panel.dataset.key = data.key;
    panel.dataset.county = data.county;
    document.body.classList.toggle("has-choice", Boolean(data.county || data.corridor));
    $("notices").innerHTML = data.notices;
    document.title = data.title;
    njia.trends = data.trends;
    paintTrend();
    if (had || njia.focusPanel) {
      njia.focusPanel = false;
      const head = panel.querySelector("h2");
      if (head) {
        head.tabIndex = -1;
        head.focus({ preventScroll: true });
      }
    }
    if (njia.panelPainted) njia.panelPainted();
    return true;
  };

  /* The trend follows the measure a moment later, when the hand has come to rest. */
  let drawn = null,
    trendLater = 0;
  function paintTrend() {
    const unit = njia.lens().measure === "incidents" && njia.trends.incidents ? "incidents" : "persons",
      trend = njia.trends[unit];
    if (drawn === trend || !njia.ready) return;
    const plot = document.querySelector("#trend-graph .js-plotly-plot");
    if (!plot || !plot._fullLayout) {
      njia.settleTrend();
      return;
    } // its first, empty plot is still on its way
    drawn = trend;
    $("trend-title").textContent = trend.title;
    window.dash_clientside.set_props("trend-graph", { figure: trend.figure });
  }
  njia.settleTrend = function () {
    clearTimeout(trendLater);
    trendLater = setTimeout(paintTrend, 450);
  };

  njia.drawings.shell = fixed.pcodes.map((pcode) => document.querySelector('#shell [data-pcode="' + pcode + '"]'));
  njia.paint();
})();
