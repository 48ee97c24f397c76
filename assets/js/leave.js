// “Leave this page”: the entry in the history becomes an empty page, so that “back” does not lead here again,
// and what this browser remembers of pages seen (`seen.js`) is forgotten.
// Without this file the link still leaves. Pressing Shift three times within two seconds does the same.
(() => {
  "use strict";
  const WITHIN_MS = 2000;
  const PRESSES = 3;
  const link = document.querySelector("a.leave");
  if (!link) return;
  let pressed = [];

  function leave() {
    document.documentElement.style.display = "none";
    try {
      localStorage.removeItem("njia-seen");
    } catch {
      // the device keeps nothing
    }
    window.top.location.replace("about:blank");
  }

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    pressed = event.key === "Shift" ? [...pressed, event.timeStamp].slice(-PRESSES) : [];
    if (pressed.length === PRESSES && pressed[PRESSES - 1] - pressed[0] < WITHIN_MS) leave();
  });
})();
