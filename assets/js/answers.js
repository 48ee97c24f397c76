/* What each part of the page was asked and what it holds; and what is done where an answer does not come: the view goes
   back to the last one that was answered, so that figures and link agree, and the page says so. */
(function () {
  "use strict";
  const njia = window.njia,
    rules = njia.parts.rules;
  const PART_OF = { "frames.data": "frames", "map-graph.figure": "lines", "panel-part.data": "panel" };
  PART_OF["strip-part.data"] = "strip";
  PART_OF["question-part.data"] = "question";
  const PLACE = {
    frames: "#map, #sentence, #legend, #table-part",
    lines: "#map-graph",
    panel: "#panel",
    strip: "#trend-graph",
  };
  PLACE.question = "#map, #sentence, #legend, #table-part";
  const asked = {}, // part → question its answer is wanted for
    sent = {}, // part → question as Dash's store holds it
    holds = {}; // part → question whose answer stands on the page
  let open = 0,
    failed = false,
    good = null, // the view whose parts were all answered
    told = null; // the view that stands after one that was not, and the note says so

  const mine = () => Object.keys(rules.parts);
  const brought = (part, query) =>
    part === "panel" ||
    (part === "question" && njia.view.lens in rules.framed) ||
    (part === "lines" && query === njia.queryOf(rules.defaults, rules.parts.lines));

  /* The question for a part, or no update where its answer is here or on its way. The page itself brings the panel of
     its link and the corridors of the plain address. A question that failed is told apart when it is asked again. */
  njia.question = function (part, query) {
    if (part === "question" && njia.broughtQuestion === undefined) njia.broughtQuestion = query;
    if (holds[part] === undefined && asked[part] === undefined && brought(part, query))
      asked[part] = holds[part] = query;
    if (asked[part] === query) return window.dash_clientside.no_update;
    asked[part] = query;
    sent[part] = sent[part] === query ? query + "&" : query;
    return sent[part];
  };

  function partOf(options) {
    try {
      return PART_OF[JSON.parse(options.body).output] || "";
    } catch {
      return "";
    }
  }

  function settle(part, query, fine) {
    open -= 1;
    if (fine) holds[part] = query;
    else failed = true;
    for (const element of document.querySelectorAll(PLACE[part] || "none"))
      element.classList.toggle("stale", holds[part] !== asked[part]);
    if (open) return;
    document.body.classList.remove("asking");
    if (!failed) {
      good = njia.queryOf(njia.view);
      if (njia.at === "ready" && good !== told) forget();
      return;
    }
    failed = false;
    if (njia.at === "ready") goBack(njia.queryOf(njia.view));
    else njia.blocked();
  }

  function forget() {
    told = null;
    njia.note("");
  }
  function goBack(wanted) {
    for (const part of mine()) asked[part] = holds[part];
    if (good !== null && wanted !== good) njia.act({ search: "?" + good, replace: true });
    told = good;
    njia.note(navigator.onLine ? "failed" : "offline", () => {
      forget();
      njia.act({ search: "?" + wanted });
    });
  }

  const plain = window.fetch;

  /* What the page's link asks of the server is known before Dash is here: it is asked at once, and Dash's own question
     finds its answer on the way. An early question that fails is asked again. */
  const early = {}; // output → its question and the answer
  function askAhead(output, outputs, input, query) {
    const { requests_pathname_prefix: root } = JSON.parse(document.getElementById("_dash-config").textContent),
      body = { output, outputs, inputs: [{ id: input, property: "data", value: query }] };
    body.changedPropIds = [input + ".data"];
    const headers = { Accept: "application/json", "Content-Type": "application/json" },
      options = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = plain.call(window, root + "_dash-update-component", options).catch(() => null);
    early[output] = { query, answer };
  }
  function fetched(address, options) {
    const { output, inputs } = JSON.parse(options.body),
      begun = early[output];
    delete early[output];
    if (!begun || begun.query !== inputs[0].value) return plain.call(window, address, options);
    return begun.answer.then((answer) => (answer && answer.ok ? answer : plain.call(window, address, options)));
  }
  const view = njia.read(location.search),
    place = (id, property) => ({ id, property });
  askAhead("frames.data", place("frames", "data"), "ask-frames", njia.queryOf(view, rules.parts.frames));
  askAhead("strip-part.data", place("strip-part", "data"), "ask-strip", njia.queryOf(view, rules.parts.strip));
  const put = [place("controls", "children"), place("words", "data")];
  askAhead("..controls.children...words.data..", put, "scope", njia.queryOf(view, rules.alone));

  window.fetch = function (address, options) {
    if (!String(address).includes("/_dash-update-component")) return plain.call(window, address, options);
    const answer = fetched(address, options);
    const part = partOf(options),
      query = asked[part];
    open += 1;
    document.body.classList.add("asking");
    answer.then(
      (response) => settle(part, query, response.ok),
      () => settle(part, query, false),
    );
    return answer;
  };
})();
