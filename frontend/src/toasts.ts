// Short news at the foot of the page. Good news leaves by itself, bad news waits to be closed.
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
}

function leave(toast: HTMLElement): void {
  if (toast.matches(":hover, :focus-within")) setTimeout(() => leave(toast), STAYS);
  else toast.remove();
}
