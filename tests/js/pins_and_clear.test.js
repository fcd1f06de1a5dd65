// What is pinned stands first, and what was cleared stays away, whatever comes afterwards.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PageInbox, service, PagedTimeline } from "./started_service.js";
import { GROUP, load, ME, messageOf } from "./service.js";

const { mergedRow } = await load("inbox_rows");

beforeEach(() => service.reset());

const rowOf = (uuid, more = {}) => ({
  uuid,
  kind: "direct",
  message: "Hello",
  last_user_uuid: "tomas",
  last_seq: 3,
  read_seq: 1,
  settings_version: 1,
  created_at: `2026-11-23T09:0${uuid}:00Z`,
  ...more,
});

test("pinned rows come first in their own order, and unread ones are a list of their own", () => {
  const pinned = (order) => ({ pinned_at: "2026-11-23T09:00:00Z", pin_order: order });
  const rows = [rowOf("1", pinned(5)), rowOf("2", pinned(-1)), rowOf("3"), rowOf("4")];
  const inbox = new PageInbox(ME, rows, null);
  assert.deepEqual(
    inbox.rows().map(({ uuid }) => uuid),
    ["2", "1", "4", "3"],
  );
  for (const uuid of ["1", "2", "3"]) inbox.onRead(uuid, 3);
  inbox.open = "3";
  assert.deepEqual(
    inbox.rows("unread").map(({ uuid }) => uuid),
    ["4", "3"],
  );
});

test("a row shows nothing of what was cleared, in whatever order row and event come", () => {
  const cleared = rowOf("1", {
    cleared_seq: 3,
    settings_version: 2,
    read_seq: 3,
    message: "",
    last_user_uuid: null,
  });
  for (const [known, row] of [
    [rowOf("1"), cleared],
    [cleared, rowOf("1")],
    [rowOf("1"), { ...rowOf("1"), cleared_seq: 3, settings_version: 2 }],
  ]) {
    const { message, last_user_uuid: user, unread } = mergedRow(known, row);
    assert.deepEqual([message, user, unread], ["", null, 0]);
  }
  const newer = mergedRow(cleared, rowOf("1", { last_seq: 4, message: "New" }));
  assert.deepEqual([newer.message, newer.unread], ["New", 1]);
});

test("a timeline shows nothing of what was cleared, even if an older answer has it", async () => {
  const stored = service.say("one", "two", "three");
  const timeline = new PagedTimeline(GROUP);
  timeline.start(stored, { older: true });
  timeline.clear(3);
  assert.deepEqual([timeline.visible(), timeline.older], [[], false]);
  for (const message of stored) timeline.add(message);
  timeline.change(messageOf(2, { message: "edited", change_seq: 1 }));
  assert.deepEqual(timeline.visible(), []);
  assert.equal(timeline.quotes.find(2), undefined);
  const fourth = service.say("four")[0];
  timeline.add(fourth);
  timeline.clear(2);
  assert.deepEqual(timeline.visible(), [fourth]);
});
