// A board that is open: choices on the bar and in the cards change every card in place, each keeping its
// old figures until the new ones are there; a card that fails says so; the wall screen goes on by itself.
import htmx from "htmx.org";
import { on } from "./page";

export function watchBoard(): void {
  on("click", "#figures .board a, .bar a", (link, event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || !(link instanceof HTMLAnchorElement)) return;
    const to = samePage(link.href);
    if (!to) return;
    event.preventDefault();
    void choose(to, true);
  });
  on("submit", ".bar form", (form, event) => {
    if (!(form instanceof HTMLFormElement) || form.method !== "get") return;
    const to = samePage(`${form.action.split("?")[0]}?${new URLSearchParams(pairs(form)).toString()}`);
    if (!to) return;
    event.preventDefault();
    void choose(to, true);
  });
  window.addEventListener("popstate", () => { if (board()) void choose(location.href, false); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const place = event.target instanceof HTMLElement && event.target.closest<HTMLElement>("[data-card]");
    if (!place) return;
    const failed = place.parentElement?.querySelector<HTMLElement>(".card-failed");
    const { successful, xhr } = (event as CustomEvent<{ successful: boolean; xhr: XMLHttpRequest }>).detail;
    if (failed) failed.hidden = successful || xhr.status === 304;
  });
  on("click", "[data-pause]", (button) => pause(button));
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target instanceof Element && event.target.closest<HTMLElement>(".menu[open]");
    closeMenus(null);
    if (menu) menu.querySelector<HTMLElement>("summary")?.focus();
  });
  rotate();
}

/** Closes every open menu but the one that holds `inside`. */
function closeMenus(inside: EventTarget | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!(inside instanceof Node) || !menu.contains(inside)) menu.open = false;
  }
}

const board = (): HTMLElement | null => document.getElementById("board");

/** The address when it is this board's under other words, else "". */
function samePage(address: string): string {
  const to = new URL(address, location.href);
  if (!board() || to.pathname !== location.pathname || to.hash) return "";
  for (const word of ["edit", "mode", "every", "with"]) {
    if (to.searchParams.has(word)) continue;
    for (const value of new URLSearchParams(location.search).getAll(word)) to.searchParams.append(word, value);
  }
  return to.href;
}

function pairs(form: HTMLFormElement): [string, string][] {
  return [...new FormData(form)].map(([name, value]) => [name, String(value)]);
}

async function choose(address: string, remember: boolean): Promise<void> {
  let fresh: Document;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (remember) history.pushState(null, "", answer.url);
  } catch {
    location.assign(address);
    return;
  }
  const next = new Map([...fresh.querySelectorAll<HTMLElement>("#board [data-key]")].map((slot) => [slot.id, slot]));
  if (!next.size && board()?.childElementCount) return location.reload();
  for (const place of [".bar", "#board-notes", ".board-head", ".edit-bar"]) {
    const [old, now] = [document.querySelector(place), fresh.querySelector(place)];
    if (!old || !now) continue;
    const brought = document.importNode(now, true);
    old.replaceWith(brought);
    htmx.process(brought);
  }
  for (const slot of board()?.querySelectorAll<HTMLElement>("[data-key]") ?? []) {
    const [old, now] = [slot.querySelector<HTMLElement>("[data-card]"),
      next.get(slot.id)?.querySelector<HTMLElement>("[data-card]")];
    const href = now?.getAttribute("hx-get");
    if (!old || !href) continue;
    old.setAttribute("hx-get", href);
    // A card that was never scrolled to still waits for that; the others ask at once.
    const isShown = !old.querySelector(".waiting");
    if (isShown) old.setAttribute("hx-trigger", "card-asks, new-figures from:body");
    htmx.process(old);
    if (isShown) htmx.trigger(old, "card-asks", {});
  }
}

let resting = false;

function pause(button: HTMLElement): void {
  resting = !resting;
  button.setAttribute("aria-pressed", String(resting));
  button.textContent = (resting ? button.dataset.off : button.dataset.on) ?? "";
}

function rotate(): void {
  const page = document.querySelector<HTMLElement>("[data-then]");
  const every = Number(page?.dataset.every) * 1000;
  if (!page || !every) return;
  let left = every;
  window.setInterval(() => {
    if (!resting && !document.hidden) left -= 250;
    // What is higher than the wall is shown a screen at a time.
    const screens = Math.ceil(document.documentElement.scrollHeight / window.innerHeight);
    const at = Math.min(screens - 1, Math.floor(((every - left) / every) * screens));
    if (!resting) window.scrollTo({ top: at * window.innerHeight });
    if (left > 0) return;
    left = every;
    location.assign(page.dataset.then ?? "");
  }, 250);
}
