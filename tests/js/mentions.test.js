// Whose handles stand in a text: the same as Python finds.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mentionedIn, piecesOf } from "../../src/cruddur/web/pages/static/js/mentions.js";

const python = JSON.parse(readFileSync(process.env.PYTHON_SAYS, "utf-8"));

test("texts of chance have the pieces that they have to Python", () => {
  const handles = ["maya_", "maya", "a", "b_c", "77"];
  const mentions = handles.map((handle) => ({ user_uuid: handle, handle }));
  const known = mentionedIn(mentions, new Map());
  for (const [text, wanted] of python.pieces) {
    const found = piecesOf(text, known).map((one) => [one.text, one.person?.uuid ?? null]);
    assert.deepEqual(found, wanted, JSON.stringify(text));
  }
});

test("a handle is shown as it is now, and as it was written where nobody knows", () => {
  const mentions = [
    { user_uuid: "1", handle: "Maya" },
    { user_uuid: "2", handle: "tomas" },
  ];
  const known = mentionedIn(mentions, new Map([["1", "maya.l"]]));
  const shown = piecesOf("@MAYA. @tomas", known).map((one) => one.person?.shown ?? one.text);
  assert.deepEqual(shown, ["", "maya.l", ". ", "tomas", ""]);
});
