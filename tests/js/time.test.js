// Days are those of the reader's zone, also where the clocks are set back.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { beBrowser, load } from "./service.js";

process.env.TZ = "Europe/Berlin"; // its clocks were set back on 25 October 2026, at three in the morning
beBrowser("");
const { dayKey, dayLabel, shortTime } = await load("time");

const LABELS = [
  // now, then, the line between days, and the time in the inbox
  ["2026-11-23T12:00Z", "2026-11-23T07:05Z", "Today", "8:05"],
  ["2026-11-23T12:00Z", "2026-11-22T23:30Z", "Today", "0:30"],
  ["2026-11-23T12:00Z", "2026-11-22T22:30Z", "Yesterday", "Yesterday"],
  ["2026-11-23T12:00Z", "2026-11-20T12:00Z", "Friday 20 November", "Fri"],
  ["2026-11-23T12:00Z", "2026-11-16T12:00Z", "Monday 16 November", "16 Nov"],
  ["2026-11-23T12:00Z", "2025-12-31T12:00Z", "31 December 2025", "31 Dec 2025"],
  ["2026-11-23T12:00Z", "2026-11-23T12:05Z", "Today", "13:05"],
  ["2026-10-25T22:30Z", "2026-10-24T22:30Z", "Today", "0:30"],
  ["2026-10-25T23:30Z", "2026-10-24T22:30Z", "Yesterday", "Yesterday"],
  ["2026-03-29T22:30Z", "2026-03-28T23:30Z", "Yesterday", "Yesterday"],
];

for (const [now, then, label, short] of LABELS) {
  test(`at ${now}, ${then} is ${label}`, () => {
    mock.timers.enable({ apis: ["Date"], now: new Date(now) });
    try {
      assert.equal(dayLabel(then).replace(",", ""), label);
      assert.equal(shortTime(then).replace(/^0(?=\d)/, ""), short);
    } finally {
      mock.timers.reset();
    }
  });
}

test("one local day has one key", () => {
  assert.equal(dayKey("2026-11-22T23:30Z"), dayKey("2026-11-23T22:30Z"));
  assert.notEqual(dayKey("2026-11-22T22:30Z"), dayKey("2026-11-22T23:30Z"));
});
