// “New since your last visit”: once the reader asks for it, the ids on this page and the day are kept on this
// device, and nowhere else. Two visits on one day are one, so that what is new stays marked until tomorrow.
(() => {
  "use strict";
  const KEY = "njia-seen";
  const box = document.querySelector(".seen");
  if (!box) return;
  const lines = [...document.querySelectorAll("[data-event]")];
  const now = { day: today(), ids: lines.map((line) => line.dataset.event), newest: newest() };

  function today() {
    const moment = new Date();
    return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  }

  function newest() {
    return lines.reduce((last, line) => (line.dataset.since > last ? line.dataset.since : last), "");
  }

  function kept() {
    try {
      const visits = JSON.parse(localStorage.getItem(KEY) || "null");
      return visits && typeof visits === "object" ? visits : null;
    } catch {
      return null;
    }
  }

  function keep(visits) {
    try {
      if (visits) localStorage.setItem(KEY, JSON.stringify(visits));
      else localStorage.removeItem(KEY);
    } catch {
      // the device keeps nothing: every visit is the first
    }
  }

  // An event that slid into the list because another left it is older than the last visit, and not new.
  function isNew(line, before) {
    return line.dataset.since >= before.newest && !before.ids.includes(line.dataset.event);
  }

  function mark(before) {
    for (const old of document.querySelectorAll(".is-new")) old.remove();
    const fresh = before ? lines.filter((line) => isNew(line, before)) : [];
    for (const line of fresh) {
      const word = document.createElement("b");
      word.className = "is-new";
      word.textContent = box.dataset.mark;
      line.querySelector("p").prepend(word, " ");
      if (line.closest("details")) line.closest("details").open = true;
    }
    return fresh.length;
  }

  function say() {
    const visits = kept();
    const mine = visits && visits[box.dataset.key];
    box.querySelector(".remember").hidden = Boolean(visits);
    box.querySelector(".forget").hidden = !visits;
    const count = mark(mine && mine.before);
    const words = !visits ? "off" : !mine.before ? "first" : count === 0 ? "none" : count === 1 ? "one" : "other";
    const day = mine && mine.before ? mine.before.day : "";
    box.querySelector(".said").textContent = box.dataset[words].replace("{n}", count).replace("{day}", day);
  }

  function visit() {
    const visits = kept() || {};
    const mine = visits[box.dataset.key];
    const before = !mine ? null : mine.last.day === now.day ? mine.before : mine.last;
    keep({ ...visits, [box.dataset.key]: { before, last: now } });
  }

  box.querySelector(".remember").addEventListener("click", () => {
    visit();
    say();
    box.querySelector(".forget").focus();
  });
  box.querySelector(".forget").addEventListener("click", () => {
    keep(null);
    say();
    box.querySelector(".remember").focus();
  });
  if (kept()) visit();
  say();
  box.hidden = false;
})();
