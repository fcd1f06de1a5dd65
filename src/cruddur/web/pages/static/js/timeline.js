// The messages of one conversation that a page holds: the numbers `first` to `last` without a gap, and perhaps some
// after a gap. The result is the same if messages come twice or in another order.

import { Emitter } from "./emitter.js";
import * as api from "./api.js";
import { ChangeTracker } from "./change_tracker.js";
import { HeldMessages } from "./held_messages.js";
import { HiddenTracker } from "./hidden_tracker.js";
import { HELD_PAGE, PAGE } from "./page_sizes.js";
import { findHidden, readAgain } from "./read_again.js";
import { Retries } from "./retries.js";

/** @import { Quotes } from "./quotes.js" */

const MOST_FILLED = 5; // pages; more are loaded on scrolling

/** Events: "change".
    @extends {Emitter<{ change: undefined }>} */
export class Timeline extends Emitter {
  older = false; // whether there are messages before `first`
  newer = false; // whether there are messages after `last` to be loaded on scrolling
  loaded = false;
  first = 0;
  last = 0;
  held = new HeldMessages();
  /** @type {Quotes | null} The messages that others answer, where a page shows them. */
  quotes = null;
  #filling = new Retries(() => this.#isFilled());
  jumps = 0; // while it stays the same, an answer continues what is held
  /** @type {string | null} The etag of the newest page when it was last polled. */
  #etag = null;

  /** @param {string} uuid */
  constructor(uuid) {
    super();
    this.uuid = uuid;
    this.changes = new ChangeTracker(uuid, {
      take: (messages) => this.#takeChanges(messages),
      applied: () => this.held.lastChange,
      reload: () => readAgain(this, this.held).then(() => this.settle()),
      dropTo: (seq) => this.#dropBefore(seq + 1),
    });
    this.hidden = new HiddenTracker({
      hide: (seqs) => {
        this.held.hide(seqs);
        this.settle();
      },
      find: () => findHidden(this, this.held).then(() => this.settle()),
    });
  }

  /** Starts with a page of messages.
      @param {Api.Message[]} messages
      @param {{ older: boolean; newer?: boolean }} place */
  start(messages, { older, newer = false }) {
    this.held.keep(...messages);
    this.loaded = true;
    this.#begin(messages, older);
    this.newer = newer;
    this.settle();
  }

  /** @param {Api.Message[]} messages
      @param {boolean} older */
  #begin(messages, older) {
    if (!messages.length) return;
    [this.first, this.last] = [messages[0].seq, messages[messages.length - 1].seq];
    this.older = older;
  }

  /** Adds a message from the stream or from a send.
      @param {Api.Message} message */
  add(message) {
    this.held.keep(message);
    this.settle();
  }

  /** Applies an edit or a deletion. The message may be in a page that is being fetched, in its older state.
      @param {Api.Message} message */
  change(message) {
    this.#takeChanges([message]);
    if (this.loaded && message.seq > this.newest) this.add(message);
    this.changes.applied(message.change_seq ?? 0);
  }

  /** @param {Api.Message[]} messages */
  #takeChanges(messages) {
    this.held.change(...messages);
    const isQuoted = this.quotes?.change(messages);
    if (isQuoted || messages.some(({ seq }) => this.held.has(seq))) this.tell();
  }

  /** The held message of this number.
      @param {number} seq */
  at(seq) {
    return this.held.get(seq);
  }

  visible() {
    return this.held.inOrder(({ seq }) => this.first <= seq && seq <= this.last);
  }

  /** The greatest known number. */
  get newest() {
    return Math.max(this.last, this.held.greatest);
  }

  /** Loads newer messages, unless the stream `tells` them, and what was changed of the held ones. The first call loads
      the newest page, or the page around the first message after `readSeq`. */
  async refresh(readSeq = 0, tells = false) {
    if (!this.loaded) return Promise.all([this.changes.begin(), this.load(readSeq)]);
    this.#filling.wake();
    if (!this.newer && !tells) await this.fill();
    return this.changes.catchUp();
  }

  /** Loads the messages that are shown first: the newest ones.
      @param {number} _ */
  async load(_) {
    const { data, next } = await api.newest(this.uuid, PAGE);
    this.start(data, { older: next !== null });
  }

  /** This user has left and come back, or cleared what is before this number.
      @param {number} first */
  #dropBefore(first) {
    if (first <= this.first || !this.loaded) return;
    this.held.dropBefore(first);
    [this.first, this.last, this.older] = [first, Math.max(this.last, first - 1), false];
    this.hidden.restart();
    this.settle();
  }

  /** Loads the newest page, whose answer is empty if nothing has changed, and what was changed of the others. */
  async poll() {
    const { data, etag } = await api.newest(this.uuid, PAGE, this.#etag);
    this.#etag = etag;
    this.held.keep(...(data ?? []));
    if (data || this.#ahead()) this.settle();
    await this.changes.catchUp();
  }

  /** Fetches the messages after `last` until none is missing. */
  fill() {
    return this.#filling.run();
  }

  /** Returns whether no message is missing. One may be, after an error or an answer of a replica that lags. */
  async #isFilled() {
    await this.#fillOnce();
    return this.newer || !this.#ahead();
  }

  async #fillOnce() {
    for (let pages = 1, more = true; more; pages += 1) {
      more = await this.takeAfter(HELD_PAGE);
      this.newer = more && pages >= MOST_FILLED;
      this.settle();
      if (this.newer) return;
    }
  }

  /** Fetches a page after `last`. Returns whether there are messages after it.
      @param {number} limit */
  async takeAfter(limit) {
    const jumps = this.jumps;
    const { data, next } = await api.after(this.uuid, this.last, limit);
    if (jumps !== this.jumps) return false;
    if (this.last === 0) this.#begin(data, false);
    this.held.keep(...data);
    // Numbers that the server's answer skips cannot be fetched: this user was no member when they were written.
    this.last = Math.max(this.last, data.at(-1)?.seq ?? 0);
    return next !== null && data.length > 0;
  }

  /** Loads the messages before `first`, if there are any. */
  async loadOlder() {
    if (this.older) await this.#takeBefore();
  }

  async #takeBefore() {
    const jumps = this.jumps;
    const { data, next } = await api.before(this.uuid, this.first, PAGE);
    if (jumps !== this.jumps) return;
    this.held.keep(...data);
    this.older = next !== null && data.length > 0;
    if (data.length) this.first = data[0].seq;
  }

  /** Goes to the newest page. If there is a gap before it, the messages before the gap are dropped. */
  async toNewest() {
    if (!this.newer) return;
    const { data, next } = await api.newest(this.uuid, PAGE);
    this.held.keep(...data);
    if (data.length && data[0].seq > this.last + 1) this.jump(data, next !== null);
    else this.last = Math.max(this.last, data.at(-1)?.seq ?? 0);
    this.newer = false;
    this.settle();
  }

  /** @param {Api.Message[]} data
      @param {boolean} older */
  jump(data, older) {
    this.jumps += 1;
    this.#begin(data, older);
    this.held.dropBefore(this.first);
  }

  /** Shows no message up to this number any more, nor a quote of one, whatever a request answers.
      @param {number} seq */
  clear(seq) {
    if (!this.held.clear(seq)) return;
    this.quotes?.clear();
    this.jumps += 1;
    this.first = Math.max(this.first, seq + 1);
    this.last = Math.max(this.last, seq);
    this.older = false;
    this.settle();
  }

  #ahead() {
    return this.newest > this.last;
  }

  /** Finds out up to where nothing is missing, and fetches what is. */
  settle() {
    const first = this.held.get(1);
    if (this.last === 0 && first) this.#begin([first], this.older);
    while (this.last > 0 && this.held.covers(this.last + 1)) this.last += 1;
    this.tell();
    if (this.loaded && !this.newer && this.#ahead()) this.fill().catch(() => {}); // the next event tries again
  }

  tell() {
    this.emit("change");
  }
}
