// Goals moved by dragging one onto another: the drop sends the same form as the menu does.
const DRAGGED = "[data-goal]";
const PLACE = "[data-goal-drop]";

export function watchTree(): void {
  let moved: HTMLElement | null = null;

  document.addEventListener("dragstart", (event) => {
    moved = near(event, DRAGGED);
    if (!moved || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", moved.dataset.goal ?? "");
    moved.dataset.dragged = "";
    show(true);
  });
  document.addEventListener("dragover", (event) => {
    const place = near(event, PLACE);
    mark(place);
    if (moved && place && place !== moved) event.preventDefault();
  });
  document.addEventListener("dragend", () => {
    if (moved) delete moved.dataset.dragged;
    moved = null;
    mark(null);
    show(false);
  });
  document.addEventListener("drop", (event) => {
    const place = near(event, PLACE);
    if (!moved || !place || place === moved) return;
    event.preventDefault();
    send(moved, place.dataset.goalDrop ?? "");
  });
}

function near(event: Event, selector: string): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
}

/** Marks the place the goal would fall on. */
function mark(place: HTMLElement | null): void {
  for (const other of document.querySelectorAll<HTMLElement>("[data-over]")) delete other.dataset.over;
  if (place) place.dataset.over = "";
}

/** The place that takes a goal out of all others is there while one is being dragged. */
function show(isDragging: boolean): void {
  for (const form of document.querySelectorAll<HTMLElement>("[data-goal-move]")) form.hidden = !isDragging;
}

function send(goal: HTMLElement, to: string): void {
  const form = document.querySelector<HTMLFormElement>("form[data-goal-move]");
  const field = form?.elements.namedItem("to");
  if (!form || !(field instanceof HTMLInputElement)) return;
  field.value = to;
  form.action = form.action.replace(/\d+\/move\/$/, `${goal.dataset.goal}/move/`);
  form.submit();
}
