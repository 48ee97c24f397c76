/* Four steps for a first visit: a chip in the header starts them, nothing is covered that is in use, Escape ends them.
   The words are fetched once the map stands; what is kept on the device is one word that says the tour was seen. */
(function () {
  "use strict";
  const chip = document.getElementById("tour-chip");
  if (!chip) return;
  const KEY = "njia-tour";
  const part = (name) => card.querySelector('[data-tour="' + name + '"]');
  let card = null,
    steps = [],
    at = 0,
    here = null,
    opener = null;

  function seen(now) {
    try {
      if (now) localStorage.setItem(KEY, "seen");
      return Boolean(localStorage.getItem(KEY));
    } catch {
      return false;
    }
  }

  function point(selector) {
    if (here) here.classList.remove("tour-here");
    here = selector
      ? [...document.querySelectorAll(selector)].find((element) => element.checkVisibility()) || null
      : null;
    if (!here) return;
    here.classList.add("tour-here");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches,
      small = matchMedia("(max-width: 1023px)").matches;
    here.scrollIntoView({ block: small ? "start" : "nearest", behavior: calm ? "auto" : "smooth" });
  }

  function show(step) {
    at = step;
    part("count").textContent = steps[at].count;
    part("title").textContent = steps[at].title;
    part("text").textContent = steps[at].text;
    part("back").hidden = at === 0;
    part("skip").hidden = at === steps.length - 1;
    part("next").textContent = at === steps.length - 1 ? card.dataset.done : card.dataset.next;
    point(steps[at].at);
    part("title").focus({ preventScroll: true });
  }

  function start() {
    opener = document.activeElement;
    chip.hidden = true;
    card.hidden = false;
    show(0);
  }

  function end() {
    seen(true);
    const inside = card.contains(document.activeElement);
    card.hidden = true;
    point("");
    const back =
      opener && opener.isConnected && opener !== document.body && opener.checkVisibility()
        ? opener
        : document.getElementById("main");
    if (inside) back.focus({ preventScroll: true });
  }

  function listen() {
    chip.addEventListener("click", start);
    part("next").addEventListener("click", () => {
      if (at === steps.length - 1) end();
      else show(at + 1);
    });
    part("back").addEventListener("click", () => show(at - 1));
    part("skip").addEventListener("click", end);
    addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape" || card.hidden) return;
        event.preventDefault();
        event.stopPropagation();
        end();
      },
      true,
    );
  }

  const narrow = matchMedia("(max-width: 1379px)");
  const home = chip.parentElement;
  function place() {
    if (narrow.matches) document.getElementById("map").append(chip);
    else home.insertBefore(chip, home.querySelector(".languages"));
  }
  narrow.addEventListener("change", place);
  place();

  async function fetchCard() {
    const answer = await fetch(chip.dataset.tour).catch(() => null);
    if (!answer || !answer.ok) return;
    const whole = document.createElement("template");
    whole.innerHTML = await answer.text();
    card = whole.content.querySelector("#tour");
    steps = JSON.parse(card.dataset.steps);
    document.getElementById("main").append(card);
    listen();
  }

  /* Only once the map stands, so that the first view does not wait for any of this. */
  async function ready() {
    removeEventListener("njia-map", ready);
    const wanted = new URLSearchParams(location.search).has("tour");
    if (!wanted && seen()) return;
    await fetchCard();
    if (!card) return;
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = card.dataset.css;
    sheet.onload = () => {
      if (wanted) start();
      else chip.hidden = false;
    };
    document.head.append(sheet);
  }
  if (document.body.classList.contains("map-ready")) ready();
  else addEventListener("njia-map", ready);
})();
