/* The brush on the years: its two ends are range inputs for hand and keyboard, and dragging over the bars draws it
   anew. While the hand moves only the frame moves; where it rests the period is chosen, of map, sentence, panel and
   table. */
(function () {
  "use strict";
  const njia = window.njia;
  const REST = 400, // ms without another step until a period counts as chosen
    STRAY = 6, // px a pointer may stray and still mean the bar under it
    FINGER = 24; // px below which a bar is no target of its own (WCAG 2.2, 2.5.8)
  const strip = document.getElementById("strip");
  let ends = null,
    first = 0,
    resting = 0,
    from = null; // where a drag began: its year and x

  const bars = () => [...strip.querySelectorAll(".bars li")];

  function end(key, words) {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", className: "brush-" + key, step: 1, ariaLabel: words });
    input.addEventListener("input", () => moved(key));
    return input;
  }

  /* The frame of a period, as the server draws it. */
  function frame(low, high) {
    bars().forEach((bar, i) => {
      bar.classList.toggle("in", first + i >= low && first + i <= high);
      bar.classList.toggle("out", first + i < low || first + i > high);
    });
    for (const [key, year] of [
      ["from", low],
      ["to", high],
    ]) {
      ends[key].value = year;
      ends[key].setAttribute("aria-valuetext", year);
    }
  }

  function choose(low, high) {
    clearTimeout(resting);
    if (String(low) === njia.view.from && String(high) === njia.view.to) return;
    njia.act({ set: { from: String(low), to: String(high) } });
  }

  /* One end pulls the other along. */
  function moved(key) {
    const year = Number(ends[key].value),
      low = key === "from" ? year : Math.min(year, Number(ends.from.value)),
      high = key === "to" ? year : Math.max(year, Number(ends.to.value));
    frame(low, high);
    clearTimeout(resting);
    resting = setTimeout(() => choose(low, high), REST);
  }

  /* On a phone a bar is narrower than a finger: its year is reached by the two ends, and Tab goes to them. Where there
     is room each bar is a stop. */
  let narrow = false;
  function stops() {
    for (const link of strip.querySelectorAll(".bars a")) {
      if (narrow) link.tabIndex = -1;
      else link.removeAttribute("tabindex");
    }
  }
  function measure() {
    narrow = Boolean(ends) && strip.querySelector(".bars").clientWidth < FINGER * bars().length;
    stops();
  }
  new ResizeObserver(measure).observe(strip);

  /* ---- dragging over the bars ---- */

  function yearAt(x) {
    const box = strip.querySelector(".bars").getBoundingClientRect(),
      count = bars().length;
    return first + Math.max(0, Math.min(count - 1, Math.floor(((x - box.left) / box.width) * count)));
  }
  const span = (event) => [from.year, yearAt(event.clientX)].sort((a, b) => a - b);

  strip.addEventListener("dragstart", (event) => event.preventDefault()); // a link is no picture to carry away
  strip.addEventListener("pointerdown", (event) => {
    if (ends && event.button === 0 && event.target.closest(".bars"))
      from = { year: yearAt(event.clientX), x: event.clientX, drawn: false };
  });
  addEventListener("pointermove", (event) => {
    if (!from || (!from.drawn && Math.abs(event.clientX - from.x) < STRAY)) return;
    from.drawn = true;
    frame(...span(event));
  });
  addEventListener("pointerup", (event) => {
    if (from && from.drawn) {
      strip.addEventListener("click", keep, { capture: true, once: true });
      setTimeout(() => strip.removeEventListener("click", keep, true));
      choose(...span(event));
    }
    from = null;
  });
  addEventListener("pointercancel", () => {
    if (from && from.drawn) frame(njia.view.from, njia.view.to);
    from = null;
  });
  function keep(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  /* The strip has been written anew, or the view has changed. A dataset that answers for some periods only has none. */
  njia.brush = function (view) {
    const place = strip.querySelector(".brush");
    if (!place) return;
    const focused = ends && Object.values(ends).find((input) => input === document.activeElement || input.wasFocused);
    const fresh = !ends;
    if (fresh) ends = { from: end("from", place.dataset.from), to: end("to", place.dataset.to) };
    first = Number(place.dataset.first);
    for (const input of Object.values(ends)) {
      Object.assign(input, { min: first, max: first + bars().length - 1 });
      if (input.parentElement !== place) place.append(input);
      input.wasFocused = false;
    }
    place.style.setProperty("--years", bars().length);
    if (fresh) measure();
    else stops();
    if (focused) focused.focus({ preventScroll: true });
    if (!from) frame(Number(view.from), Number(view.to));
  };
  /* Before the strip is written anew: an end that has the focus will have it again. */
  njia.brushHeld = function () {
    for (const input of Object.values(ends || {})) input.wasFocused = input === document.activeElement;
  };
})();
