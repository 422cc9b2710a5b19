// Keys that work everywhere: Ctrl/⌘-K palette, / search, ? help, arrows in tables.

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));

export function watchKeys(openPalette: () => void): void {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      event.preventDefault();
      const field = document.querySelector<HTMLInputElement>("[data-search]");
      if (field) field.focus();
      else openPalette();
    } else if (event.key === "?") {
      const help = document.getElementById("keys");
      if (help instanceof HTMLDialogElement) help.showModal();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      alongRows(event);
    }
  });
}

function alongRows(event: KeyboardEvent): void {
  const row = event.target instanceof Element ? event.target.closest("tbody tr") : null;
  let next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
  while (next && !next.querySelector("a, button")) {
    next = event.key === "ArrowDown" ? next.nextElementSibling : next.previousElementSibling;
  }
  const link = next?.querySelector<HTMLElement>("a, button");
  if (!link) return;
  event.preventDefault();
  link.focus();
}
