// The palette: pages and KPIs by a few letters. Its list is fetched when it is first opened.
import { on } from "./page";

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Starts the palette and returns what opens it. */
export function watchPalette(): () => void {
  const dialog = document.getElementById("palette");
  if (!(dialog instanceof HTMLDialogElement)) return () => undefined;
  const field = dialog.querySelector("input");
  const list = dialog.querySelector<HTMLElement>("[role=listbox]");
  if (!field || !list) return () => undefined;

  const open = (): void => {
    if (dialog.open) return;
    dialog.showModal();
    field.value = "";
    void fill(list).then(() => narrow(list, field));
  };
  on("click", "[data-palette-open]", open);
  field.addEventListener("input", () => narrow(list, field));
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(list, field, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      list.querySelector<HTMLElement>("[aria-selected=true]")?.click();
    }
  });
  return open;
}

async function fill(list: HTMLElement): Promise<void> {
  if (list.dataset.filled !== undefined || !list.dataset.from) return;
  const answer = await fetch(list.dataset.from, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  list.innerHTML = await answer.text();
  list.dataset.filled = "";
}

const options = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=option]")];

function narrow(list: HTMLElement, field: HTMLInputElement): void {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  for (const option of options(list)) {
    const text = plain(`${option.textContent} ${option.dataset.words ?? ""}`);
    option.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of list.querySelectorAll<HTMLElement>("[role=group]")) {
    group.hidden = !group.querySelector("[role=option]:not([hidden])");
    group.append(...options(group).sort(nearest(words.join(" "))));
  }
  const shown = options(list).filter((option) => !option.hidden);
  const none = list.parentElement?.querySelector<HTMLElement>(".none");
  if (none) none.hidden = shown.length > 0 || list.dataset.filled === undefined;
  choose(list, field, shown[0]);
}

/** Names that begin with what was typed come first, then those with a word that does. */
function nearest(typed: string): (one: HTMLElement, other: HTMLElement) => number {
  const far = (option: HTMLElement): number => {
    const place = ` ${plain(option.textContent.trim())}`.indexOf(` ${typed}`);
    return place < 0 ? 2 : Math.min(place, 1);
  };
  const first = (option: HTMLElement): number => Number(option.id.split("-").at(-1));
  return (one, other) => far(one) - far(other) || first(one) - first(other);
}

function move(list: HTMLElement, field: HTMLInputElement, step: number): void {
  const shown = options(list).filter((option) => !option.hidden);
  const now = shown.findIndex((option) => option.ariaSelected === "true");
  choose(list, field, shown[(now + step + shown.length) % shown.length]);
}

function choose(list: HTMLElement, field: HTMLInputElement, chosen: HTMLElement | undefined): void {
  for (const option of options(list)) option.ariaSelected = String(option === chosen);
  chosen?.scrollIntoView({ block: "nearest" });
  if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
  else field.removeAttribute("aria-activedescendant");
}
