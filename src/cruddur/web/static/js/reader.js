// Marks a conversation read, when somebody really looks at its newest message.

import * as api from "./api.js";

const TRY_AGAIN_MS = 5000;

export class Reader {
  #inbox;
  #looking;
  #busy = false;
  #told = new Map(); // group uuid → the highest number the server knows to be read

  /** `looking` returns {uuid, seq} of the newest message in view, or null. */
  constructor(inbox, looking) {
    this.#inbox = inbox;
    this.#looking = looking;
  }

  static isSomebodyThere() {
    return document.visibilityState === "visible" && document.hasFocus();
  }

  /** One request at a time, and only ever forward. */
  async check() {
    const seen = Reader.isSomebodyThere() ? this.#looking() : null;
    if (this.#busy || !seen || seen.seq <= this.#known(seen.uuid)) return;
    this.#busy = true;
    try {
      await api.markRead(seen.uuid, seen.seq);
      this.#told.set(seen.uuid, seen.seq);
      this.#inbox.onRead(seen.uuid, seen.seq);
    } catch (error) {
      if (!api.isTemporary(error)) this.#told.set(seen.uuid, seen.seq); // refused: asking again is no use
      else await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    } finally {
      this.#busy = false;
    }
    this.check();
  }

  #known(uuid) {
    return Math.max(this.#inbox.row(uuid)?.read_seq ?? 0, this.#told.get(uuid) ?? 0);
  }
}
