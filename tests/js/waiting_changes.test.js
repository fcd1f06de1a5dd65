// A change shows at once, is stored once however often it is sent, and goes in the order in which it was made.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Outbox, service, session } from "./started_service.js";
import { GROUP, load, ME, messageOf, next, rowOf } from "./service.js";

const { WaitingChanges } = await load("waiting_changes");
const { messageShown, rowShown } = await load("waiting_shown");
const { readMarksBy } = await load("preview");
readMarksBy((await load("formatting")).plainText);

const THUMB = "👍";
const HEART = "❤️";
const PATH = `/api/messages/${GROUP}/1/reactions/${encodeURIComponent(THUMB)}`;

let waiting;
beforeEach(() => {
  service.reset();
  service.say("one");
  waiting = new WaitingChanges(ME);
});

const react = (emoji, wanted, seq = 1) =>
  waiting.add(`reaction/${seq}/${emoji}`, { kind: "reaction", group: GROUP, seq, emoji, wanted });
const edit = (text) => waiting.add("edit/1", { kind: "edit", group: GROUP, seq: 1, text });
const set = (name, settings, shown) =>
  waiting.add(name, { kind: "settings", group: GROUP, settings, shown });
const stored = (isWanted) => next(waiting, "stored", isWanted);
const reactions = (message) => messageShown(message, waiting.of(GROUP), ME).reactions ?? {};
const failed = () => next(waiting, "change", () => waiting.isWaiting(GROUP));
const isEmpty = () => waiting.all().length === 0;
const paths = () => service.wrote.map(([method, path]) => `${method} ${path}`);

test("a reaction shows at once, and until its answer has come", async () => {
  const answered = stored(() => !isEmpty()); // it goes once the answer was taken over
  const gone = next(waiting, "change", isEmpty);
  react(THUMB, true);
  assert.deepEqual(reactions(messageOf(1)), { [THUMB]: ["me"] });
  const { answer } = await answered;
  assert.deepEqual(answer.reactions, { [THUMB]: ["me"] });
  await gone;
});

test("an edit whose answer was lost is sent again under its uuid, and stored once", async () => {
  service.loseAnswer();
  const late = failed();
  edit("better");
  await late;
  const answered = stored();
  waiting.wake({ now: true });
  assert.equal((await answered).answer.message, "better");
  assert.deepEqual(service.changed, [1]);
  const uuids = service.wrote.map(([, , body]) => body.change_uuid);
  assert.equal(new Set(uuids).size, 1);
});

test("of two changes of the same the last one is kept, also if it comes while the first is on its way", async () => {
  const held = service.holdAnswer();
  const answered = stored(({ change }) => !change.wanted);
  react(THUMB, true);
  await held.asked;
  await react(THUMB, false);
  assert.deepEqual(reactions({ ...messageOf(1), reactions: { [THUMB]: ["me"] } }), {});
  held.release();
  assert.deepEqual((await answered).answer.reactions, {});
  assert.deepEqual(paths(), [`PUT ${PATH}`, `DELETE ${PATH}`]);
});

test("changes of a conversation go one after the other, and a failure holds up the later ones", async () => {
  service.refuse(503, "unavailable");
  const late = failed();
  await react(THUMB, true);
  await late;
  await set("mute", { muted_until: "always" }, {});
  assert.equal(service.wrote.length, 0);
  const done = next(waiting, "change", isEmpty);
  waiting.wake({ now: true });
  await done;
  assert.deepEqual(paths(), [`PUT ${PATH}`, `PATCH /api/message_groups/${GROUP}/settings`]);
});

test("a refusal drops it, says why, and holds up none", async () => {
  service.refuse(409, "reactions_full");
  const refused = next(waiting, "refused");
  const answered = stored();
  await react(THUMB, true);
  await react(HEART, true);
  const { change, failure } = await refused;
  assert.deepEqual([change.emoji, failure.code], [THUMB, "reactions_full"]);
  assert.equal((await answered).change.emoji, HEART);
});

test("who is signed out keeps what waits, and it goes when they are back", async () => {
  service.refuse(401, "signed_out");
  const isSignedOut = next(session, "lost");
  await react(THUMB, true);
  await isSignedOut;
  assert.equal(waiting.all().length, 1);
  const answered = stored();
  waiting.wake({ now: true });
  await answered;
});

test("a change of a deleted message is dropped without a word", async () => {
  service.refuse(503, "unavailable");
  const late = failed();
  await edit("better");
  await late;
  waiting.drop(GROUP, [1]);
  assert.deepEqual([isEmpty(), service.wrote.length], [true, 0]);
});

test("messages and changes of a conversation go in the order in which they were made", async () => {
  const outbox = new Outbox(ME, () => 1);
  const isOlder = (id) => outbox.all().some((one) => one.message_uuid < id);
  waiting.isHeld = ({ id }) => isOlder(id);
  outbox.before = ({ message_uuid: uuid }) => waiting.sendBefore(GROUP, uuid);
  outbox.on("sent", () => waiting.wake());
  const done = next(outbox, "change", () => outbox.all().length === 0);
  const to = { conversation: GROUP, name: "The lake", message_group_uuid: GROUP };
  const held = service.holdAnswer();
  set("archive", { archived: true }, {});
  await held.asked;
  await outbox.add(to, "two");
  await set("archive", { archived: false }, {});
  held.release();
  await done;
  if (!isEmpty()) await next(waiting, "change", isEmpty);
  assert.deepEqual(
    service.wrote.map(([, , body]) => body.archived),
    [true, false],
  );
  assert.equal(service.messages.length, 2);
});

test("others keep their places, and a deleted message has none of it", () => {
  const change = { kind: "reaction", seq: 1, emoji: THUMB, wanted: true };
  const others = { [HEART]: ["a"], [THUMB]: ["a", "b"] };
  const { reactions } = messageShown(messageOf(1, { reactions: others }), [change], ME);
  assert.deepEqual(Object.entries(reactions), [
    [HEART, ["a"]],
    [THUMB, ["a", "b", "me"]],
  ]);
  const deleted = messageOf(1, { deleted_at: "then" });
  assert.equal(messageShown(deleted, [change], ME), deleted);
});

test("an edit that waits is the text, and the preview of the last message", () => {
  const change = { kind: "edit", seq: 5, text: "*better*" };
  const shown = messageShown(messageOf(5), [change], ME);
  assert.equal(shown.message, "*better*");
  assert.ok(shown.edited_at);
  assert.equal(rowShown(rowOf(GROUP), [change]).message, "better");
  assert.equal(rowShown(rowOf(GROUP), [{ ...change, seq: 4 }]).message, "Message 5");
});

test("what was read or set while nothing answers is on the row", () => {
  const read = { kind: "read", seq: 5 };
  const pin = { kind: "settings", shown: { pinned_at: "then", pin_order: 2 } };
  const row = rowShown(rowOf(GROUP), [read, pin]);
  assert.deepEqual([row.unread, row.read_seq, row.pinned_at], [0, 5, "then"]);
  const archived = { kind: "settings", shown: { archived_at: "then", archived_seq: 4 } };
  assert.equal(rowShown(rowOf(GROUP), [archived]).archived_at, null); // the fifth message brought it back
});
