// Composing a board: cards are moved and made larger with the pointer or the arrow keys. The server keeps
// each change and says where every card stands then; the grid itself is drawn by the style sheet.
import { onGrid, type Place, slotsOf, standing, step } from "./board_grid";
import { on } from "./page";

interface Kept { version: number; cards: (Place & { key: string })[]; elsewhere?: string }

export function watchBoardEditing(): void {
  on("pointerdown", "[data-editing] [data-move], [data-editing] [data-resize]", (handle, event) => {
    if (event.button === 0) drag(handle, event);
  });
  on("keydown", "[data-editing] [data-move], [data-editing] [data-resize]", (handle, event) => {
    const slot = handle.closest<HTMLElement>(".slot");
    const to = slot && step(slot, event.key, event.shiftKey || handle.dataset.resize !== undefined);
    if (!slot || !to) return;
    event.preventDefault();
    void keep(slot, handle, to);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.target instanceof Element && event.target.matches("input, textarea, select")) return;
    const button = document.querySelector<HTMLButtonElement>(event.shiftKey ? "[data-redo]" : "[data-undo]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

function drag(handle: HTMLElement, start: PointerEvent): void {
  const slot = handle.closest<HTMLElement>(".slot"), grid = document.getElementById("board");
  if (!slot || !grid) return;
  start.preventDefault();
  handle.focus();
  handle.setPointerCapture(start.pointerId);
  const sizing = handle.dataset.resize !== undefined, from = standing(slot);
  const ghost = document.createElement("div");
  ghost.className = "ghost";
  grid.append(ghost);
  slot.classList.add("moving");
  const box = slot.getBoundingClientRect();
  let to = from;
  const follow = (event: PointerEvent): void => {
    const [dx, dy] = [event.clientX - start.clientX, event.clientY - start.clientY];
    const cells = onGrid(grid);
    if (sizing) {
      const end = cells.at(box.right + dx - 8, box.bottom + dy - 8);
      to = { ...from, w: Math.max(1, Math.min(12 - from.x, end.x - from.x + 1)), h: Math.max(1, end.y - cells.at(box.left + 8, box.top + 8).y + 1) };
    } else {
      const at = cells.at(box.left + dx + 24, box.top + dy + 24);
      to = { ...from, x: Math.max(0, Math.min(12 - from.w, at.x)), y: at.y };
      slot.style.transform = `translate(${dx}px, ${dy}px)`;
    }
    cells.show(ghost, to);
  };
  const end = (event: PointerEvent): void => {
    handle.removeEventListener("pointermove", follow);
    handle.removeEventListener("pointerup", end);
    handle.removeEventListener("pointercancel", end);
    ghost.remove();
    slot.classList.remove("moving");
    slot.style.transform = "";
    if (event.type === "pointerup" && JSON.stringify(to) !== JSON.stringify(from)) void keep(slot, handle, to);
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
}

// One change after the other: each is made to the version that the one before has left.
let waiting: Promise<void> = Promise.resolve();

function keep(slot: HTMLElement, handle: HTMLElement, to: Place): Promise<void> {
  waiting = waiting.then(() => send(slot, handle, to));
  return waiting;
}

async function send(slot: HTMLElement, handle: HTMLElement, to: Place): Promise<void> {
  const grid = document.getElementById("board");
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const numbers = { x: to.x + 1, y: to.y + 1, w: to.w, h: to.h, version: grid?.dataset.boardVersion ?? "" };
  try {
    const answer = await fetch(handle.dataset.place ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const kept = (await answer.json()) as Kept;
    if (kept.elsewhere) return location.assign(kept.elsewhere);
    arrange(kept);
  } catch {
    return location.reload();
  }
  handle.focus();
  const now = standing(slot), said = document.getElementById("board-said");
  const words = document.querySelector<HTMLElement>("[data-said-as]")?.dataset.saidAs ?? "";
  const values: Record<string, string | number> = { name: slot.dataset.label ?? "", x: now.x + 1, y: now.y + 1, w: now.w, h: now.h };
  if (said) said.textContent = words.replace(/\{(\w+)\}/g, (_, word: string) => String(values[word] ?? ""));
}

function arrange(kept: Kept): void {
  const grid = document.getElementById("board");
  if (!grid) return;
  if (grid.dataset.boardVersion !== String(kept.version)) {
    document.querySelector("[data-undo]")?.removeAttribute("disabled");
    document.querySelector("[data-undo]")?.removeAttribute("aria-disabled");
    document.querySelector("[data-redo]")?.setAttribute("disabled", "");
  }
  grid.dataset.boardVersion = String(kept.version);
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-version-of-form]")) field.value = String(kept.version);
  const slots = new Map(slotsOf(grid).map((slot) => [slot.dataset.key, slot]));
  for (const card of kept.cards) {
    const slot = slots.get(card.key);
    if (!slot) continue;
    slot.className = `slot x${card.x + 1} w${card.w} h${card.h}`;
    for (const name of ["x", "y", "w", "h"] as const) {
      slot.dataset[name] = String(card[name]);
      const field = slot.querySelector<HTMLInputElement>(`.numbers [name=${name}]`);
      if (field) field.value = String(card[name] + (name === "x" || name === "y" ? 1 : 0));
    }
    // The order of the page is the order of reading.
    grid.append(slot);
  }
}
