// Small manners of forms: copy, select on focus, send on choice, warn before something is lost.
import { on } from "./page";

export function watchControls(): void {
  on("click", "[data-copy]", (button) => void copy(button));
  on("focusin", "[data-select]", (field) => {
    if (field instanceof HTMLInputElement) field.select();
  });
  on("change", "[data-submit]", (field) => {
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.form?.requestSubmit();
  });
  on("submit", "form[data-once]", (form, event) => {
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
  });
}

async function copy(button: HTMLElement): Promise<void> {
  const field = document.querySelector(button.dataset.copy ?? "");
  const text = field instanceof HTMLInputElement ? field.value : (field?.textContent ?? "");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS the browser has no clipboard for scripts: select it, so that Ctrl-C works.
    if (field instanceof HTMLInputElement) field.select();
    return;
  }
  const label = button.lastChild;
  if (label && button.dataset.done) label.textContent = button.dataset.done;
}
