// Which lines and runs stand in the message list: a table of messages, written as one word each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { beBrowser, load } from "./service.js";

beBrowser("");
const { messageRowsOf } = await load("message_rows");

const ME = { uuid: "me" };

/** "tomas 23T09:00" → a message; its number is its place in the list. */
function itemsOf(words) {
  return words.map((word, at) => {
    const [sender, when] = word.split(" ");
    return { uuid: `${at + 1}`, seq: at + 1, user_uuid: sender, created_at: `2026-11-${when}:00` };
  });
}

/** "[" and "]" stand where a run of one sender begins and ends. */
function shown({ kind, key, item, first, last }) {
  if (kind !== "message") return kind === "new" ? "new" : key;
  return `${first ? "[" : ""}${item.seq}${last ? "]" : ""}`;
}

const DAY = "day 2026-11-23";
const TABLE = {
  nothing: [[], null, []],
  "a run of one sender": [["a 23T09:00", "a 23T09:09"], null, [DAY, "[1", "2]"]],
  "two senders": [["a 23T09:00", "b 23T09:01"], null, [DAY, "[1]", "[2]"]],
  "ten minutes end a run": [["a 23T09:00", "a 23T09:10"], null, [DAY, "[1]", "[2]"]],
  "a day ends a run": [["a 23T23:59", "a 24T00:01"], null, [DAY, "[1]", "day 2026-11-24", "[2]"]],
  "a clock that was wrong": [
    ["a 23T09:00", "b 24T09:00", "a 23T09:01"],
    null,
    [DAY, "[1]", "day 2026-11-24", "[2]", "[3]"],
  ],
  "the first new one ends a run": [["a 23T09:00", "a 23T09:01"], 2, [DAY, "[1]", "new", "[2]"]],
  "all are new": [["a 23T09:00"], 1, [DAY, "new", "[1]"]],
  "one's own is never new": [
    ["a 23T09:00", "me 23T09:01", "a 23T09:02"],
    2,
    [DAY, "[1]", "[2]", "new", "[3]"],
  ],
  "none is new": [["a 23T09:00"], 2, [DAY, "[1]"]],
};

for (const [name, [words, newFrom, wanted]] of Object.entries(TABLE)) {
  test(`${name}`, () =>
    assert.deepEqual(messageRowsOf(itemsOf(words), newFrom, ME).map(shown), wanted));
}

test("a message on its way has no number, and is not new", () => {
  const pending = { uuid: "x", seq: null, user_uuid: "a", created_at: "2026-11-23T09:00:00" };
  assert.deepEqual(
    messageRowsOf([pending], 1, ME).map(({ kind }) => kind),
    ["day", "message"],
  );
});

// Written by the Python side of this test: conversations, and the rows that the server makes of them.
const python = process.env.PYTHON_SAYS && JSON.parse(readFileSync(process.env.PYTHON_SAYS, "utf8"));

/** The times of the days, and of each its rows: number, first and last of a run, first unread. */
function daysOf(rows) {
  const [times, days] = [[], []];
  let isFirstUnread = false;
  for (const row of rows) {
    if (row.kind === "day") {
      times.push(row.at);
      days.push([]);
    } else if (row.kind === "message")
      days.at(-1).push([row.item.seq, row.first, row.last, isFirstUnread]);
    isFirstUnread = row.kind === "new";
  }
  return [times, days];
}

test("the server makes the same rows", { skip: !python }, () => {
  for (const { items, newFrom, days } of python.rows)
    assert.deepEqual(daysOf(messageRowsOf(items, newFrom, ME)), days);
});
