// A message is sent once, in order, whatever happens to the requests.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { correctStored, Outbox, rewrite, service, session } from "./started_service.js";
import { GROUP, ME, next } from "./service.js";

const TO = { conversation: "@tomas", name: "Tomás", message_group_uuid: GROUP };

let outbox;
beforeEach(() => {
  service.reset();
  outbox = new Outbox(ME, () => 7);
  correctStored(outbox);
});

const texts = () => service.messages.map(({ message }) => message);
const isEmpty = () => outbox.all().length === 0;
const change = (isWanted) => next(outbox, "change", isWanted);
const isWaiting = () => outbox.all().some(({ attempts }) => attempts > 0);
const hasFailed = () => outbox.all().some(({ failed }) => failed);

test("messages go in their order, each once", async () => {
  const sent = change(isEmpty);
  await outbox.add(TO, "one", "two");
  await outbox.add(TO, "three");
  await sent;
  assert.deepEqual(texts(), ["one", "two", "three"]);
  assert.equal(service.posted.length, 3);
});

test("one whose answer was lost is sent again under its uuid, and stored once", async () => {
  service.loseAnswer();
  const waits = change(isWaiting);
  await outbox.add(TO, "one");
  await waits;
  const sent = next(outbox, "sent");
  outbox.wake({ now: true });
  const { message } = await sent;
  assert.deepEqual(texts(), ["one"]);
  assert.equal(message.seq, 1);
  assert.equal(new Set(service.posted.map(({ message_uuid }) => message_uuid)).size, 1);
});

test("a retry names the number that was the last one at the first try", async () => {
  let last = 7;
  outbox = new Outbox(ME, () => last++);
  service.loseAnswer();
  const waits = change(isWaiting);
  await outbox.add(TO, "one");
  await waits;
  const sent = next(outbox, "sent");
  outbox.wake({ now: true });
  await sent;
  assert.deepEqual(
    service.posted.map(({ after }) => after),
    [7, 7],
  );
});

test("the second waits until the first is through", async () => {
  service.refuse(503, "unavailable");
  const waits = change(isWaiting);
  await outbox.add(TO, "one", "two");
  await waits;
  assert.deepEqual(texts(), []);
  const sent = change(isEmpty);
  outbox.wake({ now: true });
  await sent;
  assert.deepEqual(texts(), ["one", "two"]);
});

test("one that is refused for good says why, and holds up none", async () => {
  service.refuse(403, "not_a_member");
  const settled = change(() => texts().includes("two") && outbox.all().length === 1);
  await outbox.add(TO, "one", "two");
  await settled;
  const [{ message, failed }] = outbox.all();
  assert.deepEqual([message, failed.code], ["one", "not_a_member"]);
});

test("one that was refused goes again on request, and can be taken back unsent", async () => {
  service.refuse(403, "not_a_member");
  const failed = change(hasFailed);
  await outbox.add(TO, "one");
  await failed;
  const [{ message_uuid: uuid }] = outbox.all();
  assert.equal((await outbox.take(uuid)).message, "one");
  assert.equal(await outbox.take(uuid), false);
  assert.deepEqual([texts(), outbox.all()], [[], []]);
});

test("a uuid that is another person's is replaced, and the text sent all the same", async () => {
  service.refuse(409, "message_uuid_taken");
  const failed = change(hasFailed);
  await outbox.add(TO, "one");
  await failed;
  const [{ message_uuid: uuid }] = outbox.all();
  const sent = change(isEmpty);
  await outbox.retry(uuid);
  await sent;
  assert.deepEqual(texts(), ["one"]);
  assert.notEqual(service.messages[0].uuid, uuid);
});

test("who is signed out keeps what waits, and it goes when they are back", async () => {
  service.refuse(401, "signed_out");
  const isSignedOut = next(session, "lost");
  await outbox.add(TO, "one");
  await isSignedOut;
  assert.equal(outbox.all()[0].failed, null);
  const sent = change(isEmpty);
  outbox.wake({ now: true });
  await sent;
  assert.deepEqual(texts(), ["one"]);
});

test("a text that was changed after its answer was lost is an edit of what was stored", async () => {
  service.loseAnswer();
  const waits = change(isWaiting);
  await outbox.add(TO, "one");
  await waits;
  const sent = change(isEmpty);
  assert.equal(await rewrite(outbox, outbox.all()[0].message_uuid, "better"), true);
  await sent;
  assert.deepEqual(texts(), ["better"]);
});

const replies = () => service.posted.map(({ reply_to_seq: seq }) => seq);

test("of a text that goes in parts, the first is the answer", async () => {
  const sent = change(isEmpty);
  await outbox.add({ ...TO, reply_to_seq: 3 }, "one", "two");
  await sent;
  assert.deepEqual(replies(), [3, undefined]);
});

test("an answer stays one under another uuid, and when it is taken back", async () => {
  service.refuse(409, "message_uuid_taken");
  const failed = change(hasFailed);
  await outbox.add({ ...TO, reply_to_seq: 3 }, "one");
  await failed;
  const [{ message_uuid: uuid }] = outbox.all();
  const sent = change(isEmpty);
  await outbox.retry(uuid);
  await sent;
  assert.deepEqual(replies(), [3]);
  service.refuse(403, "not_a_member");
  const refused = change(hasFailed);
  await outbox.add({ ...TO, reply_to_seq: 4 }, "two");
  await refused;
  const taken = await outbox.take(outbox.all()[0].message_uuid);
  assert.equal(taken.reply_to_seq, 4);
});
