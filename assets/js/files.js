// The site as files keeps itself: pages opened once are there without a network (the worker is assets/js/lite-worker.js,
// written as sw.js beside index.html). From the file system there is nothing to keep.
(() => {
  "use strict";
  if (!("serviceWorker" in navigator) || !/^https?:$/.test(location.protocol)) return;
  const root = new URL("../../../", document.currentScript.src).pathname;
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register(`${root}sw.js`, { scope: root });
      const ready = await navigator.serviceWorker.ready;
      ready.active.postMessage({ keep: location.href.split("#")[0], lang: document.documentElement.lang });
    } catch {
      // private windows have no worker: the page itself needs none
    }
  });
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data && event.data.kept) document.documentElement.dataset.kept = "yes";
  });
})();
