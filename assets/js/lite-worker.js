// The light pages without a network, and the site written as files. `worker-files.js` stands in front of this file; of
// FIXED it takes pages and query (what is kept, as patterns), choice (of a county), languages, mark ("" where the
// server marks nothing). It keeps the pages a reader opened and nothing else: network first, the kept copy when there
// is none or it takes too long.
const STORE = "njia-lite";
const PATIENCE = 6000;
const MOST = 40;
const PAGES = new RegExp(`^${FIXED.pages}$`);
const QUERY = new RegExp(`^${FIXED.query}$`);
const chosen = (lang) => ROOT + FIXED.choice.replace("LANG", lang);
const isLite = (url) => url.origin === self.location.origin && PAGES.test(within(url)) && QUERY.test(url.search);

// A new release: fetch again what the reader keeps; what cannot be fetched stays as it is, with its own date.
self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("njia-lite") && name !== STORE) await caches.delete(name);
      }
      await self.clients.claim();
      const store = await caches.open(STORE);
      for (const request of await store.keys()) {
        const url = new URL(request.url);
        if (isLite(url)) await keep(store, url.href).catch(() => {});
        else if (!FILES.includes(url.pathname)) await store.delete(request);
      }
    })(),
  );
});

self.addEventListener("message", (event) => {
  const asked = event.data && typeof event.data.keep === "string" ? event.data.keep : "";
  let url;
  try {
    url = new URL(asked, self.location.origin);
  } catch {
    return;
  }
  url.hash = "";
  if (!isLite(url)) return;
  event.waitUntil(
    (async () => {
      const store = await caches.open(STORE);
      await keep(store, url.href).catch(() => {});
      const choice = chosen((event.data.lang || "").match(/^[a-z]{2}$/) ? event.data.lang : "en");
      if (!(await store.match(choice))) await keep(store, new URL(choice, self.location.origin).href).catch(() => {});
      if (event.source) event.source.postMessage({ kept: url.href });
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (FILES.includes(url.pathname)) event.respondWith(fromStore(request));
  else if (request.mode === "navigate" && isLite(url)) event.respondWith(page(request, url));
  else if (request.mode === "navigate" && /^lite(\/|$)/.test(within(url))) event.respondWith(odd(request, url));
});

// Any other address under /lite (a name typed in, a text): never kept; without a network, the choice of a county.
async function odd(request, url) {
  try {
    return await fetch(request);
  } catch (problem) {
    const copy = await choice(await caches.open(STORE), url);
    if (copy) return copy;
    throw problem;
  }
}

async function fromStore(request) {
  const store = await caches.open(STORE);
  return (await store.match(request, { ignoreVary: true })) || fetch(request);
}

// Only a whole, marked page of ours is kept: never an error, a redirect, or anything else of the site.
const keepable = (answer) =>
  answer.ok &&
  answer.status === 200 &&
  !answer.redirected &&
  answer.type === "basic" &&
  (!FIXED.mark || answer.headers.get(FIXED.mark) === "1");

async function keep(store, address, answer) {
  const fresh = answer || (await fetch(address, { credentials: "same-origin", cache: "no-cache" }));
  if (!keepable(fresh)) return;
  const headers = new Headers({ "content-type": "text/html; charset=utf-8", "x-kept": new Date().toISOString() });
  for (const name of [
    "content-security-policy",
    "content-language",
    "referrer-policy",
    "permissions-policy",
    "x-content-type-options",
  ]) {
    if (fresh.headers.has(name)) headers.set(name, fresh.headers.get(name));
  }
  await store.put(address, new Response(await fresh.text(), { status: 200, headers }));
  const pages = (await store.keys()).filter((request) => isLite(new URL(request.url)));
  for (const old of pages.slice(0, Math.max(0, pages.length - MOST))) await store.delete(old);
}

async function page(request, url) {
  const store = await caches.open(STORE);
  const address = url.origin + url.pathname + url.search;
  const network = fetch(request).then((answer) => {
    if (keepable(answer)) keep(store, address, answer.clone()).catch(() => {});
    return answer;
  });
  const slow = new Promise((done) => {
    setTimeout(done, PATIENCE);
  });
  const first = await Promise.race([network.catch(() => null), slow]);
  if (first && first.status < 500) return first;
  return (
    (await kept(store, url, address)) ||
    network.catch(() => choice(store, url)).then((answer) => answer || Response.error())
  );
}

// The choice of a county, saying that the page asked for is not kept; null when even that is not there.
async function choice(store, url) {
  const lang = new URLSearchParams(url.search).get("lang") || within(url).slice(0, 2);
  const copy =
    (await store.match(url.origin + chosen(lang), { ignoreVary: true })) ||
    (await store.match(url.origin + chosen("").split("?")[0], { ignoreSearch: true, ignoreVary: true }));
  return copy ? shown(copy, "absent") : null;
}

// The copy of this very page, else of the same county in the other language.
async function kept(store, url, address) {
  const copy =
    (await store.match(address, { ignoreVary: true })) ||
    (await store.match(url.origin + url.pathname, { ignoreSearch: true, ignoreVary: true }));
  return copy ? shown(copy, "saved") : null;
}

// A kept page with one of its two hidden notices made visible.
async function shown(copy, notice) {
  const on = new Date(copy.headers.get("x-kept") || Date.now());
  const two = (number) => String(number).padStart(2, "0");
  const day = `${on.getFullYear()}-${two(on.getMonth() + 1)}-${two(on.getDate())}`;
  const mark = `<p id="${notice}" class="saved" role="status"`;
  const text = (await copy.text()).replace(`${mark} hidden>`, `${mark}>`).replace("%SAVED%", day);
  return new Response(text, { status: 200, headers: copy.headers });
}
