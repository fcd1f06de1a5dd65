// A long text is cut where people would cut it, into parts that each are short enough.

import assert from "node:assert/strict";
import { test } from "node:test";
import { splitText } from "../../src/cruddur/web/pages/static/js/split.js";

const FAMILY = "👩‍👩‍👧‍👦"; // seven code points, one character

const TABLE = {
  "between paragraphs before lines": [
    `${"a".repeat(30)}\n\n${"b".repeat(15)}\n${"c".repeat(20)}`,
    ["a".repeat(30), `${"b".repeat(15)}\n${"c".repeat(20)}`],
  ],
  "between lines before sentences": [
    `${"a".repeat(28)}\n${"b".repeat(10)}. ${"c".repeat(20)}`,
    ["a".repeat(28), `${"b".repeat(10)}. ${"c".repeat(20)}`],
  ],
  "between sentences before words": [
    `He said: "I ${"a".repeat(20)}." And more words than fit here.`,
    [`He said: "I ${"a".repeat(20)}."`, "And more words than fit here."],
  ],
  "between sentences without blanks": [
    `${"あ".repeat(30)}。${"い".repeat(30)}`,
    [`${"あ".repeat(30)}。`, "い".repeat(30)],
  ],
  "between words": [
    `${"word ".repeat(10)}end`,
    ["word word word word word word word word", "word word end"],
  ],
  "never within a character": [FAMILY.repeat(8), [FAMILY.repeat(5), FAMILY.repeat(3)]],
  "nor between a letter and its accent": [
    "q\u0301".repeat(30),
    ["q\u0301".repeat(20), "q\u0301".repeat(10)],
  ],
  "not at an ending in the first half": [
    `a. ${"b".repeat(50)}`,
    [`a. ${"b".repeat(37)}`, "b".repeat(13)],
  ],
};

for (const [name, [text, parts]] of Object.entries(TABLE)) {
  test(`a text is cut ${name}`, () => assert.deepEqual(splitText(text, 40), parts));
}

test("what has a character that is too long, or is a document, is not cut", () => {
  assert.equal(splitText(`a${"\u0301".repeat(50)}`, 40), null);
  assert.equal(splitText("x".repeat(801), 40), null);
  assert.equal(splitText("x".repeat(800), 40)?.length, 20);
});

test("no visible character is lost, and the order stays", () => {
  const text = `${"One sentence. Another, longer one!\n\nA paragraph\n".repeat(12)}end`;
  const parts = splitText(text, 40) ?? [];
  assert.equal(parts.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
  assert.ok(parts.every((part) => [...part].length <= 40 && part !== ""));
});
