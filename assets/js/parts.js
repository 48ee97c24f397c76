/* Long parts of the page are fetched when they are opened: <details data-part="…">. What stands there until then is a
   link to the same on another page, which stays where no answer comes. The reasons of the roles belong on paper too:
   once the map is ready and the browser idle they are fetched unasked, unless the link is slow or paid by the byte. */
(function () {
  "use strict";
  async function fill(box) {
    const of = box.closest("[data-of]"),
      name = box.dataset.part;
    const query = of ? of.dataset.of : "lang=" + document.documentElement.lang;
    const answer = await fetch("workspace/" + name + "?" + query).catch(() => null);
    if (!answer || !answer.ok || box.dataset.part !== name) return;
    delete box.dataset.part;
    const whole = document.createElement("template");
    whole.innerHTML = await answer.text();
    box.replaceChildren(box.querySelector("summary"), whole.content);
  }
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.open && event.target.dataset.part) fill(event.target);
    },
    true,
  );
  const panel = document.getElementById("panel");
  if (!panel || !window.requestIdleCallback || window.njia.saving()) return;
  let waiting = false;
  function reasons() {
    if (waiting || !document.body.classList.contains("map-ready")) return;
    if (!panel.querySelector(".role[data-part]")) return;
    waiting = true;
    requestIdleCallback(async () => {
      for (const role of panel.querySelectorAll(".role[data-part]")) await fill(role);
      waiting = false;
    });
  }
  new MutationObserver(reasons).observe(panel, { childList: true, subtree: true });
  new MutationObserver(reasons).observe(document.body, { attributeFilter: ["class"] });
})();
