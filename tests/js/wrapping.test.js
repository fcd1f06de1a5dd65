// What the keys for bold and the like make of a selection. ⟦ and ⟧ stand around what is selected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { wrapped } from "../../src/cruddur/web/pages/static/js/wrapping.js";

const TABLE = [
  ["*", "say ⟦hello⟧ now", "say ⟦*hello*⟧ now"],
  ["*", "say ⟦*hello*⟧ now", "say ⟦hello⟧ now"],
  ["*", "say *⟦hello⟧* now", "say ⟦hello⟧ now"],
  ["_", "⟦ hello ⟧", "⟦ _hello_ ⟧"],
  ["*", "⟦⟧", "*⟦⟧*"],
  ["*", "*⟦⟧*", "⟦⟧"],
  ["*", "one ⟦⟧", "one *⟦⟧*"],
  ["*", "o⟦⟧ne", "⟦*one*⟧"],
  ["*", "un⟦believ⟧able", "⟦*unbelievable*⟧"],
  ["~", "⟦one\n\n> two\n- three⟧", "⟦~one~\n\n> ~two~\n- ~three~⟧"],
  ["~", "⟦~one~\n- ~two~⟧", "⟦one\n- two⟧"],
  ["`", "⟦code⟧", "⟦`code`⟧"],
  ["`", "⟦two\nlines⟧", "```\n⟦two\nlines⟧\n```"],
  ["`", "```\n⟦two\nlines⟧\n```", "⟦two\nlines⟧"],
  ["*", "👋⟦hi⟧👋", "👋⟦*hi*⟧👋"],
];

for (const [mark, before, after] of TABLE) {
  test(`${mark} in ${JSON.stringify(before)}`, () => {
    const [from, to] = [before.indexOf("⟦"), before.indexOf("⟧") - 1];
    const value = before.replace(/[⟦⟧]/gu, "");
    const change = wrapped(value, from, to, mark);
    const text = value.slice(0, change.from) + change.text + value.slice(change.to);
    const shown = `${text.slice(0, change.start)}⟦${text.slice(change.start, change.end)}⟧${text.slice(change.end)}`;
    assert.equal(shown, after);
  });
}
