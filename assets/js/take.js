/* “Take it away” over the page: a link marked data-take opens the offer of `/export` in a dialog, and the form of
   the offer waits for its file where it stands. Without this script the same link is a page, and so is every step. */
(function () {
  "use strict";
  const PAUSE = 400; // ms between two looks at a file being made
  let dialog = null;

  const element = (name, more) => Object.assign(document.createElement(name), more);

  function shut() {
    if (dialog && dialog.open) dialog.close();
  }

  /* The dialog is made when it is first asked for; Escape closes it and nothing behind it. */
  function frame() {
    if (dialog) return dialog;
    dialog = element("dialog", { id: "take-dialog", className: "take-dialog" });
    dialog.setAttribute("aria-labelledby", "take-title");
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
    dialog.addEventListener("click", (event) => event.target === dialog && shut());
    document.body.append(dialog);
    return dialog;
  }

  async function open(link) {
    const box = frame(),
      address = new URL(link.href, location.href);
    address.searchParams.set("part", "1");
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"),
      sheet = page.querySelector("link[rel=stylesheet]");
    box.replaceChildren(...page.querySelectorAll(".take-away"));
    const close = element("button", { type: "button", className: "take-close" });
    close.textContent = box.querySelector(".take-away").dataset.close;
    close.addEventListener("click", shut);
    box.querySelector(".take-away").prepend(close);
    if (!document.querySelector('link[href="' + sheet.getAttribute("href") + '"]'))
      await new Promise((done) => {
        document.head.append(element("link", { rel: "stylesheet", href: sheet.href, onload: done, onerror: done }));
      });
    box.showModal();
    box.scrollTop = 0;
    box.querySelector("#take-title").focus();
  }

  /* A file is being made: its state stands beside the form; ready, it is saved at once and stays as a link. */
  async function watch(box, there) {
    const page = there.pathname,
      bar = element("progress", { max: 100, value: 0 });
    bar.setAttribute("aria-label", box.dataset.progress);
    say(box, box.dataset.working, bar, ...stopper(page, there.searchParams.get("key")));
    for (;;) {
      const told = await (await fetch(page + ".json", { cache: "no-store" })).json();
      if (told.state === "done") return save(box, page + "/" + told.name);
      if (told.state === "cancelled") return say(box, box.dataset.cancelled);
      if (told.state !== "waiting" && told.state !== "working") break;
      bar.value = Math.round(told.share * 100);
      await new Promise((done) => setTimeout(done, PAUSE));
    }
    say(box, box.dataset.broke);
  }

  /* Who began it holds the key that stops it. */
  function stopper(page, key) {
    if (!key) return [];
    const button = element("button", { type: "button" });
    button.append(document.getElementById("take-job").dataset.stop);
    button.addEventListener("click", () => {
      button.disabled = true;
      fetch(page + "/stop", { method: "POST", body: new URLSearchParams({ key }) });
    });
    return [button];
  }

  function save(box, file) {
    const link = element("a", { href: file, download: "", className: "button", textContent: box.dataset.download });
    say(box, box.dataset.done, link);
    link.click();
  }

  function say(box, words, ...more) {
    box.hidden = false;
    box.replaceChildren(element("p", { textContent: words }), ...more);
    box.scrollIntoView({ block: "nearest" });
  }

  async function make(form, button) {
    const box = form.parentNode.querySelector("#take-job"),
      asked = new URLSearchParams(new FormData(form));
    asked.set("format", button.value);
    say(box, box.dataset.working);
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: asked });
      if (answer.ok) return await watch(box, new URL(answer.url));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      say(box, page.querySelector(".export .lead").textContent);
    } catch {
      say(box, box.dataset.broke);
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-take]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    open(link).catch(() => location.assign(link.href));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "take-form" || !event.submitter) return;
    event.preventDefault();
    make(event.target, event.submitter);
  });
  /* Whoever ticks a county means the counties that are ticked. */
  document.addEventListener("change", (event) => {
    if (event.target.name !== "set" || event.target.form.id !== "take-form") return;
    event.target.form.querySelector("input[value=set][type=radio]").checked = true;
  });
})();
