// What every page loads: HTMX, dialogs, toasts, the palette and the keys. Charts come when needed.
import htmx from "htmx.org";

export { htmx };
