// Points by two values: solid where they rest on enough, hollow where they do not.
import type { Language, Unit } from "../format";
import { type Option, scaleOf, startsAtZero, valueAxis } from "./axis";
import type { Tokens } from "./tokens";

interface Axis { name: string; unit: Unit; currency: string }
interface Spot { x: number; y: number; text: string; detail: string[]; few: boolean }
export interface Scatter { kind: "scatter"; x: Axis; y: Axis; points: Spot[] }

export function scatterOption(given: Scatter, tokens: Tokens, language: Language): Option {
  const axis = (one: Axis, values: number[]): Option => (
    valueAxis(scaleOf(values, startsAtZero(one.unit), one.unit), one.unit, one.currency, tokens, language)
  );
  const crowd = given.points.length > 60;
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: tokens.font },
    grid: { left: 4, right: 18, top: 14, bottom: 8, containLabel: true },
    xAxis: { ...axis(given.x, given.points.map((point) => point.x)), splitLine: { show: false } },
    yAxis: axis(given.y, given.points.map((point) => point.y)),
    series: [{
      type: "scatter", silent: true, symbolSize: crowd ? 7 : 11,
      data: given.points.map((point) => ({
        value: [point.x, point.y],
        itemStyle: point.few ? { color: tokens.surface, borderColor: tokens.control, borderWidth: 1.5 }
          : { color: tokens.accent, opacity: crowd ? 0.6 : 0.85 },
      })),
    }],
  };
}
