// Layers of a stack, or several lines, over time. The last step, when it is not over, is hatched, or
// goes in short dashes to a hollow point.
import type { Language, Unit } from "../format";
import { NARROW, type Option, periodAxis, scaleOf, startsAtZero, valueAxis } from "./axis";
import type { Tokens } from "./tokens";

interface Layer { name: string; colour: string; values: (number | null)[]; texts: string[]; few: boolean[] }
export interface Several {
  kind: "stacked" | "lines"; unit: Unit; currency: string; open: boolean;
  labels: string[]; names: string[]; series: Layer[]; whole: string[];
}

export function severalOption(given: Several, tokens: Tokens, language: Language, width: number): Option {
  const narrow = width < NARROW;
  const stacked = given.kind === "stacked";
  const known = stacked ? given.names.map((_, i) => sum(given.series.map((layer) => layer.values[i] ?? 0)))
    : given.series.flatMap((layer) => layer.values.filter((value): value is number => value !== null));
  const scale = scaleOf(known, stacked || startsAtZero(given.unit), given.unit);
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: tokens.font },
    grid: { left: 4, right: 14, top: 14, bottom: 8, containLabel: true },
    xAxis: periodAxis(given.labels, tokens, narrow, stacked),
    yAxis: valueAxis(scale, given.unit, given.currency, tokens, language),
    series: stacked ? given.series.map((layer) => column(layer, given, tokens))
      : given.series.flatMap((layer) => lines(layer, given, tokens)),
  };
}

const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0);

function column(layer: Layer, given: Several, tokens: Tokens): Option {
  const color = tokens.category(layer.colour);
  const last = given.names.length - 1;
  const hatched = {
    color, borderColor: color,
    decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2.5, 2.5], rotation: Math.PI / 4, color: tokens.surface },
  };
  return {
    type: "bar", stack: "all", silent: true, barMaxWidth: 44, barCategoryGap: "28%",
    itemStyle: { color, borderColor: tokens.surface, borderWidth: 1 },
    data: layer.values.map((value, i) => (given.open && i === last ? { value, itemStyle: hatched } : value)),
  };
}

/** The finished part, and apart from it the step that is not over. */
function lines(layer: Layer, given: Several, tokens: Tokens): Option[] {
  const color = tokens.category(layer.colour);
  const last = layer.values.length - 1;
  const point = (value: number | null, i: number): Option => ({
    value, itemStyle: layer.few[i] ? { color: tokens.surface, borderColor: color, borderWidth: 1.5 } : {},
  });
  const plain = {
    type: "line", silent: true, connectNulls: false, showAllSymbol: true, symbol: "circle",
    itemStyle: { color, borderColor: tokens.surface, borderWidth: 1.5 },
  };
  const solid = layer.values.map((value, i) => point(given.open && i === last ? null : value, i));
  const open = layer.values.map((value, i) => point(given.open && i >= last - 1 ? value : null, i));
  return [
    { ...plain, symbolSize: layer.values.length > 40 ? 0 : 6, data: solid, lineStyle: { color, width: 2, cap: "round", join: "round" } },
    ...(given.open ? [{
      ...plain, data: open, lineStyle: { color, width: 2, type: [3, 4] },
      symbolSize: (_: unknown, at: { dataIndex: number }) => (at.dataIndex === last ? 8 : 0),
      itemStyle: { color: tokens.surface, borderColor: color, borderWidth: 2 },
    }] : []),
  ];
}
