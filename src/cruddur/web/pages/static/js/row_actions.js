// What can be done with a conversation of the inbox, and the words for it.

import { asFailure, markRead, patch } from "./api.js";
import { ask } from "./dialogs.js";
import { byId, setText } from "./dom.js";
import { isMuted } from "./inbox_rows.js";
import { withPart } from "./on_demand.js";

/** @import { Inbox } from "./inbox.js" */

/** @typedef {object} Choice an entry of the menu: it does something, or leads to further entries
    @property {string} words
    @property {() => unknown} [act]
    @property {() => Choice[]} [more] */

const HOUR_MS = 3_600_000;
/** @type {[string, number | null][]} */
const MUTES = [
  ["Mute for 1 hour", HOUR_MS],
  ["Mute for 8 hours", 8 * HOUR_MS],
  ["Mute for a week", 7 * 24 * HOUR_MS],
  ["Mute always", null],
];

export class RowActions {
  #inbox;
  #problem = byId("rows-problem");

  /** @param {Inbox} inbox */
  constructor(inbox) {
    this.#inbox = inbox;
  }

  /** A row that its user has accepted; a request is answered where it is open.
      @param {string} uuid */
  #row(uuid) {
    const row = this.#inbox.row(uuid);
    return row?.is_request ? null : row;
  }

  /** The entries of a row's menu.
      @param {string} uuid
      @returns {Choice[]} */
  of(uuid) {
    const pins = [this.pin(uuid), this.up(uuid), this.down(uuid)];
    const others = [this.archive(uuid), this.mute(uuid), this.unread(uuid)];
    return [...others, ...pins, this.clear(uuid), this.block(uuid)].filter((one) => one !== null);
  }

  /** Blocks the other person of a direct conversation, or ends that.
      @param {string} uuid
      @returns {Choice | null} */
  block(uuid) {
    const row = this.#row(uuid);
    const person = row?.kind === "direct" ? row.user_uuid : null;
    if (!row || !person) return null;
    const act = () =>
      withPart(
        async () => await import("./strangers.js"),
        ({ blockOrUnblock }) => this.#attempt(row, () => blockOrUnblock(person, row.display_name)),
      );
    return { words: "Block or unblock…", act };
  }

  /** Pins it below the other pinned ones, or unpins it.
      @param {string} uuid
      @returns {Choice | null} */
  pin(uuid) {
    const row = this.#row(uuid);
    if (!row) return null;
    const words = row.pinned_at ? "Unpin" : "Pin";
    return { words, act: () => this.#set(row, { pinned: !row.pinned_at }) };
  }

  /** @param {string} uuid */
  up(uuid) {
    return this.#step(uuid, -1, "Move up");
  }

  /** @param {string} uuid */
  down(uuid) {
    return this.#step(uuid, 1, "Move down");
  }

  /** One place up or down among the pinned ones, if there is one.
      @param {string} uuid
      @param {number} by
      @param {string} words
      @returns {Choice | null} */
  #step(uuid, by, words) {
    const pinned = this.#inbox.rows().filter((row) => row.pinned_at);
    const place = pinned.findIndex((row) => row.uuid === uuid);
    if (place < 0 || !pinned[place + by]) return null;
    return { words, act: () => this.move(uuid, place + by) };
  }

  /** Moves a pinned one to this place.
      @param {string} uuid
      @param {number} place */
  async move(uuid, place) {
    const row = this.#row(uuid);
    if (!row) return;
    await this.#set(row, { pin_place: place });
    setText(byId("rows-said"), `${row.display_name} is number ${place + 1} of what is pinned.`);
  }

  /** Hides its messages from its user, who is asked first: nothing brings them back.
      @param {string} uuid
      @returns {Choice | null} */
  clear(uuid) {
    const row = this.#row(uuid);
    if (!row || row.last_seq <= (row.cleared_seq ?? 0)) return null;
    return { words: "Clear…", act: () => this.#clear(row) };
  }

  /** @param {Api.InboxRow} row */
  async #clear(row) {
    const isSure = await ask({
      title: `Clear ${row.display_name}?`,
      text: "All messages up to now are removed for you, on all your devices. Others keep them. This cannot be undone.",
      yes: "Clear",
    });
    if (isSure) await this.#set(row, { cleared_seq: row.last_seq });
  }

  /** Marks it as unread, or as read to its end.
      @param {string} uuid
      @returns {Choice | null} */
  unread(uuid) {
    const row = this.#row(uuid);
    if (!row) return null;
    if (row.unread === 0 && !row.marked_unread)
      return { words: "Mark as unread", act: () => this.#set(row, { marked_unread: true }) };
    return { words: "Mark as read", act: () => this.#read(row) };
  }

  /** To be called when it is opened.
      @param {string} uuid */
  unmark(uuid) {
    const row = this.#row(uuid);
    if (row?.marked_unread) this.#set(row, { marked_unread: false });
  }

  /** @param {Api.InboxRow} row */
  async #read(row) {
    if (row.marked_unread) await this.#set(row, { marked_unread: false });
    if (row.unread === 0) return;
    await this.#attempt(row, async () => {
      await markRead(row.uuid, row.last_seq);
      this.#inbox.onRead(row.uuid, row.last_seq);
    });
  }

  /** @param {string} uuid
      @returns {Choice | null} */
  archive(uuid) {
    const row = this.#row(uuid);
    if (!row) return null;
    const words = row.archived_at ? "Move to the inbox" : "Archive";
    return { words, act: () => this.#set(row, { archived: !row.archived_at }) };
  }

  /** @param {string} uuid
      @returns {Choice | null} */
  mute(uuid) {
    const row = this.#row(uuid);
    if (!row) return null;
    if (isMuted(row)) return { words: "Unmute", act: () => this.#set(row, { muted_until: null }) };
    return {
      words: "Mute…",
      more: () => MUTES.map(([words, time]) => this.#muteFor(row, words, time)),
    };
  }

  /** @param {Api.InboxRow} row
      @param {string} words
      @param {number | null} time
      @returns {Choice} */
  #muteFor(row, words, time) {
    const until = () => (time === null ? "always" : new Date(Date.now() + time).toISOString());
    return { words, act: () => this.#set(row, { muted_until: until() }) };
  }

  /** @param {Api.InboxRow} row
      @param {Api.NewRowSettings} settings */
  #set(row, settings) {
    return this.#attempt(row, async () =>
      this.#inbox.put(await patch(`/api/message_groups/${row.uuid}/settings`, settings)),
    );
  }

  /** Says what went wrong, if anything does.
      @param {Api.InboxRow} row
      @param {() => Promise<unknown>} act */
  async #attempt(row, act) {
    this.#problem.hidden = true;
    try {
      await act();
    } catch (error) {
      setText(this.#problem, `${row.display_name}: ${asFailure(error).message}`);
      this.#problem.hidden = false;
    }
  }
}
