/* The steward's desk: dropping files with a bar, waiting for work, taking all suggestions. Every page works without. */
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const first = (selector, from = document) => from.querySelector(selector);

  // ---- work going on: ask until it has ended, then show its page ------------------------------
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const spaced = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");

  const tell = (box, job) => {
    const bar = first("progress", box);
    const line = first(".far", box);
    if (!bar || !line) return;
    const known = job.size > 0;
    if (known && job.rows < job.size) {
      bar.max = job.size;
      bar.value = job.rows;
    } else {
      bar.removeAttribute("value");
    }
    let text = fill(box.dataset.waiting, { n: Math.round(job.seconds) });
    if (job.rows > 0) {
      const values = { rows: spaced(job.rows), size: spaced(job.size) };
      text =
        known && job.rows >= job.size
          ? box.dataset.thinking
          : fill(known ? box.dataset.rowsOf : box.dataset.rows, values);
    }
    if (job.text) text = `${job.text} ${text}`;
    if (line.textContent !== text) line.textContent = text;
  };

  const wait = async (box, ended) => {
    for (;;) {
      let job = null;
      try {
        const answer = await fetch(`/job/${box.dataset.job}`, { headers: { Accept: "application/json" } });
        if (!answer.ok) return ended("");
        job = await answer.json();
      } catch {
        job = null; // the desk is busy for a moment; ask again
      }
      if (job) {
        tell(box, job);
        if (job.state === "done" || job.state === "failed") return ended(job.then);
      }
      await new Promise((go) => setTimeout(go, 400));
    }
  };

  const busy = first(".busy[data-job]");
  if (busy) wait(busy, (then) => (then ? location.replace(then) : location.reload()));
  for (const line of document.querySelectorAll(".on-desk [data-job]")) {
    wait(line, () => {
      if (!document.body.dataset.sending) location.reload();
    });
  }

  // ---- files: one request each, with a bar ------------------------------------------------------
  const drop = first("#drop");
  const send = (file, bar) =>
    new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("files", file, file.name);
      request.open("POST", drop.action);
      request.upload.addEventListener("progress", (event) => {
        bar.value = event.total ? (100 * event.loaded) / event.total : 0;
      });
      request.addEventListener("load", () => (request.status < 400 ? done(request.responseURL) : failed(request)));
      request.addEventListener("error", () => failed(request));
      request.send(form);
    });

  const sendAll = async (files) => {
    const box = first("#sending");
    const bar = first("progress", box);
    const line = first("p", box);
    box.hidden = false;
    document.body.dataset.sending = "yes";
    let last = "/";
    try {
      for (const file of files) {
        const text = fill(drop.dataset.sending, { name: file.name });
        line.textContent = text;
        first("#said").textContent = text;
        bar.value = 0;
        last = await send(file, bar);
      }
    } catch (request) {
      delete document.body.dataset.sending;
      const page = new DOMParser().parseFromString(request.responseText || "", "text/html");
      const reason = first("main .lead", page);
      box.hidden = true;
      drop.reset();
      const refusal =
        first(".told", drop) || drop.appendChild(Object.assign(document.createElement("p"), { className: "told" }));
      refusal.setAttribute("role", "alert");
      refusal.textContent = reason ? reason.textContent : drop.dataset.failed;
      return;
    }
    location.assign(files.length === 1 ? last : "/");
  };

  if (drop) {
    const input = first("#files");
    input.addEventListener("change", () => {
      if (input.files.length) sendAll([...input.files]);
    });
    const over = (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) drop.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      drop.classList.remove("over");
      sendAll([...event.dataTransfer.files]);
    });
  }

  // ---- counties: suggestions are put into the list, for the person to look over -----------------
  const all = first("#take-all");
  if (all) {
    all.addEventListener("click", () => {
      let n = 0;
      for (const select of document.querySelectorAll("select[data-suggestion]")) {
        if (!select.value) {
          select.value = select.dataset.suggestion;
          n += 1;
        }
      }
      const took = first("#took");
      took.textContent = n === 1 ? took.dataset.one : fill(took.dataset.other, { n: spaced(n) });
    });
  }
})();
