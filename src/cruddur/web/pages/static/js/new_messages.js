// Finds the conversations that got a message which nobody has seen, on any device.

import { Emitter } from "./emitter.js";
import { isMentioned, isMuted } from "./inbox_rows.js";
import { ReadMarker } from "./read_marker.js";

/** @import { MessagesPage } from "./page.js" */

const SETTLE_MS = 1500; // time for another tab or device to mark the message as read

/** Events: "arrived" with each row whose last message is new and not this user's; "unseen" with the row if nobody has
    read that message a moment later; "unattended" if moreover no window of this browser had the focus.
    @extends {Emitter<{ arrived: Api.InboxRow, unseen: Api.InboxRow, unattended: Api.InboxRow }>} */
export class NewMessages extends Emitter {
  #me;
  #inbox;
  #channel;
  /** @type {Map<string, number>} By group: the last message that was looked at. */
  #known = new Map();
  /** @type {Map<string, number>} By group: the last mention of this user that was announced, or was there before. */
  #mentions = new Map();
  /** @type {Map<string, number>} By group: the last message that came while a window had the focus. */
  #attended = new Map();
  #newest;

  /** @param {MessagesPage} page */
  constructor({ me, inbox, stream }) {
    super();
    this.#me = me;
    this.#inbox = inbox;
    this.#newest = inbox.rows()[0]?.created_at ?? "";
    for (const { uuid, last_seq: seq, mention_seq: mention = 0 } of inbox.rows()) {
      this.#known.set(uuid, seq);
      this.#mentions.set(uuid, mention);
    }
    const name = `cruddur-attention/${me.uuid}`;
    this.#channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
    this.#channel?.addEventListener("message", ({ data }) => this.#attend(data.uuid, data.seq));
    inbox.on("change", () => this.#look(stream.isLeader));
  }

  /** Every tab looks, so that a tab which becomes the leader does not announce old messages.
      @param {boolean} isLeader */
  #look(isLeader) {
    for (const row of this.#inbox.rows()) {
      if (!this.#isNew(row)) continue;
      this.emit("arrived", row);
      if (ReadMarker.isSomebodyThere()) this.#sayAttended(row);
      if (isLeader) setTimeout(() => this.#settle(row), SETTLE_MS);
    }
  }

  /** A row that was not held may have been loaded by scrolling, so its message must be newer than all at the start.
      @param {Api.InboxRow} row */
  #isNew({ uuid, last_seq: seq, created_at: at, last_user_uuid: sender, unread, last_kind: kind }) {
    const known = this.#known.get(uuid) ?? (at > this.#newest ? 0 : seq);
    this.#known.set(uuid, Math.max(known, seq));
    const isOthers = sender !== null && sender !== this.#me.uuid;
    return seq > known && unread > 0 && isOthers && kind !== "event";
  }

  /** @param {Api.InboxRow} row */
  #sayAttended({ uuid, last_seq: seq }) {
    this.#attend(uuid, seq);
    this.#channel?.postMessage({ uuid, seq });
  }

  /** @param {string} uuid
      @param {number} seq */
  #attend(uuid, seq) {
    this.#attended.set(uuid, Math.max(seq, this.#attended.get(uuid) ?? 0));
  }

  /** @param {Api.InboxRow} before the row as it was when the message came */
  #settle({ uuid, last_seq: seq }) {
    const row = this.#inbox.row(uuid);
    if (!row || row.last_seq > seq || row.unread === 0) return; // a later message is followed by its own look
    const isNewMention =
      isMentioned(row) && (row.mention_seq ?? 0) > (this.#mentions.get(uuid) ?? 0);
    this.#mentions.set(uuid, row.mention_seq ?? 0);
    if (isMuted(row) && !isNewMention) return;
    this.emit("unseen", row);
    if ((this.#attended.get(uuid) ?? 0) < seq) this.emit("unattended", row);
  }
}
