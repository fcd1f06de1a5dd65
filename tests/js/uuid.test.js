// The uuids of messages: in the order in which they were made, of version 7.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { load } from "./service.js";

const { uuidv7 } = await load("uuid");
const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("each is greater than the one before, also within a millisecond", () => {
  const made = Array.from({ length: 20_000 }, uuidv7);
  assert.ok(made.every((uuid) => FORM.test(uuid)));
  assert.deepEqual([...new Set(made)].sort(), made);
});

test("one begins with its time, and the clock may be set back", () => {
  const before = uuidv7();
  mock.timers.enable({ apis: ["Date"], now: 0x019a_0000_0000 });
  assert.ok(uuidv7() > before);
  mock.timers.setTime(0x0fff_0000_0000);
  const later = uuidv7();
  mock.timers.reset();
  assert.equal(later.slice(0, 13), "0fff0000-0000");
});
