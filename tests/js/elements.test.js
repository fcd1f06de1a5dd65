// What the elements decide without a page: what one can do with a message, what is new, and what was being written.

import assert from "node:assert/strict";
import { test } from "node:test";
import { beBrowser, load, ME, messageOf } from "./service.js";

beBrowser("");
globalThis.isSecureContext = true;
const { actsOn, whyClosed } = await load("element_rules");
const { Newness } = await load("element_newness");
const { draftOf, keepDraft } = await load("element_drafts");
const { OlderMessages } = await load("element_older");
const { Unreachable } = await load("api");

const KNOWN = { state: "open", me: ME.uuid, group: null, isBlocked: false };
const TALK = { error: null, row: { handle: "tomas" } };
const mine = messageOf(1, { user_uuid: ME.uuid });

function groupWith(role) {
  return { who_may_write: "admins", members: [{ uuid: ME.uuid, role }] };
}

test("one can do with one's own message all, and with another's less", () => {
  assert.deepEqual(actsOn(mine, TALK, KNOWN), ["reply", "edit", "copy", "delete"]);
  assert.deepEqual(actsOn(messageOf(2), TALK, KNOWN), ["reply", "copy"]);
  for (const more of [{ kind: "event" }, { deleted_at: "2026" }, { seq: null }])
    assert.deepEqual(actsOn({ ...mine, ...more }, TALK, KNOWN), []);
});

test("where one cannot write one can delete, and where one is not any more only copy", () => {
  const blocked = { ...KNOWN, isBlocked: true };
  assert.deepEqual(actsOn(mine, TALK, blocked), ["copy", "delete"]);
  const gone = { ...TALK, error: new Error("You are gone.") };
  assert.deepEqual(actsOn(mine, gone, KNOWN), ["copy"]);
  assert.equal(whyClosed(gone, KNOWN), "You are gone.");
});

test("a network that is down closes nothing", () => {
  assert.equal(whyClosed({ ...TALK, error: new Unreachable() }, KNOWN), "");
});

test("only admins write where only they may", () => {
  assert.match(whyClosed(TALK, { ...KNOWN, group: groupWith("member") }), /admins/);
  assert.equal(whyClosed(TALK, { ...KNOWN, group: groupWith("admin") }), "");
  assert.match(whyClosed({ ...TALK, row: { handle: "-1" } }, KNOWN), /deleted/);
  assert.match(whyClosed(TALK, { ...KNOWN, state: "signed_out" }), /signed out/);
});

test("new is what is there at first and was not read, and then what comes while nobody looks", () => {
  const newness = new Newness(ME.uuid, 2);
  const upTo = (last) => Array.from({ length: last }, (_, at) => messageOf(at + 1));
  newness.look(upTo(4), true);
  assert.deepEqual([newness.from, newness.count(upTo(4))], [3, 2]);
  newness.seen(4);
  newness.look(upTo(5), true);
  newness.seen(5);
  assert.equal(newness.from, 3); // one saw it come
  newness.look(upTo(6), false);
  newness.look(upTo(7), false);
  assert.deepEqual([newness.from, newness.count(upTo(7))], [6, 2]);
  newness.end();
  newness.look([...upTo(7), messageOf(8, { user_uuid: ME.uuid })], true);
  assert.equal(newness.from, null);
});

test("a draft is kept, and an empty one leaves nothing behind", () => {
  const stored = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
    removeItem: (key) => stored.delete(key),
  };
  const none = { text: "", replyTo: null, editing: null };
  keepDraft("me/@tom", { ...none, text: "Hello", replyTo: 3 });
  assert.deepEqual(draftOf("me/@tom"), { text: "Hello", replyTo: 3, editing: null });
  assert.equal(stored.size, 1);
  keepDraft("me/@tom", none);
  assert.equal(stored.size, 0);
  stored.set("cruddur-embedded-draft/me/@ida", "no JSON");
  assert.deepEqual(draftOf("me/@ida"), none);
});

test("older messages that are being loaded are not asked for once more", async () => {
  const asked = [];
  const talk = { hasOlder: true, loadOlder: () => new Promise((resolve) => asked.push(resolve)) };
  const older = new OlderMessages(() => {});
  older.want(talk, false); // by scrolling
  const jumped = older.load(talk); // by a press on a quote
  assert.deepEqual([asked.length, older.isLoading], [1, true]);
  asked[0]();
  await jumped;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(older.isLoading, false);
});
