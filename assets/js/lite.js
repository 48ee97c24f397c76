// The light pages are complete without this file. It keeps the opened page for later without a network, copies the
// message, and finds the county around a reader: on this device, from outlines fetched when asked for.
(() => {
  "use strict";
  const lang = document.documentElement.lang;
  const root = new URL("../../../", document.currentScript.src).pathname;
  const by = (id) => document.getElementById(id);

  if ("serviceWorker" in navigator) {
    addEventListener("load", async () => {
      try {
        await navigator.serviceWorker.register(`${root}lite/sw.js`, { scope: `${root}lite` });
        const ready = await navigator.serviceWorker.ready;
        ready.active.postMessage({ keep: location.href.split("#")[0], lang });
      } catch {
        /* private windows have no worker: the page itself needs none */
      }
    });
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data && event.data.kept) document.documentElement.dataset.kept = "yes";
    });
  }

  const sms = by("sms");
  if (sms) {
    const text = sms.textContent.trim().replace(/ \/lite\//, ` ${location.host}${root}lite/`);
    const copy = by("copy");
    const share = by("share");
    if (navigator.clipboard) {
      copy.hidden = false;
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text);
        copy.textContent = copy.dataset.done;
      });
    }
    if (navigator.share) {
      share.hidden = false;
      share.addEventListener("click", () => {
        navigator.share({ text }).catch(() => {});
      });
    }
  }

  const place = by("place");
  if (!place || !("geolocation" in navigator) || !isSecureContext) return;
  place.hidden = false;
  const outcome = by("here-said");
  const say = (text) => {
    outcome.textContent = text;
  };
  by("here").addEventListener("click", () => {
    say(place.dataset.looking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        find(coords.longitude, coords.latitude);
      },
      () => {
        say(place.dataset.refused);
      },
      { timeout: 20000, maximumAge: 300000 },
    );
  });

  async function find(lon, lat) {
    let outlines;
    try {
      const answer = await fetch(place.dataset.outlines);
      if (!answer.ok) throw new Error(String(answer.status));
      outlines = await answer.json();
    } catch {
      say(place.dataset.failed);
      return;
    }
    const county = outlines.features.find((outline) => holds(outline.geometry, lon, lat));
    const entry = county && document.querySelector(`#names [data-pcode="${county.id}"]`);
    if (!entry) {
      say(place.dataset.outside);
      return;
    }
    const name = entry.textContent;
    say(place.dataset.found.replace("%s", name) + " ");
    const link = document.createElement("a");
    link.href = entry.href;
    link.textContent = place.dataset.open.replace("%s", name);
    outcome.append(link);
  }

  // Even-odd rule over all rings: holes are rings too.
  function holds(geometry, lon, lat) {
    const parts = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
    let inside = false;
    for (const ring of parts.flat()) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [x0, y0] = ring[i];
        const [x1, y1] = ring[j];
        if (y0 > lat !== y1 > lat && lon < ((x1 - x0) * (lat - y0)) / (y1 - y0) + x0) inside = !inside;
      }
    }
    return inside;
  }
})();
