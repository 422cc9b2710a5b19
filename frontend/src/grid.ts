// The grid of targets as a spreadsheet: arrows, Enter, Tab, Esc, copy and paste; sums as one types.
// Without it the grid is a form of fields, and the server adds up.

const GRID = "table[data-grid]";
const BEFORE = new WeakMap<HTMLInputElement, string>();

export function watchGrid(): void {
  document.addEventListener("change", goTo);
  document.addEventListener("focusin", begin);
  document.addEventListener("keydown", move);
  document.addEventListener("input", typed);
  document.addEventListener("paste", paste);
  document.addEventListener("copy", copy);
  showNow();
}

/** Where not all months fit, the first beside the names is that of a cell to put right, else the running one. */
function showNow(): void {
  const wrong = document.querySelector<HTMLElement>(`${GRID} [aria-invalid]`)?.closest("td");
  const now = wrong ?? document.querySelector<HTMLElement>(`${GRID} th[aria-current]`);
  const box = now?.closest<HTMLElement>(".scroll");
  const names = now?.parentElement?.firstElementChild;
  if (!now || !box || !(names instanceof HTMLElement)) return;
  box.scrollLeft = now.offsetLeft - names.offsetWidth;
}

/** A choice of KPI or year shows its grid at once; its button is for those without a script. */
function goTo(event: Event): void {
  const field = event.target;
  if (field instanceof HTMLSelectElement && field.matches("[data-go]")) field.form?.requestSubmit();
}

function cellOf(target: EventTarget | null): HTMLInputElement | null {
  return target instanceof HTMLInputElement && target.closest(GRID) ? target : null;
}

function begin(event: Event): void {
  const cell = cellOf(event.target);
  if (!cell) return;
  if (!BEFORE.has(cell)) BEFORE.set(cell, cell.value);
  cell.dataset.entered = cell.value;
  cell.select();
}

/** The cells that can be written in, row by row. */
function rowsOf(cell: HTMLInputElement): HTMLInputElement[][] {
  const rows = cell.closest(GRID)?.querySelectorAll<HTMLTableRowElement>("tr[data-row]") ?? [];
  return [...rows]
    .map((row) => [...row.querySelectorAll<HTMLInputElement>("input.g")])
    .filter((row) => row.length > 0);
}

function placeOf(cell: HTMLInputElement, rows: HTMLInputElement[][]): [number, number] {
  const row = rows.findIndex((one) => one.includes(cell));
  return [row, rows[row]?.indexOf(cell) ?? -1];
}

function move(event: KeyboardEvent): void {
  const cell = cellOf(event.target);
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    cell.value = cell.dataset.entered ?? cell.value;
    mark(cell);
    addUp(cell);
    cell.select();
    event.preventDefault();
    return;
  }
  const rows = rowsOf(cell);
  const [row, column] = placeOf(cell, rows);
  const steps: Record<string, [number, number]> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Enter: event.shiftKey ? [-1, 0] : [1, 0],
  };
  const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  if (whole || (event.key === "ArrowLeft" && cell.selectionEnd === 0)) steps.ArrowLeft = [0, -1];
  const atEnd = cell.selectionStart === cell.value.length;
  if (whole || (event.key === "ArrowRight" && atEnd)) steps.ArrowRight = [0, 1];
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  rows[row + step[0]]?.[column + step[1]]?.focus();
}

function typed(event: Event): void {
  const cell = cellOf(event.target);
  if (!cell) return;
  mark(cell);
  addUp(cell);
}

/** Changed cells are marked; what is no number is said to be none, as the server will. */
function mark(cell: HTMLInputElement): void {
  cell.classList.toggle("changed", cell.value !== (BEFORE.get(cell) ?? cell.defaultValue));
  const isBad = cell.value.trim() !== "" && read(cell.value, cell) === null;
  if (isBad) cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
}

function paste(event: ClipboardEvent): void {
  const cell = cellOf(event.target);
  const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!cell || !text || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const rows = rowsOf(cell);
  const [row, column] = placeOf(cell, rows);
  let kept = 0;
  let lost = 0;
  text.split("\n").forEach((line, down) => {
    line.split("\t").forEach((value, across) => {
      const place = rows[row + down]?.[column + across];
      if (!place) {
        lost += 1;
        return;
      }
      if (!BEFORE.has(place)) BEFORE.set(place, place.value);
      place.value = value.trim();
      mark(place);
      kept += 1;
    });
  });
  addUp(cell);
  const table = cell.closest<HTMLElement>(GRID);
  const words = (lost ? table?.dataset.cut : table?.dataset.pasted) ?? "";
  say(words.replace("%(kept)s", String(kept)).replace("%(lost)s", String(lost)));
}

/** With nothing selected inside a cell, its whole row is copied: months parted by tabs. */
function copy(event: ClipboardEvent): void {
  const cell = cellOf(document.activeElement);
  if (!cell || cell.selectionStart !== cell.selectionEnd) return;
  const row = rowsOf(cell).find((one) => one.includes(cell)) ?? [];
  event.clipboardData?.setData("text/plain", row.map((one) => one.value).join("\t"));
  event.preventDefault();
}

function say(text: string): void {
  const place = document.querySelector("[data-grid-said]");
  if (place) place.textContent = text;
}

const SCALES: Record<string, number> = { k: 1e3, m: 1e6, md: 1e9, bn: 1e9 };

/** The number of a text by the same rules as the server; null when it is none. */
function read(text: string, inside: Element): number | null {
  const mark_ = inside.closest<HTMLElement>(GRID)?.dataset.decimal ?? ".";
  const bare = text.replace(/[\s\u00a0\u202f\u2009'’€$£%]/g, "").toLowerCase();
  const found = /^([\d.,]+)(k|md|bn|m)?$/.exec(bare);
  if (!found?.[1]) return null;
  let digits = found[1];
  const marks = digits.match(/[.,]/g) ?? [];
  const last = marks[marks.length - 1];
  if (new Set(marks).size === 2) digits = digits.replaceAll(last === "," ? "." : ",", "");
  else if (marks.length > 1) digits = digits.replaceAll(last ?? "", "");
  else if (mark_ === "." && /^[1-9]\d{0,2},\d{3}$/.test(digits)) digits = digits.replace(",", "");
  else if (mark_ === "," && /^[1-9]\d{0,2}\.\d{3}$/.test(digits)) return null;
  const value = Number(digits.replace(",", "."));
  return Number.isFinite(value) ? value * (SCALES[found[2] ?? ""] ?? 1) : null;
}

function write(value: number | null, table: HTMLElement): string {
  if (value === null) return "";
  const language = document.documentElement.lang.startsWith("fr") ? "fr-FR" : "en-GB";
  const text = new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(value);
  return text.replace("-", "\u2212") || table.title;
}

/** What one row says in one month, typed or fixed. */
function valueAt(row: HTMLElement, key: string): number | null {
  const place = row.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!place) return null;
  return read(place instanceof HTMLInputElement ? place.value : (place.dataset.fixed ?? ""), row);
}

function sum(values: (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length ? Math.round(known.reduce((a, b) => a + b, 0) * 1e6) / 1e6 : null;
}

/** Totals and differences anew; the rules are those of the server (`adding.py`). */
function addUp(cell: HTMLInputElement): void {
  const table = cell.closest<HTMLElement>(GRID);
  if (!table?.querySelector("[data-total]")) return;
  const rows = new Map<string, HTMLElement>();
  for (const row of table.querySelectorAll<HTMLElement>("tr[data-row]"))
    rows.set(row.dataset.row ?? "", row);
  const keys = [...(rows.values().next().value?.querySelectorAll<HTMLElement>("[data-key]") ?? [])]
    .map((one) => one.dataset.key ?? "");
  const inside = (id: string, key: string): number | null => {
    const parts = rows.get(id)?.dataset.parts?.split(" ") ?? [];
    return sum(parts.map((part) => {
      const row = rows.get(part);
      return row ? (valueAt(row, key) ?? inside(part, key)) : null;
    }));
  };
  for (const [id, row] of rows) {
    const months = keys.map((key) => valueAt(row, key));
    for (const total of row.querySelectorAll<HTMLElement>("[data-total]")) {
      const name = total.dataset.total ?? "";
      const first = name === "year" ? 0 : (Number(name.slice(1)) - 1) * 3;
      const end = name === "year" || first >= 9 ? keys.length : first + 3;
      total.textContent = write(sum(months.slice(first, end)), table);
    }
    const adds = table.querySelector<HTMLElement>(`[data-adds="${CSS.escape(id)}"]`);
    if (!adds) continue;
    const below = keys.map((key) => inside(id, key));
    for (const place of adds.querySelectorAll<HTMLElement>("[data-sum]")) {
      const at = keys.indexOf(place.dataset.sum ?? "");
      const parts = at < 0 ? sum(below) : (below[at] ?? null);
      const own = at < 0 ? sum(months) : (months[at] ?? null);
      show(place, parts, own, table);
    }
  }
}

function show(place: HTMLElement, parts: number | null, own: number | null, table: HTMLElement) {
  const text = document.createElement("span");
  text.textContent = write(parts, table);
  const apart = parts === null || own === null ? 0 : Math.round((parts - own) * 1e6) / 1e6;
  const bold = document.createElement("b");
  bold.className = apart < 0 ? "apart short" : "apart";
  bold.textContent = `${apart > 0 ? "+" : ""}${write(apart, table)}`;
  place.replaceChildren(...(apart ? [text, bold] : [text]));
}
