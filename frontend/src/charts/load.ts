// Finds the charts of a page and fetches ECharts, in a chunk of its own, only if there is one.
import { on, onContent } from "../page";

export function watchCharts(): void {
  onContent((part) => {
    const places = [...part.querySelectorAll<HTMLElement>("[data-chart]:not([data-drawn])")];
    if (!places.length) return;
    for (const place of places) place.dataset.drawn = "";
    void import("./draw").then(({ draw }) => {
      for (const place of places) draw(place);
    });
  });
  on("click", "[data-png]", (button) => {
    const place = document.getElementById(button.dataset.png ?? "");
    if (place) void import("./png").then(({ save }) => save(place, button.dataset.name ?? "kpilot"));
  });
  on("click", "[data-sort]", (button) => sort(button.closest("th")));
}

/** Orders a table's rows by the column of `head`; numbers largest first, then the other way. */
function sort(head: HTMLTableCellElement | null): void {
  const body = head?.closest("table")?.tBodies[0];
  if (!head || !body) return;
  const down = head.ariaSort ? head.ariaSort !== "descending" : head.classList.contains("num");
  for (const other of head.parentElement?.querySelectorAll("th") ?? []) other.ariaSort = null;
  head.ariaSort = down ? "descending" : "ascending";
  const column = head.cellIndex;
  const raw = (row: HTMLTableRowElement): string => row.cells[column]?.dataset.value ?? row.cells[column]?.textContent ?? "";
  const isNumber = head.classList.contains("num");
  const way = down ? -1 : 1;
  const ordered = [...body.rows].sort((a, b) => {
    const [one, two] = [raw(a), raw(b)];
    if (!isNumber) return way * one.localeCompare(two);
    if (!one || !two) return Number(!one) - Number(!two);
    return way * (Number(one) - Number(two));
  });
  body.append(...ordered);
}
