// A reaction shows at once, is stored once however often it is tried, and goes away again if it is refused.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { service } from "./started_service.js";
import { load, ME, messageOf, next } from "./service.js";

const { MyReactions } = await load("my_reactions");
const { chipsOf } = await load("reaction_chips");
const { isBigEmoji } = await load("big_emoji");

const THUMB = "👍";
const HEART = "❤️";
const MESSAGE = messageOf(1);

beforeEach(() => {
  service.reset();
  service.say("one");
});

const reacted = (mine, message = MESSAGE) => mine.of(message, ME);

test("it shows at once, and the answer is the message as it is then", async () => {
  const mine = new MyReactions();
  const stored = next(mine, "stored");
  mine.set(MESSAGE, THUMB, true);
  assert.deepEqual(reacted(mine), { [THUMB]: ["me"] });
  assert.deepEqual((await stored).reactions, { [THUMB]: ["me"] });
  assert.deepEqual(reacted(mine), {});
});

test("a lost answer is asked for again, which changes nothing twice", async () => {
  const mine = new MyReactions();
  service.loseAnswer();
  const stored = next(mine, "stored");
  mine.set(MESSAGE, HEART, true);
  assert.deepEqual((await stored).reactions, { [HEART]: ["me"] });
  assert.equal(service.changed.length, 1);
});

test("what is wanted last is stored, whatever was asked for before", async () => {
  const mine = new MyReactions();
  const held = service.holdAnswer();
  const stored = next(mine, "stored");
  mine.set(MESSAGE, THUMB, true);
  await held.asked;
  mine.set(MESSAGE, THUMB, false);
  assert.deepEqual(reacted(mine, { ...MESSAGE, reactions: { [THUMB]: ["me"] } }), {});
  held.release();
  assert.deepEqual((await stored).reactions, {});
});

test("a refusal takes it away, and says why", async () => {
  const mine = new MyReactions();
  service.refuse(409, "reactions_full");
  const refused = next(mine, "refused");
  mine.set(MESSAGE, THUMB, true);
  const { emoji, failure } = await refused;
  assert.deepEqual([emoji, failure.code], [THUMB, "reactions_full"]);
  assert.deepEqual(reacted(mine), {});
  assert.equal(service.changed.length, 0);
});

test("others keep their places, and a deleted message has none", async () => {
  const mine = new MyReactions();
  const held = service.holdAnswer();
  const stored = next(mine, "stored");
  mine.set(MESSAGE, THUMB, true);
  const others = { [HEART]: ["a"], [THUMB]: ["a", "b"] };
  const message = { ...MESSAGE, reactions: others };
  assert.deepEqual(Object.entries(reacted(mine, message)), [
    [HEART, ["a"]],
    [THUMB, ["a", "b", "me"]],
  ]);
  assert.deepEqual(reacted(mine, { ...MESSAGE, deleted_at: "then" }), {});
  held.release();
  await stored;
});

test("a chip names ten at most, oneself first", () => {
  const many = [...Array.from({ length: 12 }, (_, at) => `${at}`), "me"];
  const [chip] = chipsOf({ [THUMB]: many }, (uuid) => `N${uuid}`, ME);
  assert.equal(chip.names, "You, N0, N1, N2, N3, N4, N5, N6, N7 and 4 others");
  assert.deepEqual([chip.count, chip.isOwn], [13, true]);
  assert.equal(chipsOf({ [THUMB]: ["a", "b"] }, (uuid) => uuid, ME)[0].names, "a and b");
});

for (const text of ["👍", " ❤️ \n", "👨‍👩‍👧👋🏽🇵🇹", "☝🏻", "#️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "⌚"])
  test(`${text} is shown large`, () => assert.ok(isBigEmoji(text)));
for (const text of ["", "1", "❤", "👍👍👍👍", "👍 ok", "©", "↔", "##"])
  test(`${JSON.stringify(text)} is not`, () => assert.ok(!isBigEmoji(text)));
