// Waiting longer each time, never in step, and no longer than is said.

import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff, Pause } from "../../src/cruddur/web/pages/static/js/backoff.js";

const TABLE = [
  // failures, options, the least and the most milliseconds
  [0, {}, 500, 1000],
  [1, {}, 500, 1000],
  [2, {}, 1000, 2000],
  [7, {}, 30_000, 60_000],
  [10_000, {}, 30_000, 60_000],
  [3, { first: 300, most: 5000 }, 600, 1200],
  [9, { first: 300, most: 5000 }, 2500, 5000],
];

for (const [failures, options, least, most] of TABLE) {
  test(`after ${failures} failures it waits from ${least} to ${most} ms`, () => {
    const waits = Array.from({ length: 200 }, () => backoff(failures, options));
    assert.ok(waits.every((wait) => least <= wait && wait <= most));
    assert.ok(new Set(waits).size > 100, "not in step with the others");
  });
}

test("a pause can be ended early", async () => {
  const pause = new Pause();
  const ended = pause.for(2 ** 31 - 1);
  pause.wake();
  await ended;
});

test("waking up when nothing pauses does nothing, not even to the next pause", async () => {
  const pause = new Pause();
  pause.wake();
  let hasEnded = false;
  const ended = pause.for(2 ** 31 - 1).then(() => (hasEnded = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(hasEnded, false);
  pause.wake();
  await ended;
});
