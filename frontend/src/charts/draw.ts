// Draws the charts of a page, and again when its colours or size change; keys, pointer and PNG.
import { language, on } from "../page";
import { echarts } from "./engine";
import { onTheme, tokens } from "./tokens";
import { type Trend, trendOption } from "./trend";

type Chart = ReturnType<typeof echarts.init>;
const drawn = new Map<HTMLElement, Chart>();

/** Draws what `place` describes in its data-trend, an attribute because HTMX takes scripts out. */
export function draw(place: HTMLElement): void {
  const source = place.dataset.trend;
  if (!source) return;
  const trend = JSON.parse(source) as Trend;
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  place.append(canvas);
  const chart = echarts.init(canvas);
  drawn.set(place, chart);
  const paint = (): void => {
    chart.resize();
    chart.setOption(trendOption(trend, tokens(), language(), place.clientWidth), true);
  };
  new ResizeObserver(paint).observe(place);
  onTheme(paint);
  void document.fonts.ready.then(paint);
  follow(place, chart, trend);
}

function follow(place: HTMLElement, chart: Chart, trend: Trend): void {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.role = "status";
  const cursor = document.createElement("div");
  cursor.className = "cursor";
  cursor.hidden = true;
  place.append(cursor, tip);
  let at = trend.points.length - 1;
  const show = (index: number): void => {
    at = Math.max(0, Math.min(trend.points.length - 1, index));
    const point = trend.points[at];
    if (!point) return;
    const [x = 0, y = 0] = chart.convertToPixel({ gridIndex: 0 }, [at, point.value ?? 0]) as number[];
    tip.replaceChildren(strong(point.text), ...[point.name, ...point.detail].map(paragraph));
    tip.hidden = cursor.hidden = false;
    cursor.style.left = `${x}px`;
    tip.style.left = `${Math.min(place.clientWidth - tip.offsetWidth, Math.max(0, x - tip.offsetWidth / 2))}px`;
    const above = y - tip.offsetHeight - 14;
    tip.style.top = `${above < 0 ? y + 14 : above}px`;
  };
  const hide = (): void => {
    tip.hidden = cursor.hidden = true;
  };
  place.addEventListener("pointermove", (event) => {
    const x = event.clientX - place.getBoundingClientRect().left;
    const found = chart.convertFromPixel({ gridIndex: 0 }, [x, 10]) as number[];
    show(Math.round(found[0] ?? at));
  });
  place.addEventListener("pointerleave", hide);
  place.addEventListener("blur", hide);
  place.addEventListener("focus", () => show(at));
  place.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    else if (event.key === "ArrowRight") show(at + 1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(trend.points.length - 1);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });
}

function strong(text: string): HTMLElement {
  const element = document.createElement("b");
  element.textContent = text;
  return element;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

on("click", "[data-png]", (button) => {
  const place = document.getElementById(button.dataset.png ?? "");
  const chart = place && drawn.get(place);
  if (!place || !chart) return;
  const link = document.createElement("a");
  link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: tokens().surface });
  link.download = `${button.dataset.name ?? "kpilot"}.png`;
  link.click();
});
