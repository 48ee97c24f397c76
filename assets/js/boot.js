/* Decides when Dash comes: when Kenya has been painted and the page is idle, or when the reader first touches
   the map or a control. Never unasked where data is saved or the link is slow: then a button offers it. Until
   then every choice is a link or a form field, so the page is right without any of this; if Dash does not come,
   the page says so and stays. */
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const njia = (window.njia = { at: "waiting" }); // waiting → loading → mounted → ready, or blocked
  const $ = (id) => document.getElementById(id);
  const START = document.currentScript.dataset.start;
  const PATIENCE = 90000; // ms until a start that neither fails nor ends is called a failure

  /* Plotly: our bundle, and no map of the world from anywhere. Dash would write the address of the full bundle here. */
  if (root.dataset.plotly)
    Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => root.dataset.plotly, set: () => {} });
  window.PlotlyConfig = { MathJaxConfig: "local" };
  window.PlotlyGeoAssets = { topojson: {} };

  function saving() {
    const link = navigator.connection;
    return Boolean(link && (link.saveData || /2g/.test(link.effectiveType || "")));
  }
  njia.saving = saving;

  /* One line for the reader, with a button where there is something to do again. */
  njia.note = function (kind, again) {
    const line = $("workspace-note");
    line.hidden = !kind;
    line.replaceChildren(kind ? line.dataset[kind] : "");
    if (!again) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = line.dataset.again;
    button.addEventListener("click", again);
    line.append(" ", button);
  };

  njia.blocked = function () {
    if (njia.at === "ready" || njia.at === "blocked") return;
    njia.at = "blocked";
    njia.note("blocked", () => location.reload());
  };

  function ahead(as, url) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as, href: url });
    if (as === "fetch") link.crossOrigin = "anonymous";
    document.head.append(link);
  }

  /* Scripts run in their order and come side by side; one that is refused ends the start. */
  function script(url) {
    return new Promise((done, failed) => {
      const element = document.createElement("script");
      Object.assign(element, { src: url, async: false, onload: done, onerror: failed });
      document.body.append(element);
    });
  }

  /* Addresses of the scripts in order, and the rules of the view. */
  let parts = null;
  const askParts = () =>
    (parts = parts || fetch(START).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer))));

  njia.start = function () {
    if (njia.at !== "waiting") return;
    njia.at = "loading";
    $("workspace-start").hidden = true;
    askParts().then(load, njia.blocked);
  };

  function load(addresses) {
    njia.parts = addresses;
    njia.parts.soon.forEach((url) => ahead("script", url));
    njia.parts.data.forEach((url) => ahead("fetch", url));
    setTimeout(njia.blocked, PATIENCE);
    const theirs = [...$("dash-scripts").content.querySelectorAll("script")],
      after = theirs.filter((each) => each.src).map((each) => each.getAttribute("src"));
    Promise.all([...njia.parts.scripts, ...after].map(script)).then(() => {
      njia.at = "mounted";
      const starter = document.createElement("script");
      starter.textContent = theirs.find((each) => !each.src).textContent;
      document.body.append(starter);
    }, njia.blocked);
  }

  const slow = saving();
  if (!slow) askParts().catch(() => {});

  /* The page is read; its scripts may still be on their way. */
  function met() {
    const button = $("workspace-start");
    button.hidden = !slow;
    button.addEventListener("click", () => {
      njia.note("starting");
      njia.start();
    });
    if (slow) return;
    const touched = (event) => {
      if (event.target.closest && event.target.closest("#map, #view, #strip")) njia.start();
    };
    for (const kind of ["pointerdown", "pointerover", "focusin", "keydown"])
      document.addEventListener(kind, touched, { passive: true });
    const idle = () => (window.requestIdleCallback || setTimeout)(njia.start, { timeout: 4000 });
    // No frame is given before the style sheets are here; with it and the font the wire is free.
    requestAnimationFrame(() => document.fonts.ready.then(() => setTimeout(idle)));
  }
  document.addEventListener("readystatechange", met, { once: true });
})();
