/* Long parts of the page are fetched when they are opened: <details data-part="…">. What stands there until then is a
   link to the same on another page, which stays where no answer comes. */
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
})();
