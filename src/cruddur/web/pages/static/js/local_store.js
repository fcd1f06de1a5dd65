// Stores on disk what waits to be sent, or in this tab's memory if the disk refuses it.

import { asFailure } from "./api.js";
import { Database, isNewer } from "./database.js";

const stores = new Database("cruddur", [makeOutbox, makeChanges]);

/** @type {(() => Promise<unknown>) | null} */
let makeRoom = null;

/** Says what is erased where the storage is full: what waits to be sent is nowhere else.
    @param {() => Promise<unknown>} erase */
export function makeRoomBy(erase) {
  makeRoom = erase;
}

/** @param {IDBDatabase} database */
function makeOutbox(database) {
  const outbox = database.createObjectStore("outbox", { keyPath: "message_uuid" });
  outbox.createIndex("user_uuid", "user_uuid");
}

/** @param {IDBDatabase} database */
function makeChanges(database) {
  const changes = database.createObjectStore("changes", { keyPath: "key" });
  changes.createIndex("user_uuid", "user_uuid");
}

/** @typedef {{ user_uuid: string; unkept?: Page.Unkept }} Owned */

/** One store of the disk, whose entries belong to users.
    @template {Owned} Entry */
class LocalStore {
  #name;
  #keyOf;
  /** @type {Map<string, Entry>} By key. */
  #memory = new Map();
  /** @type {Set<string>} */
  #gone = new Set(); // keys of entries that could not be deleted on disk

  /** @param {string} name
      @param {(entry: Entry) => string} keyOf */
  constructor(name, keyOf) {
    this.#name = name;
    this.#keyOf = keyOf;
  }

  /** All entries of one user. Rejects if the disk does not answer.
      @param {string} userUuid
      @returns {Promise<Entry[]>} */
  async allOf(userUuid) {
    const found = await this.#run((store) => store.index("user_uuid").getAll(userUuid));
    const known = new Map(found.map((entry) => [this.#keyOf(entry), entry]));
    for (const key of this.#gone) known.delete(key);
    for (const [key, entry] of this.#memory)
      if (entry.user_uuid === userUuid) known.set(key, entry);
    return [...known.values()];
  }

  /** The stored entry, or undefined if there is none. Rejects if the disk does not answer.
      @param {string} key
      @returns {Promise<Entry | undefined>} */
  async get(key) {
    if (this.#memory.has(key) || this.#gone.has(key)) return this.#memory.get(key);
    return this.#run((store) => store.get(key));
  }

  /** Stores these entries and deletes `dropped`, in one transaction. Returns the entries with `unkept`: false if they
      are on disk, otherwise the reason why they are not.
      @param {Entry[]} entries
      @param {string[]} [dropped] keys
      @returns {Promise<Entry[]>} */
  async put(entries, dropped = []) {
    const unkept = await failureOf(() =>
      this.#run((store) => {
        for (const key of dropped) store.delete(key);
        for (const one of entries) store.put({ ...one, unkept: false });
      }),
    );
    const kept = entries.map((one) => ({ ...one, unkept }));
    for (const key of dropped) this.#forget(key, !unkept);
    for (const one of kept) this.#keep(one, unkept);
    return kept;
  }

  /** @param {Entry} entry
      @param {Page.Unkept} unkept */
  #keep(entry, unkept) {
    const key = this.#keyOf(entry);
    if (unkept) this.#memory.set(key, entry);
    else this.#memory.delete(key);
    if (!unkept) this.#gone.delete(key);
  }

  /** Deletes the entry, if `isIt` holds for what is stored under its key by then: another tab may have replaced it.
      If the disk refuses that, the next page may find it again.
      @param {string} key
      @param {(stored: Entry) => boolean} [isIt] */
  async remove(key, isIt = () => true) {
    const refused = await failureOf(() =>
      this.#run((store) => {
        const found = store.get(key);
        found.onsuccess = () => found.result && isIt(found.result) && store.delete(key);
      }),
    );
    const held = this.#memory.get(key);
    if (!held || isIt(held)) this.#forget(key, !refused);
  }

  /** @param {string} userUuid */
  async removeAllOf(userUuid) {
    for (const one of await this.allOf(userUuid)) await this.remove(this.#keyOf(one));
  }

  /** @param {string} key
      @param {boolean} isDone */
  #forget(key, isDone) {
    this.#memory.delete(key);
    if (!isDone) this.#gone.add(key);
  }

  /** @template Result
      @param {(store: IDBObjectStore) => IDBRequest<Result> | void} work */
  #run(work) {
    return stores.run(this.#name, work);
  }
}

/** Runs `work`. Returns false if it succeeds, and otherwise why the disk refused it.
    @param {() => Promise<unknown>} work
    @returns {Promise<Page.Unkept>} */
async function failureOf(work) {
  try {
    await work().catch((error) => withRoom(error, work));
    return false;
  } catch (error) {
    return isNewer(error) ? "newer" : "refused"; // or full, broken, or without an answer
  }
}

/** Tries again where the storage is full, when there is room.
    @param {unknown} error
    @param {() => Promise<unknown>} work */
async function withRoom(error, work) {
  if (!makeRoom || asFailure(error).name !== "QuotaExceededError") throw error;
  await makeRoom();
  return work();
}

/** The unsent messages, by their uuids.
    @type {LocalStore<Page.Entry>} */
export const unsentMessages = new LocalStore("outbox", (entry) => entry.message_uuid);

/** The unsent changes, by what they set: of two that set the same, the later one is kept.
    @type {LocalStore<Page.WaitingChange>} */
export const unsentChanges = new LocalStore("changes", (change) => change.key);

/** @param {string} userUuid */
export async function removeUnsentOf(userUuid) {
  for (const store of [unsentMessages, unsentChanges]) await store.removeAllOf(userUuid);
}
