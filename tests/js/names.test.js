// Names that look alike, here and in Python.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { alike, looks } from "../../src/cruddur/web/pages/static/js/names.js";
import { cleaned } from "../../src/cruddur/web/pages/static/js/text.js";

test("those whose names could be taken for each other's are found, and nobody else", () => {
  const people = [
    { uuid: "1", display_name: "Maya Lindqvist" },
    { uuid: "2", display_name: "M\u0430ya L1ndqvist" },
    { uuid: "3", display_name: "Tomás" },
    { uuid: "3", display_name: "Tomas" }, // renamed: still the same person
    { uuid: "4", display_name: "Inês" },
  ];
  assert.deepEqual([...alike(people)].sort(), ["1", "2"]);
});

test("what is sent has something visible, and is composed", () => {
  for (const nothing of ["", " \n", "\u200b", "\u3164\u2800", "\u0301", "\ufe0f"])
    assert.equal(cleaned(nothing), "");
  assert.equal(cleaned("cafe\u0301\r\n"), "caf\u00e9\n");
  for (const text of ["👨‍👩‍👧", "1️⃣", "می‌خواهم"]) assert.equal(cleaned(text), text);
});

// Written by the Python side of this test: names with their looks, and Python's table of what is ignorable.
const python = process.env.PYTHON_SAYS && JSON.parse(readFileSync(process.env.PYTHON_SAYS, "utf8"));

test("names look the same to Python", { skip: !python }, () => {
  for (const [name, look] of python.looks) assert.equal(looks(name), look, JSON.stringify(name));
});

test("Python's table of what is ignorable is Unicode's", { skip: !python }, () => {
  const table = new Set(python.ignorable);
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const isAnnotation = 0xfff9 <= code && code <= 0xfffb;
    const wanted =
      isAnnotation || /\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code));
    assert.equal(table.has(code), wanted, code.toString(16));
  }
});
