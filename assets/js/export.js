"use strict";
// The page looks again by itself (meta refresh); with JavaScript it asks twice a second and moves the bar only.
(() => {
  const box = document.getElementById("job");
  if (!box || !box.dataset.busy) return;
  const bar = box.querySelector("progress");
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.job + ".json", { cache: "no-store" });
      const told = await answer.json();
      if (told.state === "waiting" || told.state === "working") {
        bar.value = Math.round(told.share * 100);
        setTimeout(look, 500);
        return;
      }
    } catch {
      return; // the page's own refresh goes on
    }
    location.reload();
  };
  setTimeout(look, 400);
})();
