// What each kind of chart is to the one that draws it: its options, and the marks a reader can go to.
import type { Language } from "../format";
import type { Option } from "./axis";
import { type Scatter, scatterOption } from "./scatter";
import { type Several, severalOption } from "./series";
import type { Tokens } from "./tokens";
import { type Trend, trendOption } from "./trend";

/** One mark: what its tooltip says, and where it is by the chart's own values. */
export interface Mark { text: string; lines: string[]; at: [number, number] }
export interface Model {
  option(tokens: Tokens, language: Language, width: number): Option;
  marks: Mark[];
  free: boolean; // found by both coordinates, not by the nearest step
}

export function modelOf(kind: string, source: string): Model {
  if (kind === "trend") return trendModel(JSON.parse(source) as Trend);
  if (kind === "scatter") return scatterModel(JSON.parse(source) as Scatter);
  return severalModel(JSON.parse(source) as Several);
}

function trendModel(trend: Trend): Model {
  return {
    option: (tokens, language, width) => trendOption(trend, tokens, language, width),
    marks: trend.points.map((point, i) => ({ text: point.text, lines: [point.name, ...point.detail], at: [i, point.value ?? 0] })),
    free: false,
  };
}

function severalModel(given: Several): Model {
  const mark = (name: string, i: number): Mark => {
    const top = Math.max(0, ...given.series.map((layer) => layer.values[i] ?? 0));
    const lines = given.series.filter((layer) => layer.values[i] !== null).map((layer) => `${layer.name}: ${layer.texts[i]}`);
    return { text: given.whole[i] ? `${name}: ${given.whole[i]}` : name, lines: lines.reverse(), at: [i, top] };
  };
  return {
    option: (tokens, language, width) => severalOption(given, tokens, language, width),
    marks: given.names.map(mark),
    free: false,
  };
}

function scatterModel(given: Scatter): Model {
  const points = [...given.points].sort((a, b) => a.x - b.x || a.y - b.y);
  return {
    option: (tokens, language) => scatterOption(given, tokens, language),
    marks: points.map((point) => ({ text: point.text, lines: point.detail, at: [point.x, point.y] })),
    free: true,
  };
}
