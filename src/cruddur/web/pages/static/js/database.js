// IndexedDB with deadlines: a browser may refuse it, never open it, or close the connection.

import { asFailure } from "./api.js";

const OPEN_MS = 2000;
const WORK_MS = 5000;

/** @typedef {(database: IDBDatabase, transaction: IDBTransaction) => void} Step */

/** Whether the error means that a page of a newer version has upgraded the database.
    @param {unknown} error */
export const isNewer = (error) => asFailure(error).name === "VersionError";

/** A database with its stores. */
export class Database {
  #name;
  #steps;
  /** @type {{ ready: Promise<IDBDatabase>; until: number } | null} */
  #opening = null;

  /** Each of `steps` upgrades the stores from one version to the next; the first creates them. A released step is
      never changed, since browsers have already run it.
      @param {string} name
      @param {Step[]} steps */
  constructor(name, steps) {
    this.#name = name;
    this.#steps = steps;
  }

  /** Runs `work(store)` in one transaction, and resolves to its request's result when the transaction is on disk.
      Rejects with an error that `isNewer` recognizes if a page of a newer version has upgraded the database.
      @template Result
      @param {string} storeName
      @param {(store: IDBObjectStore) => IDBRequest<Result> | void} work */
  async run(storeName, work) {
    try {
      return await this.#once(storeName, work);
    } catch (error) {
      if (asFailure(error).name !== "InvalidStateError") throw error;
      this.#opening = null; // the browser has closed this connection: a new one may work
      return this.#once(storeName, work);
    }
  }

  /** @template Result
      @param {string} storeName
      @param {(store: IDBObjectStore) => IDBRequest<Result> | void} work 
      @returns {Promise<Result>} */
  async #once(storeName, work) {
    const database = await this.#open();
    /** @type {Promise<Result>} */
    const done = new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, "readwrite", { durability: "strict" });
      const request = work(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(/** @type {Result} */ (request?.result));
      transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
      transaction.onerror = () => reject(transaction.error ?? new Error("failed"));
    });
    return within(WORK_MS, done);
  }

  /** All callers share one deadline for opening the database. After it, each further call fails at once. */
  #open() {
    this.#opening ??= { ready: this.#begin(), until: Date.now() + OPEN_MS };
    return within(Math.max(0, this.#opening.until - Date.now()), this.#opening.ready);
  }

  async #begin() {
    try {
      return await new Promise((resolve, reject) => {
        const request = indexedDB.open(this.#name, this.#steps.length);
        request.onupgradeneeded = ({ oldVersion }) => this.#upgrade(request, oldVersion);
        request.onsuccess = () => resolve(this.#watched(request.result));
        request.onerror = () => reject(request.error);
      });
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  /** Runs the steps that are missing, in one transaction: if a step throws, the database stays as it was.
      @param {IDBOpenDBRequest} request
      @param {number} oldVersion */
  #upgrade({ result, transaction }, oldVersion) {
    if (!transaction) return; // TypeScript does not know that there always is one here
    for (const step of this.#steps.slice(oldVersion)) step(result, transaction);
  }

  /** Prepares a connection for being closed by the browser, or by a page that has to upgrade the database. The next
      call of `run` opens another one.
      @param {IDBDatabase} database */
  #watched(database) {
    const forget = () => {
      database.close();
      this.#opening = null;
    };
    database.onversionchange = forget;
    database.onclose = forget;
    return database;
  }
}

/** @template Result
    @param {number} milliseconds
    @param {Promise<Result>} promise
    @returns {Promise<Result>} */
function within(milliseconds, promise) {
  let timer = 0;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error("The browser's storage does not answer.")),
      milliseconds,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
