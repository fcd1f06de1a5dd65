// A module says the same without its comments and white space.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "acorn";

/** The syntax tree without the places in the text. */
const treeOf = (text) =>
  JSON.stringify(parse(text, { ecmaVersion: "latest", sourceType: "module" }), (key, value) => {
    if (key === "start" || key === "end") return undefined;
    return typeof value === "bigint" ? `${value}` : value;
  });

const shortened = JSON.parse(readFileSync(process.env.SHORTENED, "utf-8"));

for (const [name, [whole, short]] of Object.entries(shortened))
  test(`${name} says the same when it is shortened`, () => {
    assert.equal(treeOf(short), treeOf(whole));
  });
