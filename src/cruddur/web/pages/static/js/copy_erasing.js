// Erases the copy of conversations that this device has. copy.js, which is fetched when it is needed, makes it.

import { outside } from "./base_path.js";

/** The database of the copy. What waits to be sent is in another one. */
export const COPY = `cruddur-copy${outside("")}`;

/** The cache in which the service worker keeps pictures of people. A host may import this where there is no page. */
export const PICTURES = `cruddur-pictures ${globalThis.location?.origin}${outside("/")}`;

/** Resolves when the copy is gone, or will be gone as soon as the other tabs have closed it. */
export const eraseCopy = () =>
  Promise.allSettled([globalThis.caches?.delete(PICTURES), eraseDatabase()]);

/** @returns {Promise<unknown>} */
const eraseDatabase = () =>
  new Promise((resolve) => {
    try {
      const request = indexedDB.deleteDatabase(COPY);
      request.onsuccess = request.onerror = request.onblocked = resolve;
    } catch (refused) {
      resolve(refused); // there is no storage, and so no copy
    }
  });
