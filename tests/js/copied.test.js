// The device's copy of a conversation, as a value: what events and answers make of it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { GROUP, load } from "./service.js";
import { service } from "./started_service.js";

const {
  goesTo,
  isBehind,
  nothingCopied,
  withChanges,
  withEvents,
  withHidden,
  withMessages,
  without,
} = await load("copied");
const { caughtUp, copiedAnew } = await load("copy_fetching");

const message = (seq, more = {}) => ({
  seq,
  message: `${seq}`,
  message_group_uuid: GROUP,
  ...more,
});
const upTo = (last) => Array.from({ length: last }, (_, at) => message(at + 1));
const seqs = ({ messages }) => messages.map(({ seq }) => seq);
const texts = ({ messages }) => messages.map((one) => one.message);
const wanted = (last, change = 0, more = {}) => ({ last, change, hidden: 0, cleared: 0, ...more });

beforeEach(() => service.reset());

test("the newest two hundred are kept, and that there are others is known", () => {
  const copied = withMessages(nothingCopied(GROUP), upTo(201));
  assert.deepEqual([copied.messages.length, copied.messages[0].seq], [200, 2]);
  assert.deepEqual([copied.older, copied.last], [true, 201]);
});

test("messages of events are taken as long as none is missing before them", () => {
  const copied = withMessages(nothingCopied(GROUP), upTo(2));
  const next = withEvents(copied, [message(5), message(3), message(2)]);
  assert.deepEqual([seqs(next), next.last], [[1, 2, 3], 3]);
  assert.equal(isBehind(next, wanted(5)), true);
});

test("changes of events are taken in order, and a gap is seen", () => {
  const copied = withMessages(nothingCopied(GROUP), upTo(2));
  const edit = (seq, change) => message(seq, { message: `edit ${change}`, change_seq: change });
  const next = withEvents(copied, [edit(1, 2), edit(2, 1), edit(1, 4)]);
  assert.deepEqual([texts(next), next.change], [["edit 2", "edit 1"], 2]);
  assert.equal(isBehind(next, wanted(2, 4)), true);
});

test("an older state does not come back", () => {
  const newest = message(1, { message: "", change_seq: 3, deleted_at: "now" });
  const copied = withMessages(nothingCopied(GROUP), [newest]);
  const older = message(1, { message: "old", change_seq: 2 });
  assert.deepEqual(texts(withChanges(withMessages(copied, [older]), [older], 3)), [""]);
});

test("what is cleared or hidden is not kept", () => {
  const copied = withMessages({ ...nothingCopied(GROUP), older: true }, upTo(4));
  const cleared = without(copied, 2);
  assert.deepEqual([seqs(cleared), cleared.older], [[3, 4], false]);
  const hidden = withHidden(cleared, [3]);
  assert.deepEqual([seqs(hidden), hidden.hidden], [[4], 1]);
  assert.deepEqual(seqs(without(copied, 9)), []);
});

test("a row and what was heard say up to where a conversation goes", () => {
  const row = { last_seq: 3, last_change_seq: 1, hidden_version: 2, cleared_seq: 1 };
  const found = goesTo(row, { last: 5, change: 0 });
  assert.deepEqual(found, { last: 5, change: 1, hidden: 2, cleared: 1 });
  assert.equal(isBehind({ ...found, hidden: 1 }, found), true);
  assert.equal(isBehind(found, found), false);
});

test("a copy is made of the newest messages with the changes of the last minute", async () => {
  service.say(...Array.from({ length: 120 }, (_, at) => `${at + 1}`));
  service.change(120, { message: "edited" });
  const copied = await copiedAnew(GROUP, wanted(120, 1));
  assert.deepEqual([copied.messages.length, copied.last, copied.change], [120, 120, 1]);
  assert.equal(copied.messages.at(-1).message, "edited");
});

test("it is caught up by its two numbers, and asks for no more", async () => {
  service.say("one", "two");
  const before = await copiedAnew(GROUP, wanted(2));
  service.say("three");
  service.change(1, { message: "", deleted_at: "now" });
  service.asked = [];
  const copied = await caughtUp(before, wanted(3, 1));
  assert.deepEqual([texts(copied), copied.last, copied.change], [["", "two", "three"], 3, 1]);
  assert.equal(service.asked.length, 2);
});

test("numbers that the service skips are none to wait for", async () => {
  service.say("one", "two");
  const before = await copiedAnew(GROUP, wanted(1));
  const copied = await caughtUp(before, wanted(4));
  assert.deepEqual([copied.last, isBehind(copied, wanted(4))], [4, false]);
});

test("one that lacks too much is made anew", async () => {
  service.say("one");
  const before = await copiedAnew(GROUP, wanted(1));
  service.say(...Array.from({ length: 320 }, (_, at) => `more ${at}`));
  const copied = await caughtUp(before, wanted(321));
  assert.deepEqual([copied.messages.length, copied.last, copied.older], [200, 321, true]);
});

test("a log that ends before what was seen is another one", async () => {
  service.say("one", "two");
  const known = { ...(await copiedAnew(GROUP, wanted(2))), change: 7 };
  service.change(1, { message: "restored" });
  const copied = await caughtUp(known, wanted(2, 8));
  assert.deepEqual([texts(copied), copied.change], [["restored", "two"], 1]);
});
