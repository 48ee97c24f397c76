/* Keeps a correction on this device until the site has answered, so that a closed network loses nothing. What is sent
   carries an id made here, so that sending twice stores once. Without this file the form is simply posted. */
(function () {
  "use strict";
  const KEY = "njia-corrections",
    MOST = 20,
    AGAIN_MS = 60000;
  const form = document.getElementById("correction");
  const outcome = document.getElementById("kept-said"),
    tools = document.getElementById("kept-tools");
  const words = form.dataset;
  let busy = false;

  function read() {
    try {
      const list = JSON.parse(localStorage.getItem(KEY) || "[]");
      return Array.isArray(list)
        ? list.filter(
            (correction) =>
              correction &&
              typeof correction.path === "string" &&
              typeof correction.body === "string" &&
              /^(\/[\w.~-]+)*\/corrections\/KE\d{3}\?/.test(correction.path),
          )
        : [];
    } catch (problem) {
      return [];
    }
  }

  function write(list) {
    try {
      localStorage.setItem(KEY, JSON.stringify(list));
      return true;
    } catch (problem) {
      return false;
    }
  }

  function random() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function say(text, kind) {
    outcome.textContent = text;
    outcome.className = "outcome" + (kind ? " " + kind : "");
    outcome.hidden = !text;
  }

  function tell(sent, refusal) {
    const n = read().length;
    const parts = [];
    if (refusal) parts.push(words.refused.replace("{why}", refusal));
    if (sent) parts.push(words.sent);
    if (n) parts.push((n === 1 ? words.keptOne : words.keptOther).replace("{n}", n));
    tools.hidden = !n;
    if (parts.length || !outcome.hidden) say(parts.join(" "), refusal ? "bad" : n ? "" : "good");
  }

  /* One after the other; what was answered leaves the device, what was not stays. */
  async function send() {
    if (busy || !read().length) return;
    busy = true;
    let sent = 0,
      refusal = "";
    say(words.sending);
    for (const correction of read()) {
      try {
        const answer = await fetch(correction.path, {
          method: "POST",
          body: correction.body,
          credentials: "omit",
          headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        });
        if (answer.status === 429 || answer.status >= 500) break;
        const body = await answer.json().catch(() => null);
        if (!body || !body.status) break;
        write(read().filter((other) => other.id !== correction.id));
        if (answer.ok) sent += 1;
        else refusal = body.said || "";
      } catch (problem) {
        break;
      }
    }
    busy = false;
    tell(sent, refusal);
  }

  /* Show only what can be wrong with the thing chosen, and only what then can be right. */
  function narrow() {
    const item = document.getElementById("f-item").value,
      kind = item.split(":")[0],
      wrong = form.elements.wrong;
    for (const option of wrong.options) {
      const fits = !item || !option.value || option.dataset.kinds.split(" ").includes(kind);
      option.hidden = option.disabled = !fits;
      if (!fits && option.selected) wrong.value = "";
    }
    if (kind === "missing") wrong.value = "missing";
    const fitting = [...wrong.options].filter((option) => option.value && !option.disabled);
    if (item && fitting.length === 1) wrong.value = fitting[0].value;
    let any = false;
    for (const field of form.querySelectorAll("[data-when]")) {
      const when = field.dataset.when.split(" "),
        fits = when.includes(wrong.value) || when.includes(item);
      field.hidden = !fits;
      if (!fits) field.querySelector("select, input").value = "";
      any = any || fits;
    }
    document.getElementById("right").hidden = !any;
  }

  form.addEventListener("change", narrow);
  form.addEventListener("submit", (event) => {
    const list = read();
    const id = random();
    form.elements.id.value = id;
    if (list.length >= MOST) {
      event.preventDefault();
      say(words.many, "bad");
      return;
    }
    const body = new URLSearchParams(new FormData(form)).toString();
    if (!write([...list, { id, path: form.getAttribute("action"), body }])) {
      say(words.none, "bad");
      return;
    }
    event.preventDefault();
    form.reset();
    narrow();
    outcome.hidden = false;
    send();
    outcome.scrollIntoView({ block: "center" });
  });
  document.getElementById("kept-send").addEventListener("click", send);
  document.getElementById("kept-drop").addEventListener("click", () => {
    write([]);
    say("");
    tell(0, "");
  });
  window.addEventListener("online", send);
  setInterval(() => {
    if (!document.hidden && navigator.onLine) send();
  }, AGAIN_MS);
  narrow();
  if (read().length) send();
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data && event.data.kept) document.documentElement.dataset.kept = "yes";
    });
    navigator.serviceWorker
      .register("sw.js", { scope: "../corrections" })
      .then(() => navigator.serviceWorker.ready)
      .then((ready) => ready.active.postMessage({ keep: location.href }))
      .catch(() => {
        /* private windows have no worker: the form itself needs none */
      });
  }
})();
