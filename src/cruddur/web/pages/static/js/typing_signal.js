// Says that this user is typing.

import { sayTyping } from "./api.js";

const SAY_AGAIN_MS = 3000;

/** Tells the server that this user is typing, at most every three seconds. A lost request is not repeated. */
export class TypingSignal {
  /** @type {Map<string, number>} By group: when it was last said, in milliseconds since 1970. */
  #said = new Map();

  /** @param {string} group */
  say(group) {
    const now = Date.now();
    if (now - (this.#said.get(group) ?? 0) < SAY_AGAIN_MS) return;
    this.#said.set(group, now);
    sayTyping(group).catch(() => {});
  }

  /** Lets the next `say` reach the server at once, after a message was sent.
      @param {string} group */
  sent(group) {
    this.#said.delete(group);
  }
}
