// What comes twice, late or in another order ends the same: every number once, and none missing.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { service, PagedTimeline } from "./started_service.js";
import { GROUP, messageOf, next } from "./service.js";

beforeEach(() => service.reset());

const numbers = (timeline) => timeline.visible().map(({ seq }) => seq);
const upTo = (last, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

function* permutations(items) {
  if (items.length === 0) yield [];
  for (const [at, item] of items.entries())
    for (const rest of permutations(items.toSpliced(at, 1))) yield [item, ...rest];
}

test("messages that come in any order, and some twice, are shown in theirs", () => {
  for (const order of permutations(upTo(5))) {
    const timeline = new PagedTimeline(GROUP);
    for (const seq of [...order, order[0], order[2]]) timeline.add(messageOf(seq));
    assert.deepEqual(numbers(timeline), upTo(5), `${order}`);
    assert.deepEqual(timeline.early(), []);
  }
});

test("what comes too early is not shown before what lies between", async () => {
  const stored = service.say("one", "two", "three", "four");
  const timeline = new PagedTimeline(GROUP);
  timeline.start(stored.slice(0, 1), { older: false });
  const { asked, release } = service.holdAnswer();
  timeline.add(stored[3]);
  timeline.add(stored[1]);
  await asked;
  assert.deepEqual(numbers(timeline), [1, 2]);
  assert.deepEqual(
    timeline.early().map(({ seq }) => seq),
    [4],
  );
  release();
  await timeline.fill();
  assert.deepEqual(numbers(timeline), upTo(4));
});

test("a gap of many pages is filled in part, and the rest comes on scrolling", async () => {
  const stored = service.say(...upTo(700).map(String));
  const timeline = new PagedTimeline(GROUP);
  timeline.start(stored.slice(0, 1), { older: false });
  await timeline.fill();
  assert.ok(timeline.newer && timeline.last < 700);
  assert.deepEqual(numbers(timeline), upTo(timeline.last));
  while (timeline.newer) await timeline.loadNewer();
  assert.deepEqual(numbers(timeline), upTo(700));
});

test("a gap is fetched, also when the first try fails", async () => {
  const stored = service.say("one", "two", "three", "four");
  const timeline = new PagedTimeline(GROUP);
  timeline.start(stored.slice(0, 1), { older: false });
  service.refuse(503, "down");
  const isWhole = next(timeline, "change", () => timeline.last === 4);
  timeline.add(stored[3]);
  await isWhole;
  assert.deepEqual(numbers(timeline), upTo(4));
});

test("of the states of a message the last one stays, whatever their order", () => {
  const edited = messageOf(1, { message: "Better", edited_at: "2026-11-23T10:00:00Z" });
  const best = messageOf(1, { message: "Best", edited_at: "2026-11-23T11:00:00Z" });
  const deleted = messageOf(1, { message: "", deleted_at: "2026-11-23T10:30:00Z" });
  for (const [states, wanted] of [
    [[messageOf(1), edited, best], best],
    [[messageOf(1), edited, deleted, best], deleted],
  ]) {
    for (const order of permutations(states)) {
      const timeline = new PagedTimeline(GROUP);
      for (const state of order) timeline.add(state);
      assert.deepEqual(timeline.visible(), [wanted]);
    }
  }
});

test("a change that comes while its page is on its way is not undone by the page", async () => {
  service.say("one", "two");
  const timeline = new PagedTimeline(GROUP);
  const { asked, release } = service.holdAnswer();
  const loaded = timeline.refresh();
  await asked;
  timeline.change(messageOf(2, { message: "", deleted_at: "2026-11-23T10:00:00Z" }));
  release();
  await loaded;
  assert.ok(timeline.visible()[1].deleted_at);
});

test("it opens around the first unread message, and goes on to both sides without a gap", async () => {
  service.say(...upTo(200).map(String));
  const timeline = new PagedTimeline(GROUP);
  await timeline.refresh(100);
  assert.ok(timeline.first > 1 && timeline.first <= 101 && timeline.last >= 101 && timeline.newer);
  while (timeline.older) await timeline.loadOlder();
  while (timeline.newer) await timeline.loadNewer();
  assert.deepEqual(numbers(timeline), upTo(200));
});

test("what is far ahead is jumped to, and nothing is shown over the gap", async () => {
  service.say(...upTo(300).map(String));
  const timeline = new PagedTimeline(GROUP);
  await timeline.refresh(10);
  await timeline.toNewest();
  assert.deepEqual(numbers(timeline), upTo(300, timeline.first));
  assert.ok(timeline.older && !timeline.newer);
});

test("after an absence all that is held is fetched again", async () => {
  const stored = service.say("one", "two", "three");
  const timeline = new PagedTimeline(GROUP);
  timeline.start(stored, { older: false });
  service.messages[0] = { ...stored[0], message: "ONE", edited_at: "2026-11-23T10:00:00Z" };
  service.say("four");
  await timeline.refresh();
  assert.deepEqual(
    timeline.visible().map(({ message }) => message),
    ["ONE", "two", "three", "four"],
  );
});

test("what lies further up can be let go of, and comes again", async () => {
  const timeline = new PagedTimeline(GROUP);
  timeline.start(service.say(...upTo(30).map(String)), { older: false });
  timeline.cut(21);
  assert.deepEqual(numbers(timeline), upTo(30, 21));
  await timeline.loadOlder();
  assert.deepEqual(numbers(timeline), upTo(30));
});
