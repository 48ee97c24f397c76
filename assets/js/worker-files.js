// The head of every service worker: what its pages are drawn with is kept when it is installed. The server writes FIXED
// (release, files) in front of this, so a new release is a new worker, and behind it the worker, which names its STORE.
const ROOT = new URL(FIXED.root || "..", self.location).pathname; // the site may stand under a path of another one
const FILES = FIXED.files.map((file) => ROOT + file.slice(1));
const within = (url) => (url.pathname.startsWith(ROOT) ? url.pathname.slice(ROOT.length) : "");

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const store = await caches.open(STORE);
      await Promise.all(FILES.map((file) => store.add(file).catch(() => {})));
      await self.skipWaiting();
    })(),
  );
});
