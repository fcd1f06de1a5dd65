// The rows of the inbox that a page holds, when requests cross each other.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Inbox, service } from "./started_service.js";
import { ME } from "./service.js";

const NEXT = "/api/message_groups?cursor=20";

const rowOf = (number) => ({
  uuid: `group ${number}`,
  kind: "direct",
  last_seq: 1,
  read_seq: 1,
  unread: 0,
  created_at: new Date(Date.UTC(2026, 10, 23, 9, 59 - number)).toISOString(),
});

beforeEach(() => {
  service.reset();
  service.rows = Array.from({ length: 45 }, (_, number) => rowOf(number));
});

test("what is wanted while the rows are read again is loaded afterwards", async () => {
  const inbox = new Inbox(ME, service.rows.slice(0, 20), NEXT);
  const { asked, release } = service.holdAnswer();
  const refreshed = inbox.refresh();
  await asked;
  const more = inbox.loadMore("inbox");
  release();
  await Promise.all([refreshed, more]);
  assert.equal(inbox.rows().length, 40);
});

test("two that want more at once load it once", async () => {
  const inbox = new Inbox(ME, service.rows.slice(0, 20), NEXT);
  await Promise.all([inbox.loadMore("inbox"), inbox.loadMore("inbox")]);
  assert.deepEqual([inbox.rows().length, service.asked], [40, [NEXT]]);
});
