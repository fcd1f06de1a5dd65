// The messages of one conversation that this page holds, by number, each in its newest known state.

import { newer } from "./message_states.js";

const MOST_CHANGES = 1000;

export class HeldMessages {
  /** @type {Map<number, Api.Message>} */
  #messages = new Map();
  /** @type {Map<number, Api.Message>} The messages that were changed last: a request may answer with an older state. */
  #changes = new Map();

  /** Holds these in place of all others but those after `newest`, which have come meanwhile.
      @param {Api.Message[]} messages
      @param {number} newest */
  restart(messages, newest) {
    for (const seq of this.#messages.keys()) if (seq <= newest) this.#messages.delete(seq);
    this.keep(...messages);
  }

  /** @param {number} seq */
  has(seq) {
    return this.#messages.has(seq);
  }

  /** @param {number} seq */
  get(seq) {
    return this.#messages.get(seq);
  }

  /** The greatest number of a held message; 0 if none is held. */
  get greatest() {
    return Math.max(0, ...this.#messages.keys());
  }

  /** @param {(message: Api.Message) => boolean} isWanted */
  inOrder(isWanted) {
    return [...this.#messages.values()].filter(isWanted).sort((one, other) => one.seq - other.seq);
  }

  /** @param {Api.Message[]} messages */
  keep(...messages) {
    for (const message of messages) {
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
