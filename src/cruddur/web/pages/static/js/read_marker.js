// Marks messages as read that were on the screen of a window with the focus.

import * as api from "./api.js";

/** @import { Inbox } from "./inbox.js" */
/** @import { WaitingChanges } from "./waiting_changes.js" */

const PAUSE_MS = 2000; // so that scrolling past a hundred messages does not make a hundred writes

/** @typedef {{ uuid: string; seq: number }} LowestShown the lowest message that was on the screen */

export class ReadMarker {
  #inbox;
  #waiting;
  #looking;
  #busy = false;
  /** @type {Map<string, number>} By group: the greatest number that was on the screen. */
  #seen = new Map();
  /** @type {Map<string, number>} By group: the greatest number that the server knows to be read. */
  #told = new Map();

  /** `looking` returns the lowest message in view, or null.
      @param {{ inbox: Inbox; waiting: WaitingChanges }} parts
      @param {() => LowestShown | null} looking */
  constructor({ inbox, waiting }, looking) {
    this.#inbox = inbox;
    this.#waiting = waiting;
    this.#looking = looking;
  }

  static isSomebodyThere() {
    return document.visibilityState === "visible" && document.hasFocus();
  }

  /** The greatest number that this page knows to be read; 0 if it knows none.
      @param {string} uuid */
  readSeq(uuid) {
    return Math.max(this.#known(uuid), this.#seen.get(uuid) ?? 0);
  }

  /** Tells the server what has been read. It sends one request at a time, and never a smaller number. */
  async check() {
    const seen = this.#look();
    if (this.#busy || !seen || seen.seq <= this.#known(seen.uuid)) return;
    this.#busy = true;
    await this.#tell(seen);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    this.#busy = false;
    this.check();
  }

  #look() {
    const seen = ReadMarker.isSomebodyThere() ? this.#looking() : null;
    // The person who began a request is not to learn that it was read.
    if (!seen || this.#inbox.row(seen.uuid)?.is_request) return null;
    const seq = Math.max(seen.seq, this.#seen.get(seen.uuid) ?? 0);
    this.#seen.set(seen.uuid, seq);
    return { uuid: seen.uuid, seq };
  }

  /** Sends the request. If no answer comes, the mark waits with the other changes.
      @param {LowestShown} options */
  async #tell({ uuid, seq }) {
    try {
      await api.markRead(uuid, seq);
      this.#inbox.onRead(uuid, seq);
    } catch (error) {
      if (api.isTemporary(error))
        await this.#waiting.add("read", { kind: "read", group: uuid, seq });
    }
    this.#told.set(uuid, seq); // a refused one would be refused again
  }

  /** @param {string} uuid */
  #known(uuid) {
    return Math.max(this.#inbox.row(uuid)?.read_seq ?? 0, this.#told.get(uuid) ?? 0);
  }
}
