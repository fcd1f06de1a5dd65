// What a chip of a reaction says, and which messages are shown large.

import assert from "node:assert/strict";
import { test } from "node:test";
import { beBrowser, load, ME } from "./service.js";

beBrowser("");
const { chipsOf } = await load("reaction_chips");
const { isBigEmoji } = await load("big_emoji");

const THUMB = "👍";

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
