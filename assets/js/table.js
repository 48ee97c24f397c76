/* A click anywhere in a column's heading sorts the table; an arrow and `aria-sort` say which way. A figure of 0 stands
   above “no report”, and both stand apart: the cell's data-sort says where. Needs neither Dash nor the server. */
(function () {
  "use strict";
  let sorted = null; // what the reader asked for: {at, down}

  function sort(table) {
    const { at, down } = sorted,
      head = table.tHead.rows[0].cells[at],
      number = head.dataset.kind === "number";
    const worth = (row) => (number ? Number(row.cells[at].dataset.sort) : row.cells[at].textContent.trim());
    const rows = [...table.tBodies[0].rows].sort((a, b) =>
      number ? worth(a) - worth(b) : worth(a).localeCompare(worth(b)),
    );
    if (down) rows.reverse();
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    if (rows.some((row, i) => table.tBodies[0].rows[i] !== row)) table.tBodies[0].append(...rows);
  }

  document.addEventListener("click", (event) => {
    const head = event.target.closest("#table thead th");
    if (!head) return;
    const now = head.getAttribute("aria-sort"),
      down = now ? now === "ascending" : head.dataset.kind === "number";
    sorted = { at: head.cellIndex, down };
    sort(head.closest("table"));
  });

  /* Another table has come. */
  window.njia.sortForget = function () {
    sorted = null;
  };

  /* Other figures have come into the table: it keeps its order. */
  window.njia.sortAgain = function () {
    const table = document.getElementById("table");
    const head = table && sorted && table.tHead.rows[0].cells[sorted.at];
    if (head && head.dataset.kind === "number") sort(table);
  };
})();
