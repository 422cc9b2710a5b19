// The trend of one KPI as ECharts options. Four strokes, one meaning each: solid is fact, long dashes
// what it is compared with, round dots the target, short dashes to a hollow point what is unfinished.
import type { Language, Unit } from "../format";
import { NARROW, type Option, periodAxis, scaleOf as scale, startsAtZero, valueAxis } from "./axis";
import { parted } from "./parted";
import type { Tokens } from "./tokens";

export interface Point {
  label: string; name: string; value: number | null; text: string; detail: string[];
  low: number | null; high: number | null; before: number | null; few: boolean;
}
export interface Trend {
  points: Point[]; unit: Unit; currency: string; open: boolean; target: number | null;
  ends: Record<string, string>; file: string;
}

export function trendOption(trend: Trend, tokens: Tokens, language: Language, width: number): Option {
  const narrow = width < NARROW;
  const { points } = trend;
  const last = points.length - 1;
  const solid = points.map((point, i) => (trend.open && i === last ? null : point.value));
  const open = points.map((point, i) => (trend.open && i >= last - 1 ? point.value : null));
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: tokens.font },
    grid: { left: 4, right: narrow ? 14 : 128, top: 14, bottom: 8, containLabel: true },
    xAxis: periodAxis(points.map((point) => point.label), tokens, narrow, false),
    yAxis: valueAxis(scaleOf(trend), trend.unit, trend.currency, tokens, language),
    series: [
      band(points, tokens),
      {
        ...line(points.map((point) => point.before), tokens.control, 1.5), z: 3, symbol: "none",
        lineStyle: { color: tokens.control, width: 1.5, type: [6, 4] },
      },
      {
        ...line(solid, tokens.accent, 2), z: 5, symbol: "circle", symbolSize: points.length > 40 ? 0 : 7,
        itemStyle: { color: tokens.accent, borderColor: tokens.surface, borderWidth: 2 },
        markLine: target(trend, tokens),
      },
      {
        ...line(open, tokens.accent, 2), z: 6, symbol: "circle",
        symbolSize: (_: unknown, at: { dataIndex: number }) => (at.dataIndex === last ? 9 : 0),
        lineStyle: { color: tokens.accent, width: 2, type: [3, 4] },
        itemStyle: { color: tokens.surface, borderColor: tokens.accent, borderWidth: 2 },
      },
      ...(narrow ? [] : ends(trend, tokens)),
    ],
  };
}

const line = (data: (number | null)[], color: string, width: number): Option => ({
  type: "line", data, silent: true, connectNulls: false, showAllSymbol: true,
  lineStyle: { color, width, cap: "round", join: "round" },
});

function target(trend: Trend, tokens: Tokens): Option | undefined {
  if (trend.target === null) return undefined;
  return {
    silent: true, symbol: "none", animation: false, label: { show: false },
    lineStyle: { color: tokens.ink, width: 2, type: [0, 5], cap: "round" },
    data: [{ yAxis: trend.target }],
  };
}

interface Api {
  value(dimension: number): number;
  coord(at: [number, number]): [number, number];
}

/** The interval as one area between its ends; a gap in the data is a gap in the area. */
function band(points: Point[], tokens: Tokens): Option {
  const runs: [number, number][] = [];
  points.forEach((point, i) => {
    if (point.low === null || point.high === null) return;
    const run = runs.at(-1);
    if (run && run[1] === i - 1) run[1] = i;
    else runs.push([i, i]);
  });
  return {
    type: "custom", silent: true, z: 1, data: runs, encode: { x: [0, 1], y: [] },
    renderItem: (_: unknown, api: Api) => {
      const part = points.slice(api.value(0), api.value(1) + 1);
      const at = (value: number, i: number): [number, number] => api.coord([api.value(0) + i, value]);
      const upper = part.map((point, i) => at(point.high ?? 0, i));
      const lower = part.map((point, i) => at(point.low ?? 0, i)).reverse();
      return { type: "polygon", shape: { points: [...upper, ...lower] }, style: { fill: tokens.accent, opacity: 0.11 } };
    },
  };
}

/** Each stroke named at the line's end, parted when they would stand on one another. */
function ends(trend: Trend, tokens: Tokens): Option[] {
  const last = trend.points.length - 1;
  const final = trend.points[last];
  const named: [string, number | null | undefined, string, number][] = [
    ["fact", final?.value, tokens.accent, 600],
    ["target", trend.target, tokens.ink, 600],
    ["before", final?.before, tokens.ink3, 400],
  ];
  const shown = named.filter((end): end is [string, number, string, number] => (
    trend.ends[end[0]] !== undefined && typeof end[1] === "number"
  ));
  return [{
    type: "custom", silent: true, z: 7, data: [last], encode: { x: 0, y: [] },
    renderItem: (_: unknown, api: Api) => {
      const places = shown.map(([, value]) => api.coord([last, value]));
      const heights = parted(places.map(([, y]) => y), tokens.small * 1.4);
      return {
        type: "group",
        children: shown.map(([name, , fill, weight], i) => ({
          type: "text", x: (places[i]?.[0] ?? 0) + 14, y: heights[i],
          style: { text: trend.ends[name], fill, font: `${weight} ${tokens.small}px ${tokens.font}`, verticalAlign: "middle" },
        })),
      };
    },
  }];
}

/** An axis that holds everything drawn. */
function scaleOf(trend: Trend): ReturnType<typeof scale> {
  const values = trend.points.flatMap((point) => [point.value, point.low, point.high, point.before]);
  const known = [...values, trend.target].filter((value): value is number => value !== null);
  return scale(known, startsAtZero(trend.unit), trend.unit);
}
