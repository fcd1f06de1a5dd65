// What a tab keeps for others is without a gap for as long as it says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isCoveredBy, RecentEvents } from "../../src/cruddur/web/pages/static/js/recent_events.js";

const READ = { type: "read", id: null, detail: {} };

test("nothing is covered before a stream was open", () => {
  assert.equal(new RecentEvents().coveredMs, 0);
});

test("what came since the beginning is kept", () => {
  const recent = new RecentEvents();
  recent.begin(Date.now() - 30_000);
  recent.add(READ);
  assert.deepEqual(recent.all(), [READ]);
  assert.ok(recent.coveredMs >= 30_000);
});

test("a new beginning forgets what came before", () => {
  const recent = new RecentEvents();
  recent.begin(0);
  recent.add(READ);
  recent.begin(Date.now());
  assert.deepEqual(recent.all(), []);
  assert.ok(recent.coveredMs < 30_000);
});

test("no more is covered than is kept", () => {
  const recent = new RecentEvents();
  recent.begin(0);
  assert.equal(recent.coveredMs, 120_000);
  for (let count = 0; count < 201; count += 1) recent.add(READ);
  assert.equal(recent.all().length, 200);
  assert.ok(recent.coveredMs < 120_000);
});

test("a page is covered from before it was made", () => {
  assert.ok(isCoveredBy(performance.now() + 60_000));
  assert.ok(!isCoveredBy(performance.now()));
});
