// The browser writes figures exactly as the server does: one table of cases for both.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as format from "../src/format.ts";

const cases = JSON.parse(readFileSync(new URL("../../tests/core/format_cases.json", import.meta.url)));
const calls = {
  number: format.number,
  decimal: (value, language, digits) => format.decimal(value, language, digits),
  percent: format.percent,
  points: format.points,
  money: format.money,
  money_short: format.moneyShort,
  figure: (value, unit, language) => format.figure(value, unit, language, "EUR"),
  figure_short: (value, unit, language) => format.figure(value, unit, language, "EUR", true),
  change: format.change,
  interval: format.interval,
};

for (const [name, given, expected] of cases) {
  test(`${name}(${given.join(", ")})`, () => assert.equal(calls[name](...given), expected));
}
