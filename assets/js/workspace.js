/* The map page's clientside callbacks. `reduce` is the one reducer: it follows the tables of dashboard/view/reducer.py,
   writes the link (through dcc.Location), and asks the server's callbacks for the parts that depend on what changed.
   `paint`, `panel` and `strip` put answers in their places. Nothing here asks the server by itself. */
(function () {
  "use strict";
  const njia = window.njia;
  const $ = (id) => document.getElementById(id);
  const rules = njia.parts.rules,
    KEYS = Object.keys(rules.defaults),
    FRAMED = ["measure", "nature"], // controls that the frames answer, where the lens has them
    QUICK = 900, // ms: choices of one key in quick succession (typing, arrows) are one step in the history
    REST = 400; // ms without another step until Dash and the link hear of what the frames have answered
  const same = () => window.dash_clientside.no_update;

  /* ---- the link ---- */

  function read(search) {
    const params = new URLSearchParams(search),
      view = {};
    for (const key of KEYS) view[key] = params.has(key) ? params.getAll(key).join(",") : rules.defaults[key];
    // A link without a nature is one of November; only the plain address lets the page choose.
    if (![...params.keys()].some((key) => key !== "lang")) view.nature = rules.plain_nature;
    return view;
  }

  function query(view, keys) {
    return (keys || KEYS)
      .filter((key) => (key === "lang" || key === "nature" || view[key] !== rules.defaults[key]) && view[key] !== "")
      .map((key) => key + "=" + encodeURIComponent(view[key]).replace(/%2C/g, ","))
      .join("&");
  }
  njia.query = () => query(njia.view);
  njia.queryOf = query;
  njia.read = read;

  /* Keys of the link that a part depends on; what a lens writes depends on less where its figures are in the frames,
     and the lines depend on the lens only where it draws its own. */
  function keysOf(part, view) {
    const own = rules.own[view.lens] || [];
    if (part === "lines" && rules.drawn.includes(view.lens)) return [...rules.parts.lines, "lens", ...own];
    if (part !== "question") return rules.parts[part];
    return rules.framed[view.lens] || [...rules.parts.question, ...own];
  }

  /* ---- the reducer ---- */

  function choose(view, key, value) {
    const after = { ...view, [key]: value },
      back = (keys) => keys.forEach((other) => (after[other] = rules.defaults[other]));
    if (value) back(rules.resets[key] || []);
    if (key === "lens")
      back(
        Object.values(rules.own)
          .flat()
          .filter((other) => !rules.own[value].includes(other)),
      );
    if (rules.years.includes(key) && Number(after.from) > Number(after.to)) after.from = after.to = value;
    if (!rules.crossed.length) return after;
    const part = after.from !== rules.defaults.from || after.to !== rules.defaults.to;
    if (rules.crossed.includes(key) && value)
      back([...rules.crossed.filter((other) => other !== key), "from", "to", "t"]);
    else if (rules.years.includes(key) && part) back(rules.crossed);
    return after;
  }
  njia.choose = (view, changes) => Object.keys(changes).reduce((so, key) => choose(so, key, changes[key]), view);

  /* A control's value as it stands in the link, and back. */
  function text(key, value) {
    if (!Array.isArray(value)) return value === null || value === undefined ? "" : String(value);
    return !value.length && key === "layers" ? "none" : value.join(",");
  }
  function value(key, view) {
    if (key === "period") return view.from + "-" + view.to;
    if (!rules.several.includes(key)) return view[key];
    return view[key] && view[key] !== "none" ? view[key].split(",") : [];
  }
  function changes(key, chosen) {
    if (key !== "period") return { [key]: text(key, chosen) };
    const [from, to] = chosen.split("-");
    return { from, to };
  }

  let written = null, // the link as it was last written or read here
    resting = 0, // timer: what the frames answered is not in the link yet
    replaced = true, // and will be no new step in the history
    last = { key: "", at: 0, base: null, again: false };

  const quick = (key) => last.key === key && Date.now() - last.at < QUICK;

  /* A control was changed; typing and arrows pass through values on the way, so they start again from where they
     began. */
  function controlled(view, { key, value: chosen }) {
    const again = quick(key) && last.base !== null && !rules.several.includes(key);
    last = { key, at: Date.now(), base: again ? last.base : view, again };
    return njia.choose(last.base, changes(key, chosen));
  }

  function acted(view, action) {
    last = { ...(action.rested ? last : { key: "", at: 0 }), base: null, again: Boolean(action.replace) };
    return action.search === undefined ? njia.choose(view, action.set) : read(action.search);
  }

  /* What happened: one control, an action, or a link; controls that have just been put up only wait for their
     values. */
  function event(values) {
    const ids = window.dash_clientside.callback_context.triggered.map((each) => each.prop_id);
    if (ids.includes("action.data")) return { kind: "action" };
    if (ids.includes("controls.children")) return { kind: "new" };
    const touched = ids.filter((id) => id.startsWith("{"));
    if (!touched.length) return { kind: "link" };
    const { key } = JSON.parse(touched[0].slice(0, touched[0].lastIndexOf(".")));
    return { kind: "control", key, value: values.find((each) => each.key === key).value };
  }

  /* Old link, controls and action → link, view, controls and questions; whatever stays is not written again. */
  function reduce(search, controls, action, children, view) {
    const listed = window.dash_clientside.callback_context.inputs_list[1] || [],
      values = listed.map((each, i) => ({ key: each.id.key, value: controls[i] }));
    const { kind, ...what } = event(values);
    let after = view ? njia.view : read(search), // the frames may have answered what Dash has not heard of yet
      url = same();
    if (kind === "control") after = controlled(after, what);
    else if (kind === "action") after = acted(after, action);
    else if (kind === "link" && view && search !== written) after = read(search);
    if (!view || kind === "link") {
      written = search;
      hears();
    } else if (kind !== "new" && !(kind === "action" && action.quiet) && query(after) !== query(read(written))) {
      hears();
      url = written = "?" + query(after);
      if (last.again) history.replaceState({}, "", location.pathname + url);
    }
    njia.view = after;
    follow(after);
    if (!view) setTimeout(() => window.dash_clientside.set_props("scope", { data: query(after, rules.alone) }));
    return [
      url,
      !view || query(view) !== query(after) ? after : same(),
      values.map((each) => {
        const wanted = value(each.key, after);
        return JSON.stringify(wanted) === JSON.stringify(each.value) ? same() : wanted;
      }),
      ...Object.keys(rules.parts).map((part) => njia.question(part, query(after, keysOf(part, after)))),
    ];
  }

  /* ---- what follows the view on the page: downloads, languages, the form that freezes it ---- */

  function lead(link, address) {
    if (link.getAttribute("href") !== address) link.href = address;
  }
  function follow(view) {
    const search = query(view);
    const table = query({ ...view, county: "" }); // the table of all counties; of one, the address names it alone
    for (const link of document.querySelectorAll("a[data-path]"))
      lead(link, link.dataset.path + "?" + (link.dataset.path.endsWith("/indicators.csv") ? table : search));
    for (const link of document.querySelectorAll(".languages a[hreflang]"))
      lead(link, location.pathname + "?" + query({ ...view, lang: link.hreflang }));
    const plain = query(view) === query(read("?lang=" + view.lang));
    for (const link of document.querySelectorAll(".site-pages a")) {
      const there = new URL(link.href);
      for (const key of ["nature", "from", "to", "county"]) {
        there.searchParams.delete(key);
        if (!plain && view[key] && (key === "nature" || view[key] !== rules.defaults[key]))
          there.searchParams.set(key, view[key]);
      }
      lead(link, there.pathname + there.search);
    }
    for (const field of document.querySelectorAll("#view input[data-key]")) field.value = view[field.dataset.key];
    for (const link of document.querySelectorAll("a[data-choose]")) {
      const set = JSON.parse(link.dataset.choose),
        now = view.t === rules.defaults.t && Object.keys(set).every((key) => view[key] === set[key]);
      if (now) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const tab of document.querySelectorAll(".questions a")) {
      const there = new URL(tab.href, location.href);
      if (there.pathname === location.pathname && read(there.search).lens === view.lens) tab.ariaCurrent = "page";
      else tab.removeAttribute("aria-current");
    }
    $("main").dataset.lens = view.lens;
    dress(view.lens);
    document.body.classList.toggle("has-choice", Boolean(view.county || (view.corridor && view.corridor !== "all")));
  }

  njia.follow = function () {
    follow(njia.view);
    // Dash may have put up what the hand had already left again.
    for (const radio of document.querySelectorAll("#controls .choice input"))
      if (FRAMED.includes(radio.name) && radio.value === njia.view[radio.name] && !radio.checked) radio.checked = true;
  };

  /* Style sheets of a lens come with it. */
  function dress(lens) {
    for (const href of njia.parts.styles[lens] || []) {
      if (document.querySelector('link[href="' + href + '"]')) continue;
      const sheet = document.createElement("link");
      Object.assign(sheet, { rel: "stylesheet", href });
      document.head.append(sheet);
    }
  }

  /* Dash has taken over: the form keeps the view in fields of its own, and what was not yet sent becomes a choice. */
  function unsent(form) {
    const before = {},
      after = {};
    for (const control of form.elements) {
      if (!control.name || !(control.name in rules.defaults) || control.type === "hidden") continue;
      const add = (into, on, value) => (into[control.name] = (into[control.name] || []).concat(on ? [value] : []));
      if (control.type === "checkbox" || control.type === "radio") {
        add(before, control.defaultChecked, control.value);
        add(after, control.checked, control.value);
      } else if (control.options) {
        const start = [...control.options].find((option) => option.defaultSelected) || control.options[0];
        add(before, true, start.value);
        add(after, true, control.value);
      }
    }
    const changed = {};
    for (const key of Object.keys(after))
      if (after[key].join(",") !== before[key].join(","))
        changed[key] = text(key, rules.several.includes(key) ? after[key] : after[key].join(","));
    return changed;
  }

  njia.takeOver = function () {
    if (njia.at === "ready") return;
    const form = $("view"),
      chosen = unsent(form),
      here =
        document.activeElement && document.activeElement.closest("[data-until-dash]") && document.activeElement.name;
    njia.at = "ready";
    document.body.classList.add("map-ready");
    for (const field of form.querySelectorAll("input[type=hidden]")) field.remove();
    for (const part of document.querySelectorAll("[data-until-dash]")) part.remove();
    for (const key of KEYS) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: key, value: njia.view[key] });
      field.dataset.key = key;
      form.append(field);
    }
    njia.note("");
    if (Object.keys(chosen).length) njia.act({ set: chosen });
    const again = here && document.querySelector('#controls [name="' + here + '"]');
    if (again) again.focus({ preventScroll: true });
    window.dispatchEvent(new Event("njia-ready"));
  };

  /* ---- actions: choices that no Dash control makes ---- */

  njia.act = (action) => window.dash_clientside.set_props("action", { data: { ...action, id: Math.random() } });
  /* What is in the frames is answered in the frame of the hand: time, measure, nature. Dash's round, and the link with
     it, follow when the hand rests or makes any other choice; steps of one key in quick succession are one. */
  njia.peek = function (set) {
    const [key] = Object.keys(set),
      again = quick(key);
    njia.view = njia.choose(njia.view, set);
    njia.paint();
    if (!resting) replaced = true;
    replaced = replaced && (again || key === "t");
    last = { key, at: Date.now(), base: null, again };
    clearTimeout(resting);
    resting = setTimeout(njia.rested, REST);
  };
  function hears() {
    clearTimeout(resting);
    resting = 0;
  }
  njia.rested = function () {
    hears();
    njia.act({ set: {}, rested: true, replace: replaced });
  };

  /* Measure and nature, where the frames have the answer: it is in the page before React hears of the hand. */
  function frameFirst(event) {
    const { type, name, value } = event.target;
    if (type !== "radio" || !FRAMED.includes(name) || !event.target.closest("#controls")) return;
    if (njia.at !== "ready" || !njia.framed()) return;
    event.stopPropagation();
    if (njia.view[name] !== value) njia.peek({ [name]: value });
  }
  document.addEventListener("click", frameFirst, true);
  let opener = null;
  njia.pick = function (key, chosen, focus) {
    njia.focusPanel = Boolean(focus);
    if (focus) opener = document.activeElement;
    njia.act({ set: { [key]: chosen } });
  };
  /* Closing brings the reader back to where the choice was made. */
  njia.close = function () {
    const inside = $("panel").contains(document.activeElement);
    njia.act({ set: { county: "", corridor: "" } });
    const back = [opener, $("find"), $("main")].find((each) => each && each.isConnected && each.checkVisibility());
    if (inside && back) back.focus({ preventScroll: back.id === "main" });
  };

  /* Every link to another view of this page is a choice: what it changes in the view it was written for (the page's
     own, or that of the panel's answer) is changed in the view of now. Other languages and datasets are other pages. */
  const born = read(location.search),
    LINKS = "main a[href], .questions a[href], .offcanvas a[href]";
  function chosenBy(link) {
    const there = new URL(link.href, location.href);
    const here = there.origin === location.origin && there.pathname === location.pathname;
    if (!here || link.getAttribute("href").startsWith("#")) return null;
    const to = read(there.search),
      from = link.closest("[data-of]") ? read(link.closest("[data-of]").dataset.of) : born;
    if (rules.alone.some((key) => to[key] !== njia.view[key])) return null;
    const whole = link.id === "reset" ? KEYS : KEYS.filter((key) => to[key] !== from[key] || key === about(link));
    return Object.fromEntries(whole.map((key) => [key, to[key]]));
  }
  /* The key that a link is about, which it sets even where the view it was written for had the same value. */
  function about(link) {
    if ("countyLink" in link.dataset) return "county";
    if ("corridorLink" in link.dataset) return "corridor";
    return link.closest(".questions") ? "lens" : "";
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest(LINKS);
    if (!link || njia.at !== "ready" || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented)
      return;
    const set = link.dataset.choose ? JSON.parse(link.dataset.choose) : chosenBy(link);
    if (!set) return;
    event.preventDefault();
    if ("close" in link.dataset) return njia.close();
    if (set.county || set.corridor) [njia.focusPanel, opener] = [true, document.activeElement];
    njia.goTo = link.hash.slice(1);
    njia.act({ set });
  });
  /* A form of a lens is a choice too: what it changes in the view it was written for. A form that asks in words of its
     own (two windows, a county by name) has the server say which view it means. */
  async function meant(form, query) {
    const answer = await fetch(form.action + "?" + query + "&as=link").catch(() => null);
    if (!answer || !answer.ok) return form.submit();
    njia.act(await answer.json());
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (njia.at !== "ready" || !form.closest("#lens-controls, #folds, #table-part")) return;
    const there = new URL(form.action, location.href),
      query = String(new URLSearchParams(new FormData(form)));
    if (form.method !== "get" || there.origin !== location.origin) return;
    if (there.pathname !== location.pathname && !("meant" in form.dataset)) return;
    event.preventDefault();
    if ("meant" in form.dataset) return void meant(form, query);
    const to = read("?" + query);
    const from = read(form.closest("[data-of]") ? form.closest("[data-of]").dataset.of : location.search);
    njia.act({ set: Object.fromEntries(KEYS.filter((key) => to[key] !== from[key]).map((key) => [key, to[key]])) });
  });
  /* A link that may be opened elsewhere or copied, or leads to another page, names nature and view of now. */
  function rename(event) {
    const link = njia.at === "ready" && event.target.closest && event.target.closest(LINKS);
    if (!link || link.dataset.choose) return;
    const there = new URL(link.href, location.href),
      set = chosenBy(link);
    if (set && event.type !== "click") {
      link.href = location.pathname + "?" + query(njia.choose(njia.view, set));
      link.dataset.of = query(njia.view);
    } else if (!set && there.origin === location.origin && there.searchParams.has("nature")) {
      there.searchParams.set("nature", njia.view.nature);
      link.href = there.pathname + there.search + there.hash;
    }
  }
  for (const kind of ["contextmenu", "auxclick", "click"]) document.addEventListener(kind, rename, true);
  /* The drawer hears Escape itself, but not while an answer is put into the page: one key is enough all the same. */
  function closeDrawer() {
    const button = document.querySelector(".offcanvas.show .btn-close");
    if (button) button.click();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || njia.at !== "ready") return;
    if (!$("tip").hidden) return void ($("tip").hidden = true);
    if (document.querySelector(".offcanvas.show")) return void setTimeout(closeDrawer, 150);
    if (event.target.matches("select")) return;
    if (event.target.id === "find" && event.target.value) return;
    if (document.body.classList.contains("has-choice")) njia.close();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    njia: {
      reduce,
      paint: (view, frames, words, question) => njia.show(view, frames, words, question),
      panel: (data) => njia.placePanel(data),
      strip: (strips, view) => njia.placeStrip(strips, view),
      drawer: (clicks, open) => {
        setTimeout(() => follow(njia.view));
        return clicks ? !open : same();
      },
    },
  });
})();
