// Finds the charts of a page and fetches ECharts, in a chunk of its own, only if there is one.
import { onContent } from "../page";

export function watchCharts(): void {
  onContent((part) => {
    const places = [...part.querySelectorAll<HTMLElement>("[data-chart]:not([data-drawn])")];
    if (!places.length) return;
    for (const place of places) place.dataset.drawn = "";
    void import("./draw").then(({ draw }) => {
      for (const place of places) draw(place);
    });
  });
}
