// Locks between the tabs of a browser that has none of its own, because the page came without TLS: leases in IndexedDB,
// which expire. turns.js fetches this part for them.

import { Database } from "./database.js";
import { uuidv7 } from "./uuid.js";
import { pause } from "./backoff.js";

const LEASE_MS = 30_000; // longer than a request may take
const RENEW_MS = 10_000;
const ASK_AGAIN_MS = 200;
const HOLDER = uuidv7();

const disk = new Database("cruddur-leases", [
  (database) => database.createObjectStore("leases", { keyPath: "name" }),
]);
/** @type {Map<string, Promise<unknown>>} By name: the work that was last queued in this tab. */
const turns = new Map();

/** Runs `work` while no other tab runs work under this name, after what was queued in this tab: a lease belongs to the
    whole tab. If the browser has no storage either, `work` runs at once; the server then stores a message only once by
    its uuid.
    @template Result
    @param {string} name
    @param {() => Promise<Result>} work
    @returns {Promise<Result>} */
export function inTurn(name, work) {
  const mine = (turns.get(name) ?? Promise.resolve()).then(() => leased(name, work));
  turns.set(
    name,
    mine.catch(() => {}),
  );
  return mine;
}

/** @template Result
    @param {string} name
    @param {() => Promise<Result>} work
    @returns {Promise<Result>} */
async function leased(name, work) {
  await take(name);
  const renewal = setInterval(() => tryToTake(name).catch(() => {}), RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await release(name).catch(() => {}); // the lease expires by itself
  }
}

/** @param {string} name */
async function take(name) {
  try {
    while (!(await tryToTake(name))) await pause(ASK_AGAIN_MS);
  } catch {
    // If the disk does not answer, messages are sent without a lease.
  }
}

/** @param {string} name */
async function tryToTake(name) {
  let isMine = false;
  await disk.run("leases", (store) => {
    const found = store.get(name);
    found.onsuccess = () => {
      isMine = isFree(found.result);
      if (isMine) store.put({ name, holder: HOLDER, until: Date.now() + LEASE_MS });
    };
  });
  return isMine;
}

/** Whether the lease is free. One that ends later than LEASE_MS from now was made before the clock was set back.
    @param {{ holder: string; until: number } | undefined} lease */
function isFree(lease) {
  const left = lease ? lease.until - Date.now() : 0;
  return left <= 0 || left > LEASE_MS || lease?.holder === HOLDER;
}

/** @param {string} name */
const release = (name) =>
  disk.run("leases", (store) => {
    const found = store.get(name);
    found.onsuccess = () => found.result?.holder === HOLDER && store.delete(name);
  });
