/* Finding a county: a name, a code or a spelling → its view. With Dash on the page it is a choice, before it a link. */
(function () {
  "use strict";
  const find = document.getElementById("find"),
    said = document.getElementById("find-said");
  if (!find) return;
  const lang = document.documentElement.lang;

  function choose(pcode) {
    find.value = "";
    if (window.njia.at === "ready") return window.njia.pick("county", pcode, true);
    const params = new URLSearchParams(location.search);
    params.set("county", pcode);
    params.delete("corridor");
    location.assign(location.pathname + "?" + params);
  }

  let asked = "";
  function search() {
    const text = find.value.trim();
    if (!text || text === asked) return;
    asked = text;
    said.textContent = "";
    fetch("api/v1/find?q=" + encodeURIComponent(text) + "&lang=" + lang)
      .then((answer) => answer.json())
      .then((answer) => (answer.pcode ? choose(answer.pcode) : (said.textContent = answer.said)))
      .catch(() => window.njia.note("offline"))
      .finally(() => (asked = ""));
  }
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search();
  });
  find.addEventListener("change", search);
})();
