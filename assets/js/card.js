/* The card of a county: both natures with their years as small bars, roles, and who was looking there. And the controls
   of time, which Dash has no component for: the slider and its player. */
(function () {
  "use strict";
  const njia = window.njia;
  const SVG = "http://www.w3.org/2000/svg";
  const NATURES = ["trafficking", "smuggling"],
    BAR = 3,
    TALL = 14;

  function line(kind, ...content) {
    const element = document.createElement("span");
    element.className = kind;
    element.append(...content);
    return element;
  }

  /* One bar a year; years without a figure are left open, so that a gap is no zero. */
  function bars(i, nature, measure) {
    const years = njia.data.frames.map((_, at) => at).slice(1),
      values = years.map((at) => njia.figureOf(i, nature, measure, at).value),
      most = Math.max(...values, 1),
      svg = document.createElementNS(SVG, "svg");
    if (!years.length) return svg;
    svg.setAttribute("class", "card-bars " + nature);
    svg.setAttribute("viewBox", "0 0 " + years.length * (BAR + 1) + " " + TALL);
    svg.setAttribute("width", years.length * (BAR + 1));
    svg.setAttribute("height", TALL);
    svg.setAttribute("aria-hidden", "true");
    values.forEach((value, at) => {
      if (!value) return;
      const rect = document.createElementNS(SVG, "rect"),
        tall = Math.max(1.5, (TALL * value) / most);
      rect.setAttribute("x", at * (BAR + 1));
      rect.setAttribute("y", TALL - tall);
      rect.setAttribute("width", BAR);
      rect.setAttribute("height", tall);
      svg.append(rect);
    });
    return svg;
  }

  function looking(i) {
    const codes = njia.data.watchers[i];
    if (codes === undefined) return "";
    const words = njia.fixed.words,
      kinds = codes === "-" ? words.nobody : [...codes].map((code) => njia.fixed.watchers[Number(code)]).join(", ");
    return words.looking + ": " + kinds;
  }

  /* What the card of county i says, as nodes. */
  njia.card = function (i) {
    const now = njia.now,
      { measure } = now.view,
      name = document.createElement("b"),
      shown = [...new Set([...NATURES, now.view.nature])];
    name.textContent = njia.fixed.names[i];
    const rows = shown.map((nature) => {
      const { code, value } = njia.figureOf(i, nature, measure, now.index),
        figure = value === null ? njia.empty(code).words : njia.format(value) + " " + njia.fixed.unit[measure];
      return line("card-row " + nature, njia.fixed.nature[nature] + ": " + figure, bars(i, nature, measure));
    });
    const answer = njia.describe(i).words; // what the question of the view says of it
    const rest = [answer, (njia.data.roles || {})[njia.fixed.pcodes[i]], looking(i)].filter(Boolean);
    return [
      name,
      line("card-when", njia.data.labels[now.index]),
      ...rows,
      ...rest.map((text) => line("card-line", text)),
    ];
  };

  /* ---- time ---- */

  const slider = document.getElementById("slider"),
    play = document.getElementById("play");
  let timer = 0;
  /* The picture at once where the frames have it; else the server is asked. The link waits until the hand rests. */
  function toFrame(index) {
    njia.peek({ t: njia.data.frames[index] });
    if (!njia.framed()) njia.act({ set: {}, quiet: true });
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    label(false);
    njia.rested();
  }
  function label(running) {
    play.setAttribute("aria-pressed", String(running));
    play.querySelector(".word").textContent = njia.fixed.words[running ? "stop" : "play"];
    play.firstElementChild.textContent = running ? "■" : "▶";
  }
  function run() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches,
      last = njia.data.frames.length - 1;
    let index = Number(slider.value) >= last ? 1 : Math.max(1, Number(slider.value) + 1);
    label(true);
    toFrame(index);
    timer = setInterval(
      () => {
        index += 1;
        if (index > last) stop();
        else toFrame(index);
      },
      calm ? 2500 : 1100,
    );
  }
  if (slider) slider.addEventListener("input", () => toFrame(Number(slider.value)));
  if (play) play.addEventListener("click", () => (timer ? stop() : run()));

  const copy = document.getElementById("copy");
  if (copy)
    copy.addEventListener("click", () => {
      navigator.clipboard.writeText(location.origin + location.pathname + "?" + njia.query()).then(() => {
        document.getElementById("copied").textContent = njia.fixed.words.copied;
      });
    });
})();
