// Knows up to which change a page holds a conversation's edits and deletions, and fetches those that it lacks. Changes
// are numbered 1, 2, 3 … without a gap, as messages are.

import * as api from "./api.js";
import { Retries } from "./retries.js";

const CHANGES = 100; // of a page
const MOST_PAGES = 5; // if a page is further behind, it reads the messages that it holds again

/** @typedef {object} Held
    @property {(messages: Api.Message[]) => void} take applies changed messages
    @property {() => number} applied the greatest change of a held message
    @property {() => Promise<void>} reload reads all held messages again
    @property {(seq: number) => void} dropTo drops the messages up to this number */

/** While the service is being upgraded, a process of a version without numbers may answer.
    @param {unknown} error
    @returns {{ data: Api.Changes }} */
function orNone(error) {
  if (error instanceof api.Problem && error.code === "not_found")
    return { data: { messages: [], last_change_seq: 0 } };
  throw error;
}

export class ChangeTracker {
  /** @type {number | null} All changes up to this one are held; null before that is known. */
  #last = null;
  #heard = 0;
  /** For how many seconds the held messages may lack changes, where not all of them have to be read again. */
  within = () => 0;
  /** What else is asked beside where the log ends.
      @type {Record<string, string>} */
  query = {};
  #uuid;
  #held;
  #tries = new Retries(() => this.#isCaughtUp());
  /** Gets how far the other one of a direct conversation has read.
      @type {(marks: Api.ReadMark[]) => void} */
  onReceipts = () => {};

  /** @param {string} uuid
      @param {Held} held */
  constructor(uuid, held) {
    this.#uuid = uuid;
    this.#held = held;
  }

  /** The number of the last change up to which all are held; null before that is known. */
  get last() {
    return this.#last;
  }

  /** The messages that are held are those after this change.
      @param {number} change */
  resume(change) {
    this.#last = change;
    this.heard();
  }

  /** Asks where the log of changes ends. To be called beside a request for messages: its answer may lack changes of the
      last minute, which come with this one. `within` is another number of seconds.
      @param {number} [within] */
  async begin(within) {
    const query = new URLSearchParams({ applied: `${this.#held.applied()}`, ...this.query });
    if (within) query.set("within", `${within}`);
    const { data } = await api.recentChanges(this.#uuid, `?${query}`).catch(orNone);
    this.#held.take(data.messages);
    if (data.receipts) this.onReceipts(data.receipts);
    this.#last = data.last_change_seq;
    this.heard();
  }

  /** A change of this number was applied to what is held.
      @param {number} changeSeq */
  applied(changeSeq) {
    if (this.#last !== null && changeSeq === this.#last + 1) this.#last = changeSeq;
    this.heard(changeSeq);
  }

  /** There is a change of this number. What is missing up to it is fetched.
      @param {number | undefined} changeSeq */
  heard(changeSeq = 0) {
    this.#heard = Math.max(this.#heard, changeSeq);
    if (this.#last !== null && this.#heard > this.#last) this.catchUp().catch(() => {}); // the next event tries again
  }

  /** Fetches the changes that are missing. */
  catchUp() {
    this.#tries.wake();
    return this.#tries.run();
  }

  async #isCaughtUp() {
    await this.#fetchMissing();
    return (this.#last ?? 0) >= this.#heard;
  }

  async #fetchMissing() {
    for (let pages = 1, more = true; more; pages += 1) {
      if (this.#last === null) return this.#beginAgain();
      const { data, next } = await api.changes(this.#uuid, this.#last, CHANGES);
      more = next !== null;
      // The log is another one if it ends before what was seen: an older backup was restored.
      if (data.last_change_seq < this.#last || (more && pages >= MOST_PAGES)) this.#last = null;
      else this.#took(data);
    }
  }

  /** @param {Api.Changes} data */
  #took({ messages, last_change_seq: last, hidden_seq: hidden = 0 }) {
    this.#held.take(messages);
    this.#held.dropTo(hidden);
    this.#last = Math.max(this.#last ?? 0, last);
  }

  async #beginAgain() {
    this.#heard = 0;
    const within = this.within();
    if (within) return this.begin(within);
    await Promise.all([this.begin(), this.#held.reload()]);
    return undefined;
  }
}
