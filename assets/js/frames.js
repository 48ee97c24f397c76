/* Puts a view into the page from frames that are there: fills the 47 county paths, writes sentence, legend, table and
   time strip, and places the server's panel and trend. All numbers and words come from the server; this file only
   picks. */
(function () {
  "use strict";
  const njia = window.njia;
  const $ = (id) => document.getElementById(id);
  const THIN = "\u202f";
  const same = () => window.dash_clientside.no_update;
  let EMPTY = {};

  njia.fixed = null; // names, words, windows, addresses: once for a language and a dataset
  njia.data = null; // frames of the filters
  njia.drawings = {}; // name → 47 paths in county order
  /* The page's title, and the nature whose word stands in it. */
  let title = { text: document.title, nature: njia.read(location.search).nature };

  /* Frames come as texts (layers/animation_frames.py, pack): a point stands for the class its value falls into. */
  function unpack(data) {
    const cells = {};
    for (const nature of Object.keys(data.cells)) {
      cells[nature] = {};
      for (const measure of Object.keys(data.cells[nature])) {
        const [codes, values] = data.cells[nature][measure].map((text) => text.split(" "));
        cells[nature][measure] = codes.map((text, i) => {
          const numbers = values[i] ? values[i].split(",").map(Number) : [],
            uppers = data.scales[nature][measure][data.groups[i]].uppers;
          let seen = -1;
          const full = text.replace(/\./g, () => {
            seen += 1;
            return uppers.findIndex((upper) => numbers[seen] <= upper + 1e-9);
          });
          return [full, numbers];
        });
      }
    }
    return { ...data, cells, watchers: data.looking ? data.looking.split(" ") : [] };
  }

  function format(value) {
    const decimals = Number.isInteger(value) ? 0 : value < 10 ? 2 : 1;
    return value.toFixed(decimals).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  }
  njia.format = format;

  const cellOf = (nature, measure, index) =>
    ((njia.data.cells[nature] || {})[measure] || [])[index] || ["n".repeat(47), []];
  const unmasked = (code, i) => ((njia.data.mask || "")[i] === "0" ? "x" : code);

  /* Code and value of one county in one frame; the value is null where the code is a kind of empty. */
  njia.figureOf = function (i, nature, measure, index) {
    const [codes, numbers] = cellOf(nature, measure, index),
      digits = codes.slice(0, i).replace(/[^0-4]/g, "").length,
      code = unmasked(codes[i], i);
    return { code, value: code >= "0" && code <= "4" ? numbers[digits] : null };
  };
  njia.empty = (code) => EMPTY[code] || { words: "", short: "", fill: "#fff" };

  function frame(view) {
    const data = njia.data,
      index = Math.max(0, data.frames.indexOf(view.t)),
      [raw, numbers] = cellOf(view.nature, view.measure, index),
      scale = ((data.scales[view.nature] || {})[view.measure] || {})[data.groups[index]];
    const codes = [...raw].map(unmasked),
      values = new Array(47).fill(null);
    let seen = 0;
    for (let i = 0; i < 47; i += 1) {
      if (raw[i] < "0" || raw[i] > "4") continue;
      if (codes[i] !== "x") values[i] = numbers[seen];
      seen += 1;
    }
    return { view, index, codes, values, scale: scale || { colours: [], labels: [] } };
  }

  const framed = (njia.framed = () => njia.view.lens in njia.parts.rules.framed);
  let question = null; // what the lens wrote last, as the server answered it
  const asked = () => (!framed() && question && question.lens === njia.view.lens ? question : null);
  const byClass = (code, scale) => (EMPTY[code] || {}).fill || scale.colours[Number(code)] || "#fff";
  const fillOf = (now, i) => (asked() ? question.fills[i] : byClass(now.codes[i], now.scale));

  /* A zero is plain paper with one small 0 on it. */
  const zeros = (now) => Object.fromEntries(now.codes.flatMap((code, i) => (code === "z" ? [[i, ["", "0", 0]]] : [])));

  function paintPaths(now, again) {
    for (const paths of Object.values(njia.drawings))
      for (let i = 0; i < 47; i += 1) {
        const fill = fillOf(now, i);
        if (paths[i] && (again || paths[i].painted !== fill)) {
          paths[i].painted = fill;
          paths[i].style.fill = fill;
        }
      }
  }

  const heading = (now) =>
    njia.fixed.nature[now.view.nature] + ": " + njia.fixed.unit[now.view.measure] + ", " + njia.data.labels[now.index];

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function retitle(now) {
    const words = title.text.replace(njia.fixed.nature[title.nature], njia.fixed.nature[now.view.nature]);
    if (document.title !== words) document.title = words;
  }

  function paintWords(now) {
    retitle(now);
    const sentence = (njia.data.sentences[now.view.nature] || [])[now.index];
    if (sentence) write($("sentence"), sentence);
    write($("leaves-out"), (njia.data.left_out[now.view.nature] || [])[now.index] || "");
    const slider = $("slider"),
      label = njia.data.labels[now.index];
    if (!slider) return;
    const most = String(njia.data.frames.length - 1);
    if (slider.max !== most) slider.max = most;
    if (Number(slider.value) !== now.index) slider.value = now.index;
    if (slider.getAttribute("aria-valuetext") !== label) slider.setAttribute("aria-valuetext", label);
    write($("slider-label"), label);
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
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"),
      rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    svg.setAttribute("class", "swatch");
    rect.setAttribute("width", "100%");
    rect.setAttribute("height", "100%");
    rect.style.fill = EMPTY[code].fill;
    svg.append(rect);
    return svg;
  }

  let legendKey = "";
  function paintLegend(now) {
    const empties = Object.keys(EMPTY).filter((code) => now.codes.includes(code)),
      key = JSON.stringify([now.scale.colours, now.scale.labels, empties]),
      title = $("legend").querySelector(".legend-title");
    if (legendKey === key && title) {
      write(title, heading(now));
      return;
    }
    legendKey = key;
    const head = document.createElement("p"),
      list = document.createElement("ul");
    head.className = "legend-title";
    head.textContent = heading(now);
    const add = (mark, words) => {
      const item = document.createElement("li");
      item.append(mark, words);
      list.append(item);
    };
    now.scale.labels.forEach((text, i) => add(swatch(now.scale.colours[i]), text));
    for (const code of empties) add(patch(code), EMPTY[code].words);
    $("legend").replaceChildren(head, list);
  }

  let cells = null;
  function paintTable(now) {
    cells = cells || njia.fixed.pcodes.map((pcode) => document.querySelector('#table td[data-value="' + pcode + '"]'));
    cells.forEach((cell, i) => {
      if (!cell) return;
      const empty = now.values[i] === null,
        text = empty ? EMPTY[now.codes[i]].short : format(now.values[i]);
      cell.dataset.sort = empty ? EMPTY[now.codes[i]].rank : now.values[i];
      write(cell, text);
    });
    const caption = $("table-caption");
    if (caption) write(caption, heading(now));
    if (njia.sortAgain) njia.sortAgain();
  }
  njia.describe = function (i) {
    const now = njia.now,
      words = njia.empty(now.codes[i]).words;
    if (asked()) return { name: njia.fixed.names[i], words: question.words[i] };
    return {
      name: njia.fixed.names[i],
      what: now.values[i] === null ? words : format(now.values[i]) + " " + njia.fixed.unit[now.view.measure],
      kind: njia.fixed.nature[now.view.nature],
      when: njia.data.labels[now.index],
      roles: (njia.data.roles || {})[njia.fixed.pcodes[i]] || "",
    };
  };

  /* The picture first; table, strip and links follow in the frame after it. */
  let later = 0;
  function paint() {
    const now = (njia.now = frame(njia.view));
    if (!framed()) return paintQuestion(now);
    njia.overlay(zeros(now));
    paintPaths(now, false);
    paintWords(now);
    paintLegend(now);
    clearTimeout(later);
    const rest = () => {
      paintTable(njia.now);
      placeBars(njia.view);
      njia.follow();
      if (njia.painted) njia.painted();
    };
    if (document.hidden) later = setTimeout(rest);
    else
      requestAnimationFrame(() => {
        clearTimeout(later);
        later = setTimeout(rest);
      });
  }
  njia.paint = paint;
  /* Plotly has just drawn the counties anew. */
  njia.repaint = function () {
    if (!njia.now) return;
    paintPaths(njia.now, true);
    njia.overlay(asked() ? question.over : zeros(njia.now), true);
  };

  /* The longest sentence of these filters gets its room at once, so that nothing below moves while years pass. */
  function room() {
    if (!njia.data) return;
    const head = $("sentence"),
      twin = head.cloneNode();
    for (const name of ["id", "aria-live", "style"]) twin.removeAttribute(name);
    twin.setAttribute("aria-hidden", "true");
    twin.style.cssText = "position:absolute;visibility:hidden;width:" + head.offsetWidth + "px";
    twin.textContent = Object.values(njia.data.sentences)
      .flat()
      .reduce((a, b) => (b.length > a.length ? b : a), "");
    head.after(twin);
    head.style.minHeight = twin.offsetHeight + "px";
    twin.remove();
  }
  addEventListener("resize", room);

  /* A lens without frames: the server wrote it; what is held is shown until the answer to another view is here. */
  function paintQuestion(now) {
    retitle(now);
    if (!asked()) return;
    paintPaths(now, true);
    njia.overlay(question.over);
    if (njia.painted) njia.painted();
  }
  /* The page has brought what its link asks for: of the first answer only the painting is taken. */
  function placeQuestion(data) {
    question = data;
    if (data.lens !== njia.view.lens || (njia.at !== "ready" && data.of === njia.broughtQuestion)) return;
    for (const [id, html] of Object.entries(data.parts)) {
      $(id).innerHTML = html;
      $(id).dataset.of = data.of;
    }
    cells = null;
    legendKey = "";
    njia.sortForget();
    const place = njia.goTo && $(njia.goTo);
    if (place) place.scrollIntoView();
    njia.goTo = "";
  }

  /* Callback `paint`: a view, its frames, the words of the page, and what the lens wrote where it was asked. */
  let packed = null;
  njia.show = function (view, frames, words, written) {
    if (!view || !frames || !words) return same();
    if (njia.fixed !== words) {
      njia.fixed = words;
      EMPTY = Object.fromEntries(words.empties.map((look) => [look.code, look]));
      const first = (pcode) => document.querySelector('#shell [data-pcode="' + pcode + '"]');
      njia.drawings.shell = words.pcodes.map(first);
    }
    if (packed !== frames) {
      packed = frames;
      njia.data = unpack(frames);
      room();
    }
    if (written && written !== question) placeQuestion(written);
    paint();
    if (njia.viewed) njia.viewed(view);
    return same();
  };

  /* Callback `panel`. Parts that stay the same whatever the filters are not sent again: they are moved over. */
  njia.placePanel = function (data) {
    const panel = $("panel"),
      alike = panel.dataset.key === data.key,
      had = panel.contains(document.activeElement);
    const kept = data.spared ? [...panel.querySelectorAll("[data-kept]")] : [];
    const name = (summary) => summary.textContent.replace(/\d+/g, ""),
      open = alike ? [...panel.querySelectorAll("details[open] > summary")].map(name) : [];
    const own = $("lens-panel"); // what the lens adds is not the panel's
    panel.innerHTML = data.html;
    panel.append(own);
    if (typeof data.lens === "string") own.innerHTML = data.lens;
    for (const part of kept) panel.querySelector('[data-kept="' + part.dataset.kept + '"]').replaceWith(part);
    for (const summary of panel.querySelectorAll("details > summary"))
      if (open.includes(name(summary))) summary.parentElement.open = true;
    panel.dataset.key = data.key;
    panel.dataset.county = data.county;
    panel.dataset.of = data.of;
    $("notices").innerHTML = data.notices;
    title = { text: data.title, nature: njia.parts.rules.defaults.nature };
    if (framed()) paintWords(njia.now);
    else retitle(njia.now);
    const head = panel.querySelector("h2");
    if ((had || njia.focusPanel) && head) {
      head.tabIndex = -1;
      head.focus({ preventScroll: true });
    }
    njia.focusPanel = false;
    if (njia.panelPainted) njia.panelPainted();
    return data.key;
  };

  /* The bar of the year on the map; a bar is a link to its year. */
  function markYear(view) {
    for (const link of $("strip").querySelectorAll("a[href]")) {
      const year = njia.read(new URL(link.href).search).t;
      if (year === view.t) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  let strips = null,
    barsHere = "";
  function placeBars(view) {
    const bars = strips && strips.bars[view.nature];
    if (!bars) return;
    if (bars !== barsHere) {
      njia.brushHeld();
      $("strip").innerHTML = barsHere = bars;
      $("strip").dataset.of = strips.of + "&nature=" + view.nature;
    }
    markYear(view);
    njia.brush(view);
  }

  const placeTrend = () => window.dash_clientside.set_props("trend-graph", { figure: drawn.figure });

  /* Callback `strip`: the trend of the unit on the map. */
  let drawn = null;
  njia.placeStrip = function (answer, view) {
    if (!answer || !view) return same();
    strips = answer;
    placeBars(njia.view);
    const strip = strips[view.measure === "incidents" && strips.incidents ? "incidents" : "persons"];
    if (drawn === strip) return same();
    drawn = strip;
    write($("trend-title"), strip.title);
    if (njia.at === "ready") return strip.figure;
    addEventListener("njia-ready", () => setTimeout(placeTrend), { once: true }); // until then the trend has no place
    return same();
  };
})();
