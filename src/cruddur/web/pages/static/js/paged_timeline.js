// The timeline of our own page, where one scrolls in both directions and goes to a message.

import * as api from "./api.js";
import { pageAge } from "./page_age.js";
import { PAGE } from "./page_sizes.js";
import { Quotes } from "./quotes.js";
import { SideLoads } from "./side_loads.js";
import { Timeline } from "./timeline.js";

const BEFORE_UNREAD = 18; // messages that are shown before the first unread one
const LAG_SECONDS = 60; // the most that what the server has rendered may be behind
const MOST_SECONDS = 600; // that the server looks back

export class PagedTimeline extends Timeline {
  readTo = 0; // up to where the other person of a direct conversation has read
  /** @override
      @type {Quotes} */
  quotes = new Quotes(this.uuid, this.held, () => this.tell());
  #loading = new SideLoads(() => this.tell());

  /** @param {string} uuid */
  constructor(uuid) {
    super(uuid);
    this.changes.query = { receipts: "true" };
  }

  /** Starts with a page of messages: one that came with the page, or whose state is that after a `change`.
      @override
      @param {Api.Message[]} messages
      @param {{ older: boolean; newer?: boolean; isRendered?: boolean; change?: number }} place */
  start(messages, { isRendered = false, change, ...place }) {
    if (change !== undefined) this.changes.resume(change);
    else if (isRendered) this.changes.within = () => this.#sinceRendered();
    super.start(messages, place);
  }

  /** For how many seconds changes may be missing in what came with the page; 0 if they cannot be asked for, or were. */
  #sinceRendered() {
    this.changes.within = () => 0;
    const within = Math.ceil(pageAge() / 1000) + LAG_SECONDS;
    return within <= MOST_SECONDS ? within : 0;
  }

  /** Loads the newest messages, or those around the first one after `readSeq`.
      @override
      @param {number} readSeq */
  async load(readSeq) {
    const { data, next } = await api.newest(this.uuid, PAGE);
    if (next === null || data[0].seq <= readSeq + 1)
      return this.start(data, { older: next !== null });
    const around = await api.after(this.uuid, Math.max(0, readSeq - BEFORE_UNREAD), PAGE);
    const older = readSeq > BEFORE_UNREAD; // if there are none, the next request finds that out
    return this.start(around.data, { older, newer: around.next !== null });
  }

  /** The messages after a gap. They are shown when the gap is filled. */
  early() {
    return this.held.inOrder(({ seq }) => seq > this.last);
  }

  /** The side at which messages are being fetched, or null. */
  get loading() {
    return this.#loading.current;
  }

  /** Whether this number is held, or so near after `last` that it will be loaded soon.
      @param {number} seq */
  reaches(seq) {
    return (!this.older || seq >= this.first) && seq <= this.last + PAGE;
  }

  /** @override */
  async loadOlder() {
    if (this.older) await this.#loading.run("older", () => super.loadOlder());
  }

  loadNewer() {
    if (!this.newer) return null;
    return this.#loading.run("newer", async () => {
      const { jumps } = this;
      const more = await this.takeAfter(PAGE);
      if (jumps !== this.jumps) return;
      this.newer = more;
      this.settle();
    });
  }

  /** Holds the message of this number, with those around it in place of all others if it was not held. Resolves to
      whether there is one.
      @param {number} seq */
  async goTo(seq) {
    if (this.first <= seq && seq <= this.last) return true;
    const { newest } = this;
    const { data, next } = await api.after(this.uuid, Math.max(0, seq - BEFORE_UNREAD), PAGE);
    if (!data.some((one) => one.seq === seq)) return false;
    this.held.dropBefore(newest + 1); // what is after it has come meanwhile
    this.held.keep(...data);
    this.jump(data, seq > BEFORE_UNREAD); // if there are none before, the next request finds that out
    this.newer = next !== null;
    this.settle();
    return true;
  }

  /** Drops the messages before this number.
      @param {number} first */
  cut(first) {
    if (first <= this.first || this.#loading.has("older")) return;
    this.held.dropBefore(first);
    Object.assign(this, { first, older: true });
  }
}
