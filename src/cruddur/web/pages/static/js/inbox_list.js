// The inbox as a page of another product gets it.

import { Emitter } from "./emitter.js";
import { Retries } from "./retries.js";

/** @import { Inbox } from "./inbox.js" */

/** @implements {Client.Inbox}
    @extends {Emitter<{ change: undefined }>} */
export class InboxList extends Emitter {
  isLoaded = false;
  #inbox;
  #reading = new Retries(async () => {
    await this.#inbox.refresh();
    this.isLoaded = true;
    this.emit("change");
    return true;
  });

  /** @param {Inbox} inbox */
  constructor(inbox) {
    super();
    this.#inbox = inbox;
    inbox.on("change", () => this.emit("change"));
  }

  get rows() {
    return this.#inbox.rows();
  }

  get hasMore() {
    return this.#inbox.next !== null;
  }

  async loadMore() {
    await this.#inbox.loadMore("inbox");
  }

  /** Reads all that is held again, once more if it is being read. */
  async refresh() {
    await this.#reading.runAnew().catch(() => {}); // the next connection tries again
  }
}
