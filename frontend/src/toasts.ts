// Short news at the foot of the page. Good news leaves by itself, bad news waits to be closed; a part of
// the page that could not be brought is bad news in the server's own words.
import { on, onContent } from "./page";

const STAYS = 6000;

export function watchToasts(): void {
  on("click", "[data-toast-close]", (button) => button.closest("[data-toast]")?.remove());
  onContent((part) => {
    for (const toast of part.querySelectorAll<HTMLElement>("[data-toast]:not(.bad, [data-seen])")) {
      toast.dataset.seen = "";
      setTimeout(() => leave(toast), STAYS);
    }
  });
  const place = document.querySelector<HTMLElement>("#toasts");
  if (!place) return;
  document.addEventListener("htmx:sendError", () => tell(place, place.dataset.unreachable ?? ""));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-card]")) return; // says so itself
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    tell(place, said(xhr.responseText) || (place.dataset.unreachable ?? ""));
  });
}

function leave(toast: HTMLElement): void {
  if (toast.matches(":hover, :focus-within")) setTimeout(() => leave(toast), STAYS);
  else toast.remove();
}

/** Shows bad news once, however often it comes. */
function tell(place: HTMLElement, words: string): void {
  const mould = place.querySelector<HTMLTemplateElement>("template");
  const known = [...place.querySelectorAll("[data-toast] > span")].some((one) => one.textContent === words);
  if (!mould || known) return;
  const toast = mould.content.cloneNode(true) as DocumentFragment;
  toast.querySelector("span")?.append(words);
  place.append(toast);
}

/** The heading and the sentence of an error's page. */
function said(page: string): string {
  const main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
  const words = [main?.querySelector("h1"), main?.querySelector("h1 ~ p")];
  return words.map((one) => one?.textContent?.trim()).filter(Boolean).join(". ");
}
