// Files: dropped on <label data-drop> or chosen; the form is sent at once and its progress shown.
import { on } from "./page";

export function watchUploads(): void {
  for (const type of ["dragover", "dragleave", "drop"] as const) {
    on(type, "[data-drop]", (zone, event) => {
      event.preventDefault();
      zone.toggleAttribute("data-over", type === "dragover");
      const input = zone.querySelector<HTMLInputElement>("input[type=file]");
      if (type !== "drop" || !input || !event.dataTransfer?.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  document.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total } = (event as CustomEvent<{ loaded: number; total: number }>).detail;
    const bar = (event.target as Element).querySelector<HTMLProgressElement>("progress[data-upload]");
    if (!bar || !total) return;
    bar.closest<HTMLElement>("[hidden]")?.removeAttribute("hidden");
    bar.max = total;
    bar.value = loaded;
  });
}
