// Where the unread messages of the open conversation begin, and how many of them were never on the screen.

import { ReadMarker } from "./read_marker.js";

/** @import { Inbox } from "./inbox.js" */
/** @import { MessageList } from "./message_list.js" */
/** @import { PagedTimeline } from "./paged_timeline.js" */

/** @typedef {{ me: Api.User; inbox: Inbox; readMarker: ReadMarker; messageList: MessageList }} Parts */

export class Unread {
  /** The number of the first new message; null if there is none, or if this user has answered since.
      @type {number | null} */
  from = null;
  #parts;
  /** @type {string | null} */
  #uuid = null;
  /** @type {number | null} Messages that are not loaded yet are new from this number on. */
  #next = null;

  /** `parts`: me, inbox, readMarker, messageList.
      @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Starts with another conversation, or with none. Returns the number of the first unread message, or null.
      @param {string | null} uuid */
  open(uuid) {
    this.#uuid = uuid;
    this.from = null;
    // Only the number that was read decides what is new, since the row may lag behind the messages.
    this.#next = uuid ? this.readSeq + 1 : null;
    const row = uuid ? this.#parts.inbox.row(uuid) : null;
    return row && row.last_seq > this.readSeq ? this.#next : null;
  }

  get readSeq() {
    return this.#uuid ? this.#parts.readMarker.readSeq(this.#uuid) : 0;
  }

  /** Whether the first new message was never on the screen. */
  get isAhead() {
    return this.from !== null && this.from > this.readSeq;
  }

  /** To be called before messages after `last` are fetched: they are new, since nobody has seen them.
      @param {number} last */
  expect(last) {
    if (!this.isAhead) this.#next = Math.max(last, this.readSeq) + 1;
  }

  /** To be called when they have been fetched. */
  settle() {
    this.#next = null;
  }

  /** Finds the first new message. To be called before the timeline is shown.
      @param {PagedTimeline | null} timeline */
  look(timeline) {
    /** @param {Api.Message} options */
    const next = this.#next;
    if (next === null) return;
    /** @param {Api.Message} message */
    const isNew = (message) => message.seq >= next && this.#isOthers(message);
    if (!timeline?.visible().some(isNew)) return;
    this.from = next;
    this.#next = null;
  }

  /** To be called when this user sends a message: after an answer, nothing above it is new. */
  end() {
    this.from = null;
    this.#next = null;
  }

  /** Applies a message of the stream. It is the first new one if nobody looks, if there is a gap before it, or if it is
      not `isLive`: what came during an absence was seen by nobody.
      @param {Api.Message} message
      @param {number} last
      @param {boolean} isLive */
  onMessage(message, last, isLive) {
    const { seq } = message;
    if (!this.#isOthers(message) || seq <= last || seq <= this.readSeq) return;
    const isWatched = isLive && ReadMarker.isSomebodyThere() && this.#parts.messageList.showsNewest;
    if (seq > last + 1) this.expect(last);
    else if (!isWatched && !this.isAhead) this.from = seq;
    else if (isWatched && this.#next === seq) this.#next = seq + 1;
  }

  /** Whether somebody else wrote it. What happened to a group is no news in this sense.
      @param {Api.Message} message */
  #isOthers({ user_uuid: sender, kind }) {
    return sender !== this.#parts.me.uuid && kind !== "event";
  }

  /** The number of others' messages that were never on the screen, including those that are not loaded.
      @param {PagedTimeline | null} timeline */
  count(timeline) {
    if (!timeline) return 0;
    /** @param {Api.Message} message */
    const isUnseen = (message) => message.seq > this.readSeq && this.#isOthers(message);
    const unloaded = timeline.newer
      ? this.#newest(timeline) - Math.max(timeline.last, this.readSeq)
      : 0;
    return timeline.visible().filter(isUnseen).length + Math.max(0, unloaded);
  }

  /** @param {PagedTimeline} timeline */
  #newest(timeline) {
    return Math.max(timeline.newest, this.#parts.inbox.row(this.#uuid ?? "")?.last_seq ?? 0);
  }
}
