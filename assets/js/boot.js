/* Runs before Dash: says where the plotting bundle lives and keeps Plotly from asking anyone for a base map. */
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  /* Dash's renderer writes the address of the full bundle here when it starts: ours stays. */
  if (root.dataset.plotly)
    Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => root.dataset.plotly, set: () => {} });
  window.PlotlyConfig = { MathJaxConfig: "local" };
  window.PlotlyGeoAssets = { topojson: {} };
  window.njia = {};
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    njia: {
      answer: function (data) {
        if (data && window.njia.answer) window.njia.answer(data);
        return "";
      },
    },
  });
})();
