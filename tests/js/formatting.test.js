// What marks say: the table that Python's grammar is held by as well, and what Python makes of texts of chance.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { blocksOf, plainText } from "../../src/cruddur/web/pages/static/js/formatting.js";
import { isInWord } from "../../src/cruddur/web/pages/static/js/marks.js";

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf-8"));
const TABLE = read("formatting.json");
const { hostile, beginnings } = read("formatting_pieces.json");
const python = JSON.parse(readFileSync(process.env.PYTHON_SAYS, "utf-8"));

const written = (parts) => parts.map(writtenOne).join("");

function writtenOne(part) {
  if (typeof part === "string") return part;
  const { kind, children, number } = part;
  if (kind === "text") return `|${written(children)}`;
  if (kind === "gap") return `[gap ${number}]`;
  if (["bold", "italic", "struck", "code"].includes(kind)) return `{${kind} ${written(children)}}`;
  return `[${kind} ${number === null ? "" : `${number} `}${written(children)}]`;
}

for (const [kind, cases] of Object.entries(TABLE)) {
  test(`marks: ${kind}`, () => {
    for (const [text, wanted] of cases) assert.equal(written(blocksOf(text)), wanted);
  });
}

test("texts of chance say what they say to Python", () => {
  for (const [text, wanted, plain] of python.formatting) {
    assert.equal(written(blocksOf(text)), wanted, JSON.stringify(text));
    assert.equal(plainText(text), plain);
  }
});

test("the same characters belong to words as in Python", () => {
  const between = new Set(python.between);
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    assert.equal(isInWord(String.fromCodePoint(code), 0), !between.has(code), code.toString(16));
  }
});

test("a text that is all marks takes no longer than it is long", () => {
  for (const piece of hostile)
    for (const beginning of beginnings)
      assert.equal(typeof plainText(beginning + piece.repeat(30_000 / piece.length)), "string");
});
