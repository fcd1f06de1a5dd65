// The inbox rows that are being fetched, since an event named a conversation that this page does not hold.

import * as api from "./api.js";

export class AskedRows {
  /** @type {Map<string, (() => void)[]>} By conversation: events to apply when its row has been fetched. */
  #asked = new Map();
  #found;

  /** @param {(row: Api.InboxRow) => void} found is called with each row */
  constructor(found) {
    this.#found = found;
  }

  /** Fetches the row of a conversation.
      @param {string} uuid */
  async ask(uuid) {
    if (this.#asked.has(uuid)) return;
    this.#asked.set(uuid, []);
    try {
      this.#found(await api.messageGroup(uuid));
      for (const happen of this.#asked.get(uuid) ?? []) happen();
    } catch {
      // The next event of that conversation, or the next refresh, brings it.
    } finally {
      this.#asked.delete(uuid);
    }
  }

  /** Applies an event again after the row was fetched, since the answer may be older than the event.
      @param {string} uuid
      @param {() => void} happen */
  afterwards(uuid, happen) {
    this.#asked.get(uuid)?.push(happen);
  }
}
