// The deletions that wait to be sent. The page shows them as done already. They are in localStorage, which keeps them
// when the page is left or dies; deletions.js, which is fetched for the first of them, sends them.

import { Emitter } from "./emitter.js";
import { lastOf, shownSeq } from "./inbox_rows.js";

/** The beginning of the names under which a user's deletions are stored.
    @param {string} userUuid */
export const prefixOf = (userUuid) => `cruddur-deletion/${userUuid}/`;

/** The stored deletions of a user, the oldest first; none if the browser refuses storage.
    @param {string} userUuid
    @returns {Page.Deletion[]} */
export function storedDeletions(userUuid) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefixOf(userUuid)));
    return keys.sort().map((key) => JSON.parse(localStorage.getItem(key) ?? "null"));
  } catch {
    return [];
  }
}

/** @param {string} userUuid */
export function forgetDeletions(userUuid) {
  for (const { id } of storedDeletions(userUuid)) localStorage.removeItem(prefixOf(userUuid) + id);
}

/** Events: "change".
    @extends {Emitter<{ change: undefined }>} */
export class PendingDeletions extends Emitter {
  /** Sends all at once. deletions.js replaces it. */
  flush = async () => {};
  /** @type {Map<string, Map<number, Page.DeletedFor>>} By conversation and number. */
  #pending = new Map();

  /** @param {Page.Deletion[]} deletions */
  set(deletions) {
    this.#pending = new Map();
    for (const { group, seqs, from } of deletions) {
      const there = this.#pending.get(group) ?? new Map();
      for (const seq of seqs) there.set(seq, from);
      this.#pending.set(group, there);
    }
    this.emit("change");
  }

  /** Whether this message is being deleted.
      @param {string} group
      @param {number} seq */
  covers(group, seq) {
    return this.#pending.get(group)?.has(seq) ?? false;
  }

  /** The newest message of a conversation that its user will see, if this page holds it. deleting.js replaces it. */
  newestSeen = (/** @type {string} */ _) => /** @type {Api.Message | undefined} */ (undefined);

  /** A row of the inbox as it will be.
      @param {Api.InboxRow} row
      @returns {Api.InboxRow} */
  rowShown(row) {
    const from = this.#pending.get(row.uuid)?.get(shownSeq(row));
    if (!from) return row;
    const newest = from === "me" ? this.newestSeen(row.uuid) : undefined;
    return newest ? { ...row, ...lastOf(newest), last_seq: row.last_seq } : { ...row, message: "" };
  }

  /** The items of a conversation as they will be.
      @template {Page.Item} Item
      @param {string | undefined} group
      @param {Item[]} items
      @returns {Item[]} */
  applied(group, items) {
    const there = this.#pending.get(group ?? "");
    if (!there) return items;
    return items
      .filter(({ seq }) => there.get(seq ?? 0) !== "me")
      .map((item) => withoutText(item, there));
  }
}

/** @template {Page.Item} Item
    @param {Item} item
    @param {Map<number, Page.DeletedFor>} there
    @returns {Item} */
function withoutText(item, there) {
  if (there.has(item.seq ?? 0))
    return { ...item, message: "", deleted_at: item.created_at, quote: null };
  const { quote } = item;
  if (!quote || !there.has(quote.seq)) return item;
  return { ...item, quote: { ...quote, state: "deleted", text: "Message deleted" } };
}
