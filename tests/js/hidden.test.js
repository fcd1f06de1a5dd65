// What this user has deleted for themselves is gone from the page, whatever comes late, twice or not at all.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PageInbox, service, PagedTimeline } from "./started_service.js";
import { GROUP, ME, next } from "./service.js";

beforeEach(() => service.reset());

const numbers = (timeline) => timeline.visible().map(({ seq }) => seq);

async function opened(count) {
  service.say(...Array.from({ length: count }, (_, at) => `${at + 1}`));
  const timeline = new PagedTimeline(GROUP);
  timeline.hidden.follow(0);
  await timeline.refresh(count);
  return timeline;
}

/** On another device. */
function hide(...seqs) {
  for (const seq of seqs) service.hidden.add(seq);
}

test("an event takes them away, and no late answer or event brings them back", async () => {
  const timeline = await opened(5);
  timeline.hidden.told({ seqs: [2, 5], hidden_version: 1 });
  assert.deepEqual(numbers(timeline), [1, 3, 4]);
  for (const message of service.messages) timeline.add(message);
  timeline.change(service.change(2, { message: "TWO" }));
  assert.deepEqual(numbers(timeline), [1, 3, 4]);
  assert.equal(timeline.quotes.find(2), null);
});

test("a message after a hidden one is shown, and needs no more than one request", async () => {
  const timeline = await opened(3);
  timeline.hidden.told({ seqs: [3], hidden_version: 1 });
  service.asked = [];
  const [four] = service.say("4");
  timeline.add(four);
  assert.deepEqual([numbers(timeline), service.asked], [[1, 2, 4], []]);
});

test("if the inbox counts more than was heard, what is held is read again", async () => {
  const timeline = await opened(120);
  while (timeline.older) await timeline.loadOlder();
  assert.equal(numbers(timeline).length, 120);
  hide(1, 60, 120);
  await timeline.hidden.follow(3);
  assert.equal(numbers(timeline).length, 117);
  service.asked = [];
  await timeline.hidden.follow(3);
  assert.deepEqual(service.asked, []);
});

test("after a failure the next change of the inbox tries again", async () => {
  const timeline = await opened(3);
  hide(2);
  service.refuse(503, "unavailable");
  await timeline.hidden.follow(1);
  assert.deepEqual(numbers(timeline), [1, 2, 3]);
  await timeline.hidden.follow(1);
  assert.deepEqual(numbers(timeline), [1, 3]);
});

test("somebody who has left and come back no longer sees what is from before", async () => {
  const timeline = await opened(5);
  service.joinedSeq = 3;
  await timeline.refresh();
  assert.deepEqual([numbers(timeline), timeline.older], [[4, 5], false]);
  service.joinedSeq = 5;
  await timeline.refresh();
  assert.deepEqual(numbers(timeline), []);
  const [six] = service.say("6");
  timeline.add(six);
  assert.deepEqual(numbers(timeline), [6]);
});

test("the inbox shows no text of it, also when an older answer comes late", async () => {
  const row = {
    uuid: GROUP,
    kind: "direct",
    message: "Five",
    last_seq: 5,
    read_seq: 5,
    created_at: "",
  };
  const inbox = new PageInbox(ME, [row], null);
  const changed = next(inbox, "change");
  inbox.onHidden({ message_group_uuid: GROUP, seqs: [5], hidden_version: 1 });
  await changed;
  inbox.put(row);
  assert.deepEqual([inbox.row(GROUP).message, inbox.row(GROUP).hidden_version], ["", 1]);
  inbox.put({ ...row, message: "Six", last_seq: 6 });
  assert.deepEqual([inbox.row(GROUP).message, inbox.row(GROUP).hidden_version], ["Six", 1]);
});
