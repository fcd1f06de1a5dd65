// What must outlive a reload: messages not yet sent, in IndexedDB, and drafts, in localStorage, which
// has each letter before the page can go away. Kept apart by person.

const NAME = "cruddur";
const VERSION = 1;

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => makeStores(request.result);
    request.onsuccess = () => resolve(watched(request.result));
    request.onerror = () => reject(request.error);
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

function makeStores(database) {
  const outbox = database.createObjectStore("outbox", { keyPath: "message_uuid" });
  outbox.createIndex("user_uuid", "user_uuid");
}

/** A connection that the browser closes, or a newer page wants out of the way, is opened anew. */
function watched(database) {
  const forget = () => {
    database.close();
    opening = null;
  };
  database.onversionchange = forget;
  database.onclose = forget;
  return database;
}

/** Runs one request in one transaction; done when it is on disk, not before. */
async function run(storeName, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(storeName, mode, { durability: "strict" });
    const request = work(transaction.objectStore(storeName));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

export const outboxOf = async (userUuid) =>
  (await run("outbox", "readonly", (store) => store.index("user_uuid").getAll(userUuid))).sort(
    (one, other) => (one.message_uuid < other.message_uuid ? -1 : 1),
  );
export const outboxEntry = (uuid) => run("outbox", "readonly", (store) => store.get(uuid));
export const putOutbox = (entry) => run("outbox", "readwrite", (store) => store.put(entry));
export const removeOutbox = (uuid) => run("outbox", "readwrite", (store) => store.delete(uuid));

const draftsOf = (userUuid) => `cruddur-draft/${userUuid}/`;

export function draftOf(userUuid, conversation) {
  try {
    return localStorage.getItem(draftsOf(userUuid) + conversation) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

export function putDraft(userUuid, conversation, text) {
  const key = draftsOf(userUuid) + conversation;
  try {
    if (text.trim() === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // The text is still in the field; only a reload would lose it.
  }
}

const rewritesOf = (userUuid, conversation) => `${draftsOf(userUuid)}${conversation}/`;

/** What old messages were being changed to: [{message, text}], the newest message last. */
export function rewritesIn(userUuid, conversation) {
  try {
    const isHere = (key) => key.startsWith(rewritesOf(userUuid, conversation));
    const found = Object.keys(localStorage).filter(isHere).map((key) => JSON.parse(localStorage.getItem(key)));
    return found.sort((one, other) => one.message.seq - other.message.seq);
  } catch {
    return [];
  }
}

/** Keeps the text that is to replace an old message's; null when that is over. */
export function putRewrite(userUuid, conversation, { message_group_uuid, seq, message }, text) {
  const key = rewritesOf(userUuid, conversation) + seq;
  const value = { message: { message_group_uuid, seq, message }, text };
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // As with a draft.
  }
}

/** Everything of one person, when they sign out. */
export async function forget(userUuid) {
  for (const entry of await outboxOf(userUuid)) await removeOutbox(entry.message_uuid);
  const isTheirs = (key) => key.startsWith(draftsOf(userUuid));
  for (const key of Object.keys(localStorage).filter(isTheirs)) localStorage.removeItem(key);
}
