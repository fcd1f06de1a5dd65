// What can be done with a conversation of the inbox, and the words for it.

import { asFailure } from "./api.js";
import { ask } from "./dialogs.js";
import { byId, setText } from "./dom.js";
import { isMuted } from "./inbox_rows.js";
import { withPart } from "./on_demand.js";

/** @import { Inbox } from "./inbox.js" */
/** @import { WaitingChanges } from "./waiting_changes.js" */

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
  #waiting;
  #problem = byId("rows-problem");

  /** @param {{ inbox: Inbox; waiting: WaitingChanges }} parts */
  constructor({ inbox, waiting }) {
    this.#inbox = inbox;
    this.#waiting = waiting;
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
    if (row.pinned_at) return { words: "Unpin", act: () => this.#pin(row, false) };
    const last = this.#pinned().at(-1)?.pin_order ?? 0;
    return { words: "Pin", act: () => this.#pin(row, true, last + 1) };
  }

  #pinned() {
    return this.#inbox.rows().filter((row) => row.pinned_at);
  }

  /** @param {Api.InboxRow} row
      @param {boolean} pinned
      @param {number} [order] */
  #pin(row, pinned, order) {
    const shown = { pinned_at: pinned ? new Date().toISOString() : null, pin_order: order };
    return this.#set(row, "pin", { pinned }, shown);
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
    const pinned = this.#pinned();
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
    const shown = {
      pinned_at: row.pinned_at ?? new Date().toISOString(),
      pin_order: this.#orderAt(row, place),
    };
    await this.#set(row, "pin", { pin_place: place }, shown);
    setText(byId("rows-said"), `${row.display_name} is number ${place + 1} of what is pinned.`);
  }

  /** What brings the row to this place among the others that are pinned.
      @param {Api.InboxRow} row
      @param {number} place */
  #orderAt(row, place) {
    const others = this.#pinned().filter((one) => one.uuid !== row.uuid);
    const [above, below] = [others[place - 1]?.pin_order, others[place]?.pin_order];
    if (above == null) return (below ?? 1) - 1;
    return below == null ? above + 1 : (above + below) / 2;
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
    const cleared = { cleared_seq: row.last_seq };
    if (isSure) await this.#set(row, "clear", cleared, cleared);
  }

  /** Marks it as unread, or as read to its end.
      @param {string} uuid
      @returns {Choice | null} */
  unread(uuid) {
    const row = this.#row(uuid);
    if (!row) return null;
    if (row.unread === 0 && !row.marked_unread)
      return { words: "Mark as unread", act: () => this.#mark(row, true) };
    return { words: "Mark as read", act: () => this.#read(row) };
  }

  /** To be called when it is opened.
      @param {string} uuid */
  unmark(uuid) {
    const row = this.#row(uuid);
    if (row?.marked_unread) this.#mark(row, false);
  }

  /** @param {Api.InboxRow} row
      @param {boolean} marked */
  #mark(row, marked) {
    const shown = { unread_mark: marked ? row.read_seq : null };
    return this.#set(row, "mark", { marked_unread: marked }, shown);
  }

  /** @param {Api.InboxRow} row */
  async #read(row) {
    if (row.marked_unread) await this.#mark(row, false);
    const read = { kind: /** @type {const} */ ("read"), group: row.uuid, seq: row.last_seq };
    if (row.unread > 0) await this.#waiting.add("read", read);
  }

  /** @param {string} uuid
      @returns {Choice | null} */
  archive(uuid) {
    const row = this.#row(uuid);
    if (!row) return null;
    const archived = !row.archived_at;
    const shown = archived
      ? { archived_at: new Date().toISOString(), archived_seq: row.last_seq, pinned_at: null }
      : { archived_at: null };
    const act = () => this.#set(row, "archive", { archived }, shown);
    return { words: archived ? "Archive" : "Move to the inbox", act };
  }

  /** @param {string} uuid
      @returns {Choice | null} */
  mute(uuid) {
    const row = this.#row(uuid);
    if (!row) return null;
    if (isMuted(row)) return { words: "Unmute", act: () => this.#muteUntil(row, null) };
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
    return { words, act: () => this.#muteUntil(row, until()) };
  }

  /** @param {Api.InboxRow} row
      @param {string | null} until */
  #muteUntil(row, until) {
    return this.#set(row, "mute", { muted_until: until }, { muted_until: until });
  }

  /** Changes a setting, at once on the page. `name` says which one; a later change of the same replaces one that waits.
      @param {Api.InboxRow} row
      @param {string} name
      @param {Api.NewRowSettings} settings
      @param {Partial<Api.InboxRow>} shown what the row has until the server answers */
  #set(row, name, settings, shown) {
    this.#problem.hidden = true;
    return this.#waiting.add(name, { kind: "settings", group: row.uuid, settings, shown });
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
