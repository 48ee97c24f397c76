/* The evidence desk: what is to be said about a form stands beside it while it is being filled in. Works without. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-live]");
  const notes = form && form.querySelector(".notes");
  if (!notes) return;
  const PAUSE_MS = 400;
  let timer = 0;
  let turn = 0;

  const look = async () => {
    const mine = ++turn;
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok || mine !== turn) return;
      const text = await answer.text();
      const piece = new DOMParser().parseFromString(text, "text/html").body;
      notes.replaceChildren(...piece.childNodes);
    } catch {
      // the desk is busy or closed; the button asks again
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
})();
