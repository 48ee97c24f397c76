/* The form is the view and the link is the form: reads controls into the address, and the address into controls.
   Kind, measure, year and layers are repainted here at once; everything else asks the server through Dash. */
(function () {
  "use strict";
  const njia = window.njia;
  const form = document.getElementById("view");
  const defaults = JSON.parse(form.getAttribute("data-defaults"));
  const LENS = new Set(["nature", "measure", "t", "layers", "extent"]);
  const SEVERAL = new Set(["form", "nationality", "confidence", "outcome", "suspects", "sex", "age", "role", "layers"]);
  /* What the page holds of filters, view and lines, and what the view needs now; each named by its query string. */
  let held = {},
    want = {},
    asked = "{}";

  function values() {
    const found = {};
    for (const key of Object.keys(defaults)) found[key] = "";
    for (const [key, value] of new FormData(form))
      if (key in found) found[key] = found[key] ? found[key] + "," + value : value;
    if (!found.layers) found.layers = "none";
    return found;
  }

  function query(found, skip) {
    const params = [];
    for (const key of Object.keys(defaults)) {
      if (skip && skip.has(key)) continue;
      if ((key === "lang" || key === "nature" || found[key] !== defaults[key]) && found[key] !== "")
        params.push(key + "=" + encodeURIComponent(found[key]).replace(/%2C/g, ","));
    }
    return params.join("&");
  }
  njia.query = () => query(values());

  function wanted(found) {
    return {
      filters: query(found, new Set([...LENS, "county", "corridor", "grade"])),
      view: query(found, new Set(["layers", "extent", "measure", "t"])),
      lines: query({
        ...defaults,
        corridor: found.corridor,
        grade: found.grade,
        rule: found.rule,
        lang: found.lang,
        county: found.county,
        role: found.role,
      }),
    };
  }

  /* One question for everything not held yet, one answer; what is on its way is not asked twice. */
  function ask(found) {
    if (!njia.ready) return;
    want = wanted(found);
    const question = {};
    for (const part of Object.keys(want)) if (want[part] !== held[part]) question[part] = want[part];
    if (JSON.stringify(question) === asked) return;
    asked = JSON.stringify(question);
    if (asked === "{}") return;
    if ("view" in question) question.held = document.getElementById("panel").dataset.key;
    window.dash_clientside.set_props("question", { data: question });
  }

  /* A late answer to an earlier question is not shown. */
  njia.answer = function (data) {
    const news = (part) => part in data && data[part] === want[part];
    if (news("filters")) {
      held.filters = data.filters;
      njia.receive(data.frames);
    }
    if (news("view")) {
      if (!njia.panel(data.panel)) {
        delete held.view;
        asked = "";
        ask(values());
        return;
      }
      held.view = data.view;
    }
    if (news("lines")) {
      held.lines = data.lines;
      njia.traces(data.drawn);
    }
  };

  function summaries() {
    for (const group of form.querySelectorAll("details.group")) {
      const chosen = [...group.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
      const said = group.querySelector(".said");
      said.textContent = chosen.length ? chosen.join(", ") : said.dataset.any;
    }
  }

  /* Downloads and the other language follow the view. */
  function downloads(search) {
    for (const link of document.querySelectorAll("a[data-path]")) link.href = link.dataset.path + "?" + search;
    for (const link of document.querySelectorAll(".languages a[hreflang]")) {
      const params = new URLSearchParams(search);
      params.set("lang", link.hreflang);
      link.href = location.pathname + "?" + params.toString().replace(/%2C/g, ",");
    }
  }

  njia.commit = function (how) {
    const found = values(),
      search = query(found);
    const address = location.pathname + "?" + search;
    if (address !== location.pathname + location.search)
      history[how === "replace" ? "replaceState" : "pushState"]({}, "", address);
    downloads(search);
    ask(found);
    if (njia.applied) njia.applied(found);
  };

  function restore() {
    const params = new URLSearchParams(location.search);
    const plain = ![...params.keys()].some((key) => key !== "lang");
    for (const key of Object.keys(defaults)) {
      const given = params.has(key) ? params.getAll(key).join(",") : defaults[key];
      const text = plain && key === "nature" ? form.dataset.nature : given;
      const parts = SEVERAL.has(key) ? text.split(",") : [text];
      for (const control of form.querySelectorAll('[name="' + key + '"]')) {
        if (control.type === "checkbox") control.checked = parts.includes(control.value);
        else if (control.type === "radio") control.checked = control.value === text;
        else control.value = text;
      }
    }
    summaries();
    njia.paint();
    const found = values();
    downloads(query(found));
    ask(found);
    if (njia.applied) njia.applied(found);
  }

  /* Keys typed into a list, or arrows in a group, pass through values on the way: they are one step in the history,
     and a year that was pulled along by one of them goes back. */
  let last = { key: "", at: 0 },
    pulled = null;
  function years(key) {
    const [one, other] =
      key === "from" ? [form.elements.from, form.elements.to] : [form.elements.to, form.elements.from];
    if (pulled && pulled.by === key) {
      other.value = pulled.value;
      pulled = null;
    }
    if (Number(form.elements.from.value) > Number(form.elements.to.value)) {
      pulled = { by: key, value: other.value };
      other.value = one.value;
    }
    form.elements.t.value = "all";
  }
  form.addEventListener("focusout", () => {
    pulled = null;
  });

  form.addEventListener("submit", (event) => {
    if (!event.submitter || !event.submitter.hasAttribute("formaction")) event.preventDefault();
  });
  form.addEventListener("change", (event) => {
    const key = event.target.name;
    if (!key || !(key in defaults)) return;
    if (event.target.dataset.one !== undefined && event.target.value) {
      // a caseload crosses one choice more, over the whole period
      for (const other of form.querySelectorAll("select[data-one]")) if (other !== event.target) other.value = "";
      for (const one of ["from", "to", "t"]) form.elements[one].value = defaults[one];
      document.getElementById("period").value = defaults.from + "-" + defaults.to;
    }
    if (key === "from" || key === "to") years(key);
    if (SEVERAL.has(key)) summaries();
    if (key === "corridor") {
      form.elements.county.value = "";
    }
    if (key === "nature" || key === "measure") njia.paint();
    if (key === "measure") njia.settleTrend();
    const now = Date.now(),
      again = key === last.key && now - last.at < 900 && event.target.type !== "checkbox";
    last = { key, at: now };
    const commit = () => njia.commit(again ? "replace" : "push");
    if (key === "nature" || key === "measure") setTimeout(commit, 80);
    else commit(); // the picture first
  });

  const period = document.getElementById("period");
  if (period)
    period.addEventListener("change", () => {
      [form.elements.from.value, form.elements.to.value] = period.value.split("-");
      form.elements.t.value = "all";
      if (period.value !== defaults.from + "-" + defaults.to)
        for (const one of form.querySelectorAll("select[data-one]")) one.value = "";
      njia.commit();
    });
  const slider = document.getElementById("slider"),
    play = document.getElementById("play");
  let settle = 0,
    timer = 0;
  function toFrame(index) {
    form.elements.t.value = njia.data.frames[index];
    njia.paint();
  }
  slider.addEventListener("input", () => {
    toFrame(Number(slider.value));
    clearTimeout(settle);
    settle = setTimeout(() => njia.commit("replace"), 400);
  });
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
    play.querySelector(".word").textContent = njia.fixed.words.play;
    play.firstElementChild.textContent = "▶";
    njia.commit("replace");
  }
  play.addEventListener("click", () => {
    if (timer) {
      stop();
      return;
    }
    play.setAttribute("aria-pressed", "true");
    play.querySelector(".word").textContent = njia.fixed.words.stop;
    play.firstElementChild.textContent = "■";
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let index = Number(slider.value) >= njia.data.frames.length - 1 ? 1 : Math.max(1, Number(slider.value) + 1);
    toFrame(index);
    timer = setInterval(
      () => {
        index += 1;
        if (index >= njia.data.frames.length) {
          stop();
          return;
        }
        toFrame(index);
      },
      calm ? 2500 : 1100,
    );
  });

  let opener = null;
  njia.choose = function (key, value, focus) {
    form.elements[key].value = value;
    if (key === "county" && value) form.elements.corridor.value = "";
    if (key === "corridor" && value) form.elements.county.value = "";
    njia.focusPanel = Boolean(focus);
    if (focus) opener = document.activeElement;
    njia.commit();
  };

  /* Closing brings the reader back to where the choice was made. */
  function close() {
    const inside = document.getElementById("panel").contains(document.activeElement);
    form.elements.county.value = "";
    form.elements.corridor.value = "";
    njia.commit();
    const back = [opener, document.getElementById("find"), document.getElementById("main")].find(
      (one) => one && one.isConnected && one.checkVisibility(),
    );
    if (inside) back.focus({ preventScroll: back.id === "main" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const tip = document.getElementById("tip");
    if (!tip.hidden) {
      tip.hidden = true;
      return;
    }
    if (event.target.matches("select") || (event.target.id === "find" && event.target.value)) return;
    if (document.body.classList.contains("has-choice")) close();
  });

  const find = document.getElementById("find"),
    said = document.getElementById("find-said");
  function search() {
    const text = find.value.trim();
    said.textContent = "";
    if (!text) return;
    const key = text
      .toLowerCase()
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/\bcounty\b|\bkaunti( ya)?\b/g, "")
      .replace(/[^a-z0-9]/g, "");
    const pcode = njia.fixed.spellings[key];
    if (pcode) {
      find.value = "";
      njia.choose("county", pcode, true);
      return;
    }
    fetch("/api/v1/find?q=" + encodeURIComponent(text) + "&lang=" + document.documentElement.lang)
      .then((answer) => answer.json())
      .then((answer) => {
        if (answer.pcode) {
          find.value = "";
          njia.choose("county", answer.pcode, true);
          return;
        }
        said.textContent = answer.said;
      });
  }
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      search();
    }
  });
  find.addEventListener("change", search);

  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState({}, "", location.pathname + "?lang=" + defaults.lang);
    restore();
  });
  document.getElementById("copy").addEventListener("click", () => {
    navigator.clipboard.writeText(location.origin + location.pathname + "?" + njia.query()).then(() => {
      document.getElementById("copied").textContent = njia.fixed.words.copied;
    });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-county-link],[data-corridor-link],[data-close],[data-extent]");
    if (!link || event.ctrlKey || event.metaKey) return;
    if (link.dataset.countyLink) {
      event.preventDefault();
      njia.choose("county", link.dataset.countyLink, true);
    } else if (link.dataset.corridorLink) {
      event.preventDefault();
      njia.choose("corridor", link.dataset.corridorLink, true);
    } else if ("close" in link.dataset) {
      event.preventDefault();
      close();
    } else if (link.dataset.extent) {
      form.elements.extent.value = link.dataset.extent;
      njia.commit();
    }
  });
  window.addEventListener("popstate", restore);

  /* Column headings sort the table; the heading says so to a screen reader. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#table th button");
    if (!button) return;
    const head = button.closest("th"),
      table = head.closest("table"),
      body = table.tBodies[0];
    const down =
      (head.getAttribute("aria-sort") !== "descending" && head.dataset.kind === "number") ||
      head.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const at = [...head.parentElement.children].indexOf(head),
      number = head.dataset.kind === "number";
    const worth = (row) => {
      const cell = row.children[at];
      return number ? Number(cell.dataset.sort) : cell.textContent;
    };
    const rows = [...body.rows].sort((a, b) => {
      const x = worth(a),
        y = worth(b);
      return number ? x - y : x.localeCompare(y);
    });
    if (down) rows.reverse();
    body.append(...rows);
  });

  /* Dash calls the store's setter only once it is up; the page already holds this view, so nothing is asked again. */
  njia.start = function () {
    const found = values();
    held = { ...wanted(found), lines: "" };
    njia.ready = true;
    njia.settleTrend();
    ask(found);
  };
  const filters = document.getElementById("filters");
  addEventListener("click", (event) => {
    if (filters.open && !filters.contains(event.target)) filters.open = false;
  });
  filters.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !filters.open) return;
    filters.open = false;
    filters.querySelector("summary").focus();
  });
  document.body.classList.toggle("has-choice", Boolean(form.elements.county.value || form.elements.corridor.value));
})();
