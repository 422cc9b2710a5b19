// Axes with round ends and at most five lines, the unit on the top tick only.
import { type Language, type Unit, parts } from "../format";
import type { Tokens } from "./tokens";

export type Option = Record<string, unknown>;
interface Scale { min: number; max: number; interval: number }
export const NARROW = 480;

/** An axis that holds all the values; from zero, or from the round value below the least. */
export function scaleOf(known: number[], fromZero: boolean, unit: Unit): Scale {
  const high = Math.max(...known, 0);
  const low = fromZero ? Math.min(0, ...known) : Math.min(...known, high);
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const interval = unit === "seconds" ? clockStep(rough) : roundStep(rough, unit);
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval || interval, interval };
}

function roundStep(rough: number, unit: Unit): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  if (unit === "count" && power <= 1) return [1, 2, 5, 10].find((step) => step >= rough) ?? 10; // no half of one
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= rough) ?? 10) * power;
}

const DAY = 86400;
const CLOCK = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, DAY];

/** Minutes and hours are round by clocks, days by tens. */
const clockStep = (rough: number): number => CLOCK.find((step) => step >= rough) ?? DAY * roundStep(rough / DAY, "days");

/** Charts of figures that add up start at zero; rates and durations may not. */
export const startsAtZero = (unit: Unit): boolean => unit === "count" || unit === "currency";

export function axisLabel(value: number, top: number, unit: Unit, currency: string, language: Language): string {
  const given = Number(value.toPrecision(12));
  let [text, after] = parts(given, unit, language, currency, true);
  if (unit === "ratio") text = text.replace(/[.,]0$/, "");
  if (!["ratio", "days", "months", "multiple"].includes(unit)) return text + after;
  return value > top - (top || 1) * 1e-9 ? text + after : text;
}

const labelText = (tokens: Tokens): Option => (
  { color: tokens.ink3, fontFamily: tokens.font, fontSize: tokens.small }
);

/** A value axis: hairlines, no frame. */
export function valueAxis(scale: Scale, unit: Unit, currency: string, tokens: Tokens, language: Language): Option {
  return {
    type: "value", ...scale,
    axisLine: { show: false }, axisTick: { show: false },
    splitLine: { lineStyle: { color: tokens.line } },
    axisLabel: { ...labelText(tokens), formatter: (value: number) => axisLabel(value, scale.max, unit, currency, language) },
  };
}

/** The periods below a chart, fewer of them where it is narrow. */
export function periodAxis(labels: string[], tokens: Tokens, narrow: boolean, gap: boolean): Option {
  return {
    type: "category", boundaryGap: gap, data: labels,
    axisLine: { show: false }, axisTick: { show: false },
    axisLabel: { ...labelText(tokens), margin: 12, hideOverlap: true, interval: narrow ? Math.ceil(labels.length / 5) : "auto" },
  };
}
