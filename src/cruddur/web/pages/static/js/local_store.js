// Stores the unsent messages on disk, or in this tab's memory if the disk refuses them.

import { Database, isNewer } from "./database.js";

const disk = new Database("cruddur", [makeOutbox]);
/** @type {Map<string, Page.Entry>} By message. */
const memory = new Map();
/** @type {Set<string>} */
const gone = new Set(); // uuids of entries that could not be deleted on disk

/** @param {IDBDatabase} database */
function makeOutbox(database) {
  const outbox = database.createObjectStore("outbox", { keyPath: "message_uuid" });
  outbox.createIndex("user_uuid", "user_uuid");
}

/** @param {Page.Entry} one
    @param {Page.Entry} other */
const isOlder = (one, other) => (one.message_uuid < other.message_uuid ? -1 : 1);

/** All entries of one user, oldest first. Rejects if the disk does not answer.
    @param {string} userUuid */
export async function entriesOf(userUuid) {
  const found = await disk.run("outbox", (store) => store.index("user_uuid").getAll(userUuid));
  const known = new Map(found.map((entry) => [entry.message_uuid, entry]));
  for (const uuid of gone) known.delete(uuid);
  for (const entry of memory.values())
    if (entry.user_uuid === userUuid) known.set(entry.message_uuid, entry);
  return [...known.values()].sort(isOlder);
}

/** The stored entry, or undefined if there is none. Rejects if the disk does not answer.
    @param {string} uuid */
export async function entry(uuid) {
  if (memory.has(uuid) || gone.has(uuid)) return memory.get(uuid);
  return disk.run("outbox", (store) => store.get(uuid));
}

/** Stores these entries and deletes `dropped`, in one transaction. Returns the entries with `unkept`: false if they
    are on disk, otherwise the reason why they are not.
    @param {Page.Entry[]} entries
    @param {string[]} [dropped] */
export async function putEntries(entries, dropped = []) {
  const unkept = await failureOf(() =>
    disk.run("outbox", (store) => {
      for (const uuid of dropped) store.delete(uuid);
      for (const one of entries) store.put({ ...one, unkept: false });
    }),
  );
  const kept = entries.map((one) => ({ ...one, unkept }));
  for (const uuid of dropped) forget(uuid, !unkept);
  for (const one of kept) {
    if (unkept) memory.set(one.message_uuid, one);
    else memory.delete(one.message_uuid);
  }
  return kept;
}

/** Deletes the entry. Returns whether that succeeded on disk; otherwise the next page may find it again.
    @param {string} uuid */
export async function removeEntry(uuid) {
  const isDone = !(await failureOf(() => disk.run("outbox", (store) => void store.delete(uuid))));
  forget(uuid, isDone);
  return isDone;
}

/** @param {string} userUuid */
export async function removeEntriesOf(userUuid) {
  for (const one of await entriesOf(userUuid)) await removeEntry(one.message_uuid);
}

/** @param {string} uuid
    @param {boolean} isDone */
function forget(uuid, isDone) {
  memory.delete(uuid);
  if (!isDone) gone.add(uuid);
}

/** Runs `work`. Returns false if it succeeds, and otherwise why the disk refused it.
    @param {() => Promise<unknown>} work
    @returns {Promise<Page.Unkept>} */
async function failureOf(work) {
  try {
    await work();
    return false;
  } catch (error) {
    return isNewer(error) ? "newer" : "refused"; // or full, broken, or without an answer
  }
}
