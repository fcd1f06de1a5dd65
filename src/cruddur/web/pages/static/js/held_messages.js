// The messages of one conversation that this page holds, by number, each in its newest known state.

import { newer } from "./message_states.js";

const MOST_CHANGES = 1000;

export class HeldMessages {
  /** @type {Map<number, Api.Message>} */
  #messages = new Map();
  /** @type {Map<number, Api.Message>} The messages that were changed last: a request may answer with an older state. */
  #changes = new Map();
  /** @type {Set<number>} The numbers that this user no longer sees. */
  #hidden = new Set();

  /** What is up to this number has been cleared. */
  #cleared = 0;

  /** @param {number} seq */
  has(seq) {
    return this.#messages.has(seq);
  }

  /** Whether nothing is missing at this number.
      @param {number} seq */
  covers(seq) {
    return this.has(seq) || this.#hidden.has(seq);
  }

  /** @param {number} seq */
  isHidden(seq) {
    return this.#hidden.has(seq);
  }

  /** Drops these messages for good: this user has deleted them for themselves.
      @param {number[]} seqs */
  hide(seqs) {
    for (const seq of seqs) {
      this.#hidden.add(seq);
      this.#messages.delete(seq);
    }
  }

  /** The server has answered these messages, and no others, for the numbers from `first` to `last`.
      @param {Api.Message[]} messages
      @param {number} first
      @param {number} last */
  answered(messages, first, last) {
    this.keep(...messages.filter(({ seq }) => seq <= last));
    const there = new Set(messages.map(({ seq }) => seq));
    const held = [...this.#messages.keys()].filter((seq) => first <= seq && seq <= last);
    this.hide(held.filter((seq) => !there.has(seq)));
  }

  /** @param {number} seq */
  get(seq) {
    return this.#messages.get(seq);
  }

  /** The greatest number of a held message; 0 if none is held. */
  get greatest() {
    return Math.max(0, ...this.#messages.keys());
  }

  /** The greatest change of a held message; 0 if none was changed. */
  get lastChange() {
    return Math.max(0, ...this.inOrder(() => true).map((message) => message.change_seq ?? 0));
  }

  /** @param {(message: Api.Message) => boolean} isWanted */
  inOrder(isWanted) {
    return [...this.#messages.values()].filter(isWanted).sort((one, other) => one.seq - other.seq);
  }

  /** Drops the messages up to this number, and keeps none of them from now on. Returns whether that is new.
      @param {number} seq */
  clear(seq) {
    if (seq <= this.#cleared) return false;
    this.#cleared = seq;
    this.dropBefore(seq + 1);
    return true;
  }

  /** @param {number} seq */
  #isKept(seq) {
    return seq > this.#cleared && !this.isHidden(seq);
  }

  /** @param {Api.Message[]} messages */
  keep(...messages) {
    for (const message of messages.filter(({ seq }) => this.#isKept(seq))) {
      const known = newer(this.#messages.get(message.seq), message);
      this.#messages.set(message.seq, this.newest(known));
    }
  }

  /** The message, or its state after its last known change: a request may answer with an older one.
      @param {Api.Message} message */
  newest(message) {
    const changed = this.#changes.get(message.seq);
    return changed ? newer(message, changed) : message;
  }

  /** Applies edits and deletions. They are remembered, since what is fetched later may be older.
      @param {Api.Message[]} messages */
  change(...messages) {
    for (const message of messages) {
      const { seq } = message;
      const changed = newer(this.#changes.get(seq), message);
      this.#changes.delete(seq);
      this.#changes.set(seq, changed);
      if (this.#changes.size > MOST_CHANGES)
        this.#changes.delete(this.#changes.keys().next().value ?? 0);
      if (this.has(seq)) this.keep(message);
    }
  }

  /** Removes the messages before this number.
      @param {number} first */
  dropBefore(first) {
    for (const seq of this.#messages.keys()) if (seq < first) this.#messages.delete(seq);
  }
}
