// Small words for the document: listening for whatever is on the page now or swapped in later.

/** Calls `act` with the element that matches `selector` whenever `type` happens in it. */
export function on<K extends keyof DocumentEventMap>(
  type: K, selector: string, act: (element: HTMLElement, event: DocumentEventMap[K]) => void,
): void {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
    if (found) act(found, event);
  });
}

/** Calls `act` for every part of the page: the whole of it at first, then what HTMX brings. */
export function onContent(act: (part: ParentNode) => void): void {
  act(document);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target instanceof Element) act(event.target.parentElement ?? event.target);
  });
}

/** The page's language, one of the two there are figures for. */
export const language = (): "en" | "fr" => (document.documentElement.lang.startsWith("fr") ? "fr" : "en");
