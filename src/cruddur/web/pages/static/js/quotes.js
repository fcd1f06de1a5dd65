// The messages that others of one conversation answer. They need not be among those that the page holds, so they are
// fetched by their numbers. What this user may not see is known as null.

import { get } from "./api.js";
import { newer } from "./message_states.js";

/** @import { HeldMessages } from "./held_messages.js" */

const MOST_ASKED = 100;
const MOST_KEPT = 1000;

/** The messages of these numbers, without those that the user may not see.
    @param {string} uuid
    @param {number[]} seqs
    @returns {Promise<Api.Message[]>} */
const quoted = async (uuid, seqs) =>
  (await get(`/api/messages/${uuid}/quoted?${seqs.map((seq) => `seq=${seq}`).join("&")}`)).data;

export class Quotes {
  /** @type {Map<number, Api.Message | null>} By number: those that are not held. */
  #kept = new Map();
  /** @type {Set<number>} */
  #asked = new Set();
  #uuid;
  #held;
  #changed;

  /** @param {string} uuid
      @param {HeldMessages} held
      @param {() => void} changed to be called when there are others */
  constructor(uuid, held, changed) {
    this.#uuid = uuid;
    this.#held = held;
    this.#changed = changed;
  }

  /** The message of this number; null if there is none to be seen, and undefined while that is not known.
      @param {number} seq */
  find(seq) {
    if (this.#held.isHidden(seq)) return null;
    return this.#held.get(seq) ?? this.#kept.get(seq);
  }

  /** Fetches those of these numbers that are not known. If that fails, the next call tries again.
      @param {(number | null | undefined)[]} seqs */
  async look(seqs) {
    const isUnknown = (/** @type {number} */ seq) =>
      this.find(seq) === undefined && !this.#asked.has(seq);
    const wanted = [...new Set(seqs.filter((seq) => typeof seq === "number"))].filter(isUnknown);
    const now = wanted.slice(-MOST_ASKED);
    if (!now.length) return;
    for (const seq of now) this.#asked.add(seq);
    try {
      this.keep(now, await quoted(this.#uuid, now));
      this.#changed();
    } catch {
      // Each change of the conversation looks again.
    } finally {
      for (const seq of now) this.#asked.delete(seq);
    }
  }

  /** Keeps what was answered to a question for these numbers.
      @param {number[]} seqs
      @param {Api.Message[]} messages */
  keep(seqs, messages) {
    const found = new Map(messages.map((message) => [message.seq, message]));
    for (const seq of seqs) {
      const message = found.get(seq);
      this.#kept.set(seq, message ? this.#held.newest(message) : null);
      if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? 0);
    }
  }

  /** Applies edits and deletions. Returns whether any of them is of a message that is kept here.
      @param {Api.Message[]} messages */
  change(messages) {
    const ours = messages.filter(({ seq }) => this.#kept.get(seq));
    for (const message of ours)
      this.#kept.set(message.seq, newer(this.#kept.get(message.seq) ?? undefined, message));
    return ours.length > 0;
  }

  clear() {
    this.#kept.clear();
  }
}

/** The numbers that these messages answer.
    @param {Api.Message[]} messages */
export const quotedIn = (messages) =>
  messages.map(({ reply_to_seq: seq }) => seq ?? 0).filter((seq) => seq > 0);
