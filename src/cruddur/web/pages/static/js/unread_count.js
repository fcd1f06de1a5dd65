// How much is unread: counted in the rows where all of them are held, and else asked for.

import * as api from "./api.js";
import { isMuted, isUnread } from "./inbox_rows.js";

/** @import { Inbox } from "./inbox.js" */

const SETTLE_MS = 500;

export class UnreadCount {
  /** @type {Api.Unread} */
  value = { messages: 0, conversations: 0 };
  #inbox;
  #changed;
  #timer = 0;
  #isOver = false;
  #isTold = false;

  /** @param {Inbox} inbox
      @param {(unread: Api.Unread) => void} changed is called at first, and when it changes */
  constructor(inbox, changed) {
    this.#inbox = inbox;
    this.#changed = changed;
    inbox.on("change", () => this.#look());
    this.#look();
  }

  close() {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #look() {
    if (this.#isOver) return;
    const { count, isAll } = this.#inbox.unread();
    clearTimeout(this.#timer);
    if (!isAll) this.#timer = setTimeout(() => this.#ask(), SETTLE_MS);
    else this.#set({ messages: count, conversations: this.#rows().length });
  }

  #rows() {
    return this.#inbox.rows().filter((row) => isUnread(row) && !isMuted(row));
  }

  async #ask() {
    const { data } = await api.get("/api/unread").catch(() => ({ data: null }));
    if (data && !this.#isOver) this.#set(data);
  }

  /** @param {Api.Unread} value */
  #set(value) {
    const { messages, conversations } = this.value;
    const isSame = messages === value.messages && conversations === value.conversations;
    if (isSame && this.#isTold) return;
    this.#isTold = true;
    this.value = value;
    this.#changed(value);
  }
}
