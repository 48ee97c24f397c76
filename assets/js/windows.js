/* The ready-made periods beside the year selects: the same change as by hand, so that nothing is loaded anew. */
(() => {
  "use strict";
  const form = document.getElementById("view");
  if (!form || !form.elements.from || form.elements.from.tagName !== "SELECT") return;
  const links = form.querySelectorAll(".windows a[data-from]");
  const mark = () => {
    const whole = !form.elements.t.value || form.elements.t.value === "all";
    for (const one of links) {
      const now = whole && one.dataset.from === form.elements.from.value && one.dataset.to === form.elements.to.value;
      if (now) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
  };
  form.addEventListener("click", (event) => {
    const link = event.target.closest(".windows a[data-from]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    form.elements.from.value = link.dataset.from;
    form.elements.to.value = link.dataset.to;
    form.elements.to.dispatchEvent(new Event("change", { bubbles: true }));
    mark();
  });
  form.addEventListener("change", () => setTimeout(mark, 0));
})();
