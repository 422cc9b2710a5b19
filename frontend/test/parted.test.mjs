// Names at the ends of lines stand beside their line, and never on one another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parted } from "../src/charts/parted.ts";

test("what is far apart stays", () => assert.deepEqual(parted([10, 90, 50], 16), [10, 90, 50]));
test("two that meet part by half each", () => assert.deepEqual(parted([50, 50], 16), [42, 58]));
test("the order is kept and the third makes way", () => {
  assert.deepEqual(parted([60, 50, 52], 16), [70, 38, 54]);
});
