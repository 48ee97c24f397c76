/* A briefing: one step at a time, by keys, clicker, buttons or from the presenter's window.
   It asks the network for nothing. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  const body = document.body,
    steps = [...document.querySelectorAll(".step")],
    where = document.getElementById("where");
  const presenter = body.classList.contains("presenter"),
    story = body.dataset.story;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("njia-briefing-" + story) : null;
  const clock = document.getElementById("elapsed");
  let at = 0,
    started = 0;

  if (document.querySelector(".synthetic")) body.classList.add("marked");

  function show(n, tell) {
    at = Math.min(Math.max(n, 0), steps.length - 1);
    steps.forEach((step, i) => step.classList.toggle("now", i === at));
    if (where) where.textContent = where.dataset.words.replace("%", at + 1).replace("#", steps.length);
    if (!started && at > 0) started = Date.now();
    const link = new URL(location.href);
    link.searchParams.set("step", at + 1);
    try {
      history.replaceState(null, "", link);
    } catch (_) {
      location.replace("#step-" + (at + 1));
    }
    if (tell !== false) {
      steps[at].focus({ preventScroll: true });
      window.scrollTo(0, 0);
      send();
    }
  }
  function send() {
    if (channel) channel.postMessage({ at, started });
  }

  const does = {
    full() {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen().catch(() => {});
    },
    notes() {
      window.open(
        body.dataset.notes + (body.dataset.notes.includes("?") ? "&" : "?") + "step=" + (at + 1),
        "njia-notes",
        "width=900,height=700",
      );
    },
    qr() {
      const box = steps[at].querySelector(".qr");
      if (box) box.open = !box.open;
    },
    restart() {
      started = Date.now();
      tick();
      send();
    },
  };
  const go = {
    ArrowRight: 1,
    ArrowDown: 1,
    PageDown: 1,
    " ": 1,
    Enter: 1,
    ArrowLeft: -1,
    ArrowUp: -1,
    PageUp: -1,
    Backspace: -1,
  };
  function key(event) {
    const busy = event.target.closest && event.target.closest("input, select, textarea, [contenteditable]");
    const control = event.target.closest && event.target.closest("button, a, summary");
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    if (control && (event.key === "Enter" || event.key === " ")) return;
    const wanted = event.key;
    if (wanted in go) {
      show(at + go[wanted]);
    } else if (wanted === "Home") show(0);
    else if (wanted === "End") show(steps.length - 1);
    else if (wanted === "f" || wanted === "F") does.full();
    else if ((wanted === "n" || wanted === "N") && !presenter) does.notes();
    else if (wanted === "q" || wanted === "Q") does.qr();
    else if (wanted === "b" || wanted === "B" || wanted === ".") body.classList.toggle("blank");
    else if (wanted === "Escape") {
      document.querySelectorAll("details[open]").forEach((box) => {
        box.open = false;
      });
      body.classList.remove("blank");
      return;
    } else return;
    event.preventDefault();
  }
  document.addEventListener("keydown", key);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go], [data-do]");
    if (!button) return;
    if (button.dataset.go) show(at + (button.dataset.go === "next" ? 1 : -1));
    else does[button.dataset.do]();
  });
  document.addEventListener("click", (event) => {
    const other = event.target.closest("[data-language]");
    if (!other) return;
    const link = new URL(other.href, location.href);
    link.searchParams.set("step", at + 1);
    other.href = link.href;
  });

  function tick() {
    if (!clock) return;
    const seconds = started ? Math.floor((Date.now() - started) / 1000) : 0;
    clock.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  }
  if (clock) setInterval(tick, 500);
  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.ask) {
        if (!presenter) send();
        return;
      }
      if (data.started) started = data.started;
      if (data.at !== at) show(data.at, false);
      tick();
    };
    if (presenter) channel.postMessage({ ask: true });
  }
  const asked = Number(
    new URL(location.href).searchParams.get("step") || (location.hash.match(/^#step-(\d+)$/) || [])[1] || 1,
  );
  show(asked - 1, false);
})();
