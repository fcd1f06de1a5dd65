// A search compares the same here and in Python.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { folded, hasWords } from "../../src/cruddur/web/pages/static/js/folding.js";

const python = process.env.PYTHON_SAYS && JSON.parse(readFileSync(process.env.PYTHON_SAYS, "utf8"));

test("text is folded as Python folds it", { skip: !python }, () => {
  for (const [text, wanted] of python.folded) assert.equal(folded(text), wanted, text);
});

test("each word has to begin a word", () => {
  for (const query of ["ines", "mor in", "Inês Moreau", "m"])
    assert.ok(hasWords("Inês Moreau", query), query);
  for (const query of ["nes", "in x", "", " "]) assert.ok(!hasWords("Inês Moreau", query), query);
});
