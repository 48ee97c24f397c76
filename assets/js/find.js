/* Finding a county: a name, a code or a spelling → its view; a part of a name or a town → a list to choose from.
 * With Dash on the page a choice is a choice, before it a link. */
(function () {
  "use strict";
  const find = document.getElementById("find"),
    sentence = document.getElementById("find-said"),
    list = document.getElementById("find-offers"),
    box = document.getElementById("found");
  if (!find || !box) return;
  const lang = document.documentElement.lang,
    PAUSE = 180;
  find.removeAttribute("list");

  function linkTo(pcode) {
    const params = new URLSearchParams(location.search);
    params.set("county", pcode);
    params.delete("corridor");
    return location.pathname + "?" + params;
  }

  function choose(pcode) {
    find.value = "";
    show("", []);
    if (window.njia.at === "ready") return window.njia.pick("county", pcode, true);
    location.assign(linkTo(pcode));
  }

  function show(words, offers) {
    sentence.textContent = words;
    list.replaceChildren(
      ...offers.map((offer) => {
        const item = document.createElement("li"),
          link = item.appendChild(document.createElement("a"));
        link.href = linkTo(offer.pcode);
        link.dataset.pcode = offer.pcode;
        link.textContent = offer.county + (offer.place ? " (" + offer.place + ")" : "");
        return item;
      }),
    );
    box.hidden = !words && !offers.length;
  }

  let asked = 0;
  function ask(text, answered) {
    const mine = ++asked;
    fetch("api/v1/find?q=" + encodeURIComponent(text) + "&lang=" + lang)
      .then((answer) => answer.json())
      .then((answer) => mine === asked && answered(answer))
      .catch(() => window.njia.note("offline"));
  }

  function search() {
    const text = find.value.trim();
    if (!text) return show("", []);
    ask(text, (answer) => (answer.pcode ? choose(answer.pcode) : show(answer.said, answer.offers)));
  }

  let waiting = 0;
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = find.value.trim();
    if (!text) return show("", []);
    waiting = setTimeout(() => ask(text, (answer) => find.value.trim() && show("", answer.offers)), PAUSE);
  });
  find.addEventListener("keydown", (event) => {
    const first = list.querySelector("a");
    if (event.key === "Escape") show("", []);
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(waiting);
    search();
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(link.dataset.pcode);
  });
  list.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")],
      step = { ArrowDown: 1, ArrowUp: -1 }[event.key],
      to = links.indexOf(document.activeElement) + step;
    if (event.key === "Escape") show("", []);
    if (event.key === "Escape" || to === -1) find.focus();
    if (!step) return;
    event.preventDefault();
    if (links[to]) links[to].focus();
  });
})();
