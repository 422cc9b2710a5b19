// Dialogs opened by a button: <button data-dialog="id">, closed by data-close, Escape or the scrim.
import { on } from "./page";

export function watchDialogs(): void {
  on("click", "[data-dialog]", (button) => {
    const dialog = document.getElementById(button.dataset.dialog ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  });
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
  on("click", "dialog", (dialog, event) => {
    if (event.target === dialog && dialog instanceof HTMLDialogElement) dialog.close();
  });
}
