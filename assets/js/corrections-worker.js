// The form for corrections without a network: keeps the pages of it that a reader opened, and what they are drawn with.
// The server writes FIXED and `worker-files.js` in front of this file.
const STORE = "njia-corrections";
const MOST = 10;
const isForm = (url) => url.origin === self.location.origin && /^corrections\/KE\d{3}$/.test(within(url));
const isPlain = (url) => isForm(url) && /^(\?lang=[a-z]{2})?$/.test(url.search);

async function keep(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
  if (answer.status !== 200 || answer.redirected || answer.type !== "basic") return;
  const store = await caches.open(STORE);
  await store.put(address, answer);
  const pages = (await store.keys()).filter((request) => isForm(new URL(request.url)));
  for (const old of pages.slice(0, Math.max(0, pages.length - MOST))) await store.delete(old);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await self.clients.claim();
      const store = await caches.open(STORE);
      for (const request of await store.keys()) {
        const url = new URL(request.url);
        if (isPlain(url)) await keep(url.href).catch(() => {});
        else if (!FILES.includes(url.pathname)) await store.delete(request);
      }
    })(),
  );
});

self.addEventListener("message", (event) => {
  let url;
  try {
    url = new URL(event.data.keep, self.location.origin);
  } catch {
    return;
  }
  const lang = url.searchParams.get("lang");
  url.hash = "";
  url.search = /^[a-z]{2}$/.test(lang || "") ? `?lang=${lang}` : "";
  if (!isPlain(url)) return;
  event.waitUntil(
    keep(url.href)
      .catch(() => {})
      .then(() => event.source && event.source.postMessage({ kept: url.href })),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (FILES.includes(url.pathname))
    event.respondWith(caches.match(event.request, { ignoreVary: true }).then((copy) => copy || fetch(event.request)));
  else if (event.request.mode === "navigate" && isForm(url)) {
    event.respondWith(
      fetch(event.request).catch(async () => {
        const lang = url.searchParams.get("lang");
        const store = await caches.open(STORE);
        const copy =
          (await store.match(`${url.origin}${url.pathname}?lang=${lang}`, { ignoreVary: true })) ||
          (await store.match(url.origin + url.pathname, { ignoreSearch: true, ignoreVary: true }));
        return copy || Response.error();
      }),
    );
  }
});
