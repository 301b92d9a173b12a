// Sorts the table of questions by the column whose head is pressed: numbers as numbers.
const table = document.getElementById("questions");
const heads = [...table.querySelectorAll("th")];
heads.forEach((head, column) =>
  head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [row.cells[column].textContent, row]);
    rows.sort(([a], [b]) => {
      const [x, y] = [parseFloat(a), parseFloat(b)];
      const order = isNaN(x) || isNaN(y) ? a.localeCompare(b, "en") : x - y;
      return down ? -order : order;
    });
    body.append(...rows.map(([, row]) => row));
  }),
);
