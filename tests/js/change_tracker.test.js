// What was changed while a page was away is shown after it came back, however far back it lies.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { service, PagedTimeline } from "./started_service.js";
import { GROUP, messageOf, next } from "./service.js";

beforeEach(() => service.reset());

const texts = (timeline) => timeline.visible().map(({ message }) => message);
const asksForChanges = () => service.asked.filter((path) => path.includes("/changes?after="));

async function opened(count) {
  service.say(...Array.from({ length: count }, (_, at) => `${at + 1}`));
  const timeline = new PagedTimeline(GROUP);
  await timeline.refresh();
  return timeline;
}

test("after an absence it asks for what was changed, and for nothing that it holds", async () => {
  const timeline = await opened(40);
  service.change(2, { message: "TWO" });
  service.change(40, { message: "" });
  service.asked = [];
  await timeline.refresh();
  assert.deepEqual([texts(timeline)[1], texts(timeline)[39]], ["TWO", ""]);
  assert.deepEqual(service.asked, [
    `/api/messages/${GROUP}?after=40&limit=100`,
    `/api/messages/${GROUP}/changes?after=0&limit=100`,
  ]);
});

test("a page that was just made asks for what was changed meanwhile, and reads no message again", async () => {
  service.say("one", "two");
  const messages = await opened(0).then((timeline) => timeline.visible());
  service.change(1, { message: "ONE" });
  service.asked = [];
  const timeline = new PagedTimeline(GROUP);
  timeline.start(messages, { older: false, isRendered: true });
  await timeline.refresh(0, true);
  assert.deepEqual(texts(timeline), ["ONE", "two"]);
  assert.match(service.asked.join(), /^[^,]*\/changes\?applied=0&receipts=true&within=\d+$/);
});

test("a page says which change its messages have, and takes along how far the other one has read", async () => {
  service.say("one", "two");
  service.change(2, { message: "TWO" });
  service.readTo = 1;
  service.asked = [];
  const timeline = new PagedTimeline(GROUP);
  const told = [];
  timeline.changes.onReceipts = (marks) => told.push(...marks.map(({ read_seq: seq }) => seq));
  timeline.start(service.messages, { older: false, isRendered: true });
  await timeline.refresh(0, true);
  assert.match(service.asked.join(), /^[^,]*\/changes\?applied=1&/);
  assert.deepEqual(told, [1]);
});

test("events in order need no request", async () => {
  const timeline = await opened(3);
  for (const seq of [1, 3, 1]) timeline.change(service.change(seq, { message: `${seq} anew` }));
  assert.deepEqual(texts(timeline), ["1 anew", "2", "3 anew"]);
  assert.deepEqual(asksForChanges(), []);
});

test("an event that was lost is noticed with the next one", async () => {
  const timeline = await opened(3);
  service.change(1, { message: "lost" });
  const isThere = next(timeline, "change", () => texts(timeline)[0] === "lost");
  timeline.change(service.change(2, { message: "heard" }));
  await isThere;
  assert.deepEqual(texts(timeline), ["lost", "heard", "3"]);
});

test("and with the next message, which tells the last change", async () => {
  const timeline = await opened(3);
  service.change(1, { message: "lost" });
  const isThere = next(timeline, "change", () => texts(timeline)[0] === "lost");
  timeline.changes.heard(1);
  await isThere;
});

test("an old state never replaces a newer one, whatever comes when", async () => {
  const timeline = await opened(2);
  const first = service.change(1, { message: "first", edited_at: "2026-11-23T12:00:00Z" });
  const second = service.change(1, { message: "second", edited_at: "2026-11-23T11:00:00Z" });
  for (const state of [second, first, messageOf(1)]) timeline.change(state);
  assert.equal(texts(timeline)[0], "second");
});

test("a change of a message that is fetched later is not undone by an older answer", async () => {
  const timeline = await opened(120);
  const before = { ...service.messages[4] };
  timeline.change(service.change(5, { message: "anew" }));
  service.messages[4] = before; // as from a replica that lags
  while (timeline.older) await timeline.loadOlder();
  assert.equal(texts(timeline)[4], "anew");
});

test("who is very far behind reads the held messages again, and not every change", async () => {
  const timeline = await opened(10);
  for (let change = 0; change < 2000; change += 1)
    service.change(1 + (change % 10), { message: `${change}` });
  service.asked = [];
  await timeline.refresh();
  assert.deepEqual(texts(timeline)[9], "1999");
  assert.ok(service.asked.length < 12, `${service.asked.length}`);
});

test("a failure is tried again", async () => {
  const timeline = await opened(2);
  service.change(1, { message: "anew" });
  service.refuse(503, "down");
  timeline.changes.heard(1);
  await next(timeline, "change", () => texts(timeline)[0] === "anew");
});

test("a service that was restored from an older backup is read anew", async () => {
  const timeline = await opened(2);
  for (const text of ["a", "b", "c"]) timeline.change(service.change(1, { message: text }));
  service.changed = [1];
  service.messages[0] = { ...service.messages[0], message: "of the backup", change_seq: 1 };
  service.asked = [];
  await timeline.refresh();
  assert.ok(service.asked.some((path) => path.includes("/changes?applied=")));
});
