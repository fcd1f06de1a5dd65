// The inbox of our own page: its parts beside the inbox, and the row of the conversation that is open.

import * as api from "./api.js";
import { Inbox } from "./inbox.js";
import { isIn, PARTS } from "./inbox_paths.js";
import { isUnread } from "./inbox_rows.js";

export class PageInbox extends Inbox {
  /** @override */
  parts = PARTS;
  /** @override */
  nextOf = { ...PARTS, inbox: this.next };
  /** @type {string | null} The uuid of the open conversation, whose row is never removed by a refresh. */
  open = null;

  /** @override
      @param {Page.InboxPart} [part] */
  rows(part = "inbox") {
    const rows = this.all().filter((row) => isIn(row, part));
    // The open one does not vanish when it is read.
    return part === "unread" ? rows.filter((row) => isUnread(row) || row.uuid === this.open) : rows;
  }

  cleared() {
    return this.all().filter((row) => row.cleared_seq);
  }

  get isLoading() {
    return this.loading !== null;
  }

  /** Reads the row of the open conversation, which may lie below the pages that were read.
      @override
      @param {Map<string, Api.InboxRow>} found */
  async complete(found) {
    const { open } = this;
    if (!open || found.has(open)) return;
    this.touched.add(open);
    const row = await api.messageGroup(open).catch(() => null);
    if (!row || open !== row.uuid) return;
    found.set(open, row);
    this.touched.delete(open);
  }
}
