// The rows of the inbox that a page holds, when requests cross each other.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PageInbox, service } from "./started_service.js";
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
  const inbox = new PageInbox(ME, service.rows.slice(0, 20), NEXT);
  const { asked, release } = service.holdAnswer();
  const refreshed = inbox.refresh();
  await asked;
  const more = inbox.loadMore("inbox");
  release();
  await Promise.all([refreshed, more]);
  assert.equal(inbox.rows().length, 40);
});

const GROUP = { ...rowOf(0), kind: "group", display_name: "Lake", last_seq: 3, read_seq: 2 };

test("a changed group leaves in a row what is its reader's own", () => {
  const inbox = new PageInbox(ME, [GROUP], null);
  inbox.onGroup({ uuid: GROUP.uuid, display_name: "Sea", version: 3, members: [] });
  const { display_name, last_seq, read_seq, unread } = inbox.row(GROUP.uuid);
  assert.deepEqual([display_name, last_seq, read_seq, unread], ["Sea", 3, 2, 1]);
});

test("of two changes of a group the one with the greater version stays, in whatever order", () => {
  const inbox = new PageInbox(ME, [GROUP], null);
  inbox.onGroup({ uuid: GROUP.uuid, display_name: "Newer", version: 4, members: [] });
  inbox.onGroup({ uuid: GROUP.uuid, display_name: "Older", version: 3, members: [] });
  assert.equal(inbox.row(GROUP.uuid).display_name, "Newer");
});

test("a changed group that the page holds no row of makes none", () => {
  const inbox = new PageInbox(ME, [], null);
  assert.equal(inbox.onGroup({ uuid: GROUP.uuid, display_name: "Sea", version: 3 }), undefined);
  assert.deepEqual(inbox.rows(), []);
});

test("two that want more at once load it once", async () => {
  const inbox = new PageInbox(ME, service.rows.slice(0, 20), NEXT);
  await Promise.all([inbox.loadMore("inbox"), inbox.loadMore("inbox")]);
  assert.deepEqual([inbox.rows().length, service.asked], [40, [NEXT]]);
});

const WITH_TEXT = { ...rowOf(1), message: "Hello", last_change_seq: 4 };
const deletion = (change_seq) => ({
  message_group_uuid: WITH_TEXT.uuid,
  seq: 1,
  message: "",
  deleted_at: "2026-11-23T10:00:00.000Z",
  change_seq,
  user_uuid: "another",
});

async function afterReadingAgain(inbox, row) {
  service.rows = [row];
  await inbox.refresh();
  return inbox.row(row.uuid);
}

test("a row that follows its changes late takes no text back that an event told", async () => {
  const inbox = new PageInbox(ME, [WITH_TEXT], null);
  inbox.onChanged(deletion(5));
  const gone = inbox.row(WITH_TEXT.uuid).message;
  assert.notEqual(gone, "Hello");
  assert.equal((await afterReadingAgain(inbox, WITH_TEXT)).message, gone);
  const late = { ...WITH_TEXT, message: "As it is", last_change_seq: 5 };
  assert.equal((await afterReadingAgain(inbox, late)).message, "As it is");
});

test("a row that was put as it stands is not put back by one that follows late", async () => {
  const inbox = new PageInbox(ME, [WITH_TEXT], null);
  inbox.put({ ...WITH_TEXT, message: "As it is", last_change_seq: 6 });
  assert.equal((await afterReadingAgain(inbox, WITH_TEXT)).message, "As it is");
});

test("after a change that was missed the server's row counts", async () => {
  const inbox = new PageInbox(ME, [WITH_TEXT], null);
  inbox.onChanged({ ...deletion(6), seq: 0 });
  const late = { ...WITH_TEXT, message: "As it is", last_change_seq: 5 };
  assert.equal((await afterReadingAgain(inbox, late)).message, "As it is");
});
