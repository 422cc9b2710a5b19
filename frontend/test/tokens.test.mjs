// The tokens keep their word: dark is the same twice, and every pair that meets has the contrast it needs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../css/tokens.css", import.meta.url), "utf8");

function colours(block) {
  const found = [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

function declarations(block) {
  return [...block.matchAll(/(--[\w-]+|color-scheme):\s*([^;]+);/g)].map(([, name, value]) => `${name}: ${value}`);
}

function block(start) {
  const from = css.indexOf("{", css.indexOf(start)) + 1;
  return css.slice(from, css.indexOf("}", from));
}

const light = colours(block(":root {"));
const chosen = block(':root[data-theme="dark"]');
const dark = { ...light, ...colours(chosen) };

function luminance(hex) {
  const parts = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
  const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["paper", "surface", "sunken"];
const pairs = [
  ...["ink", "ink-2", "ink-3", "accent"].flatMap((ink) => grounds.map((ground) => [ink, ground, 4.5])),
  ["on-accent", "accent", 4.5], ["on-accent", "accent-strong", 4.5], ["accent", "accent-tint", 4.5],
  ...["good", "risk", "bad", "none"].flatMap((status) => [
    [status, `${status}-tint`, 4.5], [status, "surface", 4.5], [status, "paper", 4.5],
  ]),
  ...["accent", "good-fill", "risk-fill", "bad-fill", "control"].map((fill) => [fill, "surface", 3]),
  ["paper", "ink", 4.5],
];

test("dark chosen and dark followed from the system are the same", () => {
  assert.deepEqual(declarations(block(':root:not([data-theme="light"])')), declarations(chosen));
});

for (const [theme, tokens] of [["light", light], ["dark", dark]]) {
  for (const [front, back, least] of pairs) {
    test(`${theme}: ${front} on ${back} has ${least}:1`, () => {
      assert.ok(contrast(tokens[front], tokens[back]) >= least, contrast(tokens[front], tokens[back]).toFixed(2));
    });
  }
}
