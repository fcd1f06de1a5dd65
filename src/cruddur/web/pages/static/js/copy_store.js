// Where this device keeps its copy of conversations: one database, of one user. Each write asks whose it is, in the same
// transaction, so that a tab that is late writes nothing of one user into the copy of another.

import { COPY } from "./copy_erasing.js";
import { Database } from "./database.js";

const ME = "me";
const ROWS = "rows";
/** @param {string} uuid */
const numbersOf = (uuid) => `n/${uuid}`;
/** @param {string} uuid */
const conversationOf = (uuid) => `c/${uuid}`;
const allNumbers = () => IDBKeyRange.bound("n/", "n/\uffff");

const disk = new Database(COPY, [
  (database) => database.createObjectStore("copy", { keyPath: "id" }),
]);

/** @typedef {{ user: Api.User; seen_at: number }} Owner whose copy it is, and when it was last true (ms since 1970) */

/** Whose copy it is; undefined if there is none.
    @returns {Promise<Owner | undefined>} */
export const owner = () => disk.run("copy", (store) => store.get(ME));

/** Makes the copy this user's. What was another's, or was last true before `since`, is erased.
    @param {Api.User} user
    @param {number} since */
export const claim = (user, since) =>
  disk.run("copy", (store) => {
    const found = store.get(ME);
    found.onsuccess = () => {
      const isOurs = found.result?.user.uuid === user.uuid && found.result.seen_at >= since;
      if (!isOurs) store.clear();
      store.put({ id: ME, user, seen_at: isOurs ? found.result.seen_at : Date.now() });
    };
    return found;
  });

/** Runs `work` if the copy is this user's.
    @param {string} me
    @param {(store: IDBObjectStore) => void} work */
const asOwner = (me, work) =>
  disk.run("copy", (store) => {
    const found = store.get(ME);
    found.onsuccess = () => {
      if (found.result?.user.uuid === me) work(store);
    };
  });

/** What is stored under this id, if the copy is this user's.
    @template Found
    @param {string} me
    @param {(store: IDBObjectStore) => IDBRequest<Found>} ask
    @returns {Promise<Found | undefined>} */
async function read(me, ask) {
  /** @type {IDBRequest<Owner> | undefined} */
  let asked;
  const found = await disk.run("copy", (store) => {
    asked = store.get(ME);
    return ask(store);
  });
  return asked?.result?.user.uuid === me ? found : undefined;
}

/** The rows of the inbox, newest first.
    @param {string} me
    @returns {Promise<Api.InboxRow[]>} */
export const rows = async (me) => (await read(me, (store) => store.get(ROWS)))?.rows ?? [];

/** @param {string} me
    @param {string} uuid
    @returns {Promise<Page.Copied | undefined>} */
export const conversation = (me, uuid) => read(me, (store) => store.get(conversationOf(uuid)));

/** Up to where each conversation is copied.
    @param {string} me
    @returns {Promise<Map<string, Page.CopiedTo>>} */
export async function numbers(me) {
  /** @type {(Page.CopiedTo & { uuid: string })[]} */
  const found = (await read(me, (store) => store.getAll(allNumbers()))) ?? [];
  return new Map(found.map((one) => [one.uuid, one]));
}

/** Stores the rows, which were true at this moment.
    @param {string} me
    @param {Api.User} user
    @param {Api.InboxRow[]} found */
export const putRows = (me, user, found) =>
  asOwner(me, (store) => {
    store.put({ id: ME, user, seen_at: Date.now() });
    store.put({ id: ROWS, rows: found });
  });

/** @param {string} me
    @param {Page.Copied} copied */
export const putConversation = (me, copied) =>
  asOwner(me, (store) => {
    const { uuid, messages, older, ...to } = copied;
    store.put({ ...copied, id: conversationOf(uuid) });
    store.put({ ...to, uuid, id: numbersOf(uuid) });
  });

/** @param {string} me
    @param {string[]} uuids */
export const removeConversations = (me, uuids) =>
  asOwner(me, (store) => {
    for (const uuid of uuids) {
      store.delete(conversationOf(uuid));
      store.delete(numbersOf(uuid));
    }
  });
