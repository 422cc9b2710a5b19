// Draws the charts of a page, and again when its colours or size change; keys, pointer and PNG.
import { language } from "../page";
import { echarts } from "./engine";
import { type Model, modelOf } from "./models";
import { onTheme, tokens } from "./tokens";

type Chart = ReturnType<typeof echarts.init>;
const drawn = new Map<HTMLElement, Chart>();

/** Draws what `place` describes in its data-trend, an attribute because HTMX takes scripts out. */
export function draw(place: HTMLElement): void {
  const source = place.dataset.trend;
  if (!source) return;
  const model = modelOf(place.dataset.chart ?? "", source);
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  place.append(canvas);
  const chart = echarts.init(canvas);
  drawn.set(place, chart);
  forget();
  const paint = (): void => {
    if (!place.isConnected) return;
    chart.resize();
    chart.setOption(model.option(tokens(), language(), place.clientWidth), true);
  };
  new ResizeObserver(paint).observe(place);
  onTheme(paint);
  void document.fonts.ready.then(paint);
  follow(place, chart, model);
}

/** The chart in `place` as the address of an image; "" when there is none. */
export function imageOf(place: HTMLElement): string {
  const chart = drawn.get(place);
  return chart ? chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: tokens().surface }) : "";
}

/** Charts that a swap has taken from the page. */
function forget(): void {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    chart.dispose();
    drawn.delete(place);
  }
}

function follow(place: HTMLElement, chart: Chart, { marks, free }: Model): void {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.role = "status";
  const cursor = document.createElement("div");
  cursor.className = free ? "cursor ring" : "cursor";
  cursor.hidden = true;
  place.append(cursor, tip);
  let at = free ? 0 : marks.length - 1;
  const pixel = (index: number): [number, number] => {
    const [x = 0, y = 0] = chart.convertToPixel({ gridIndex: 0 }, marks[index]?.at ?? [0, 0]) as number[];
    return [x, y];
  };
  const show = (index: number): void => {
    at = Math.max(0, Math.min(marks.length - 1, index));
    const mark = marks[at];
    if (!mark) return;
    const [x, y] = pixel(at);
    tip.replaceChildren(element("b", mark.text), ...mark.lines.map((line) => element("span", line)));
    tip.hidden = cursor.hidden = false;
    cursor.style.left = `${x}px`;
    if (free) cursor.style.top = `${y}px`;
    tip.style.left = `${Math.max(0, Math.min(place.clientWidth - tip.offsetWidth, x - tip.offsetWidth / 2))}px`;
    const above = y - tip.offsetHeight - 14;
    tip.style.top = `${above < 0 ? y + 14 : above}px`;
  };
  const hide = (): void => {
    tip.hidden = cursor.hidden = true;
  };
  const nearest = (x: number, y: number): number => {
    if (!free) return Math.round((chart.convertFromPixel({ gridIndex: 0 }, [x, 10]) as number[])[0] ?? at);
    const far = marks.map((_, i) => Math.hypot(pixel(i)[0] - x, pixel(i)[1] - y));
    return far.indexOf(Math.min(...far));
  };
  place.addEventListener("pointermove", (event) => {
    const box = place.getBoundingClientRect();
    show(nearest(event.clientX - box.left, event.clientY - box.top));
  });
  place.addEventListener("pointerleave", hide);
  place.addEventListener("blur", hide);
  place.addEventListener("focus", () => show(at));
  place.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    else if (event.key === "ArrowRight") show(at + 1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(marks.length - 1);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
