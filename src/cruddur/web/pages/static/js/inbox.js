// The inbox rows that a page holds, newest first.

import { Emitter } from "./emitter.js";
import * as api from "./api.js";
import { AskedRows } from "./asked_rows.js";
import {
  afterChange,
  eventsAfter,
  isMuted,
  lastOf,
  mergedRow,
  newestFirst,
  pinnedFirst,
  readIn,
  settingsOf,
  withoutMessages,
} from "./inbox_rows.js";
import { FIRST_PAGE, LONG_PAGE } from "./inbox_paths.js";

const SHORT = 20;
const MOST_REFRESHED = 300; // rows; scrolling loads the others again
const FRESH_MS = 60_000; // a younger conversation may be missing in the answer of a replica that lags

/** Events: "change".
    @extends {Emitter<{ change: undefined }>} */
export class Inbox extends Emitter {
  /** @type {Partial<Record<Page.InboxPart, string>>} The first pages of what is not the inbox. */
  parts = {};
  /** @type {Partial<Record<Page.InboxPart, string | null>>} The paths of the next pages, of the inbox and of such parts. */
  nextOf = {};
  /** A row as it is shown: with what waits to be sent. */
  shown = (/** @type {Api.InboxRow} */ row) => row;
  /** @type {Promise<void> | null} */
  loading = null;
  /** @type {Set<string>} */
  touched = new Set(); // uuids of rows that events changed during a refresh
  #me;
  /** @type {Map<string, Api.InboxRow>} */
  #rows = new Map();
  /** @type {Map<string, string>} By person: names that are newer than the page. */
  #names = new Map();
  #asked = new AskedRows((row) => this.#merge(row));
  /** @type {Promise<void> | null} */
  #refreshing = null;
  /** @type {string | null} The etag of the first page when it was last polled. */
  #etag = null;

  /** @param {Api.User} me
      @param {Api.InboxRow[]} rows
      @param {string | null} next */
  constructor(me, rows, next) {
    super();
    this.#me = me;
    this.#begin(next);
    for (const row of rows) this.#merge(row);
  }

  /** @param {string | null} next the path of the next page of the inbox */
  #begin(next) {
    this.nextOf = { ...this.parts, inbox: next };
  }

  /** The path of the next page of the inbox. */
  get next() {
    return this.nextOf.inbox ?? null;
  }

  /** The rows that are neither archived nor a stranger's request. */
  rows() {
    return this.all().filter((row) => !row.is_request && !row.archived_at);
  }

  all() {
    return [...this.#rows.values()].map((row) => this.shown(row)).sort(pinnedFirst);
  }

  /** @param {string} uuid */
  row(uuid) {
    const row = this.#rows.get(uuid);
    return row ? this.shown(row) : null;
  }

  /** The row of the direct conversation with this person, if it is loaded.
      @param {string} handle */
  withHandle(handle) {
    const isIt = (/** @type {Api.InboxRow} */ row) =>
      row.kind === "direct" && row.handle?.toLowerCase() === handle.toLowerCase();
    return this.all().find(isIt) ?? null;
  }

  /** The number of unread messages in loaded rows that are not muted, and whether all rows are loaded. */
  unread() {
    const counts = this.rows().map((row) => (isMuted(row) ? 0 : row.unread));
    return { count: counts.reduce((sum, one) => sum + one, 0), isAll: this.next === null };
  }

  /** Reads all rows again that are held. After a time without events each may have changed. */
  refresh() {
    this.#refreshing ??= this.#readAgain().finally(() => {
      this.#refreshing = null;
      this.#tell(); // now more can be loaded
    });
    return this.#refreshing;
  }

  async #readAgain() {
    await this.loading?.catch(() => {});
    const wanted = Math.min(this.#rows.size, MOST_REFRESHED);
    this.touched.clear();
    /** @type {Map<string, Api.InboxRow>} */
    const found = new Map();
    /** @type {string | null} */
    let next = wanted > SHORT ? LONG_PAGE : FIRST_PAGE;
    do {
      /** @type {api.Answer<Api.InboxRow[]>} */
      const page = await api.inboxPage(next);
      for (const row of page.data) found.set(row.uuid, row);
      next = page.next;
    } while (next && found.size < wanted);
    const last = next ? [...found.values()].at(-1) : null;
    await this.complete(found);
    this.#begin(next);
    this.#replace(found, last);
  }

  /** Adds the rows that a page needs beside those that were read.
      @param {Map<string, Api.InboxRow>} _ */
  async complete(_) {}

  /** Reads the newest rows, where the stream does not get through. The answer is empty if nothing has changed. */
  async poll() {
    const { data, etag } = await api.inboxPage(FIRST_PAGE, this.#etag);
    this.#etag = etag;
    for (const row of data ?? []) this.#merge(row);
    if (data) this.#tell();
  }

  /** Replaces the rows. One that was not found was left, or lies below the cursor, where scrolling finds it.
      @param {Map<string, Api.InboxRow>} found
      @param {Api.InboxRow | null} [last] the row before the cursor, if there are others after it */
  #replace(found, last) {
    /** @param {Api.InboxRow} row */
    const isYoung = (row) =>
      Date.now() - Date.parse(row.created_at) < FRESH_MS && !(last && newestFirst(last, row) < 0);
    /** @param {string} uuid */
    const wasLeft = (uuid) => this.touched.has(uuid) && !this.#rows.has(uuid);
    for (const [uuid, row] of this.#rows)
      if (!found.has(uuid) && !this.touched.has(uuid) && !isYoung(row)) this.#rows.delete(uuid);
    for (const row of found.values()) if (!wasLeft(row.uuid)) this.#merge(row);
    this.#tell();
  }

  /** Loads the rows after the last one, once a refresh has ended: it moves the cursor.
      @param {Page.InboxPart} [part]
      @returns {Promise<unknown> | null} */
  loadMore(part = "inbox") {
    if (this.#refreshing) return this.#refreshing.then(() => this.loadMore(part));
    const path = this.nextOf[part];
    if (!path) return null;
    if (this.loading) return this.loading;
    this.loading = this.#loadPage(path, part).finally(() => {
      this.loading = null;
      this.#tell();
    });
    this.#tell();
    return this.loading;
  }

  /** @param {string} path
      @param {Page.InboxPart} part */
  async #loadPage(path, part) {
    const { data, next } = await api.inboxPage(path);
    this.nextOf[part] = next;
    for (const row of data) this.#merge(row);
  }

  /** @param {Api.InboxRow} row */
  put(row) {
    this.touched.add(row.uuid);
    this.#merge(row);
    this.#tell();
  }

  /** Applies what has changed of a group, and returns its row, if this page holds it. Events may come late.
      @param {Events.GroupChanged} group */
  onGroup(group) {
    /** @param {Api.InboxRow & { version?: number }} row */
    const changed = (row) =>
      group.version >= (row.version ?? 0) ? { ...row, ...group } : undefined;
    this.#apply({ message_group_uuid: group.uuid }, changed);
    return this.#rows.get(group.uuid);
  }

  /** @param {string} uuid */
  forget(uuid) {
    this.touched.add(uuid);
    if (this.#rows.delete(uuid)) this.#tell();
  }

  /** Applies a new message. Its conversation moves up.
      @param {Api.Message} message */
  onMessage(message) {
    if (!this.#rows.has(message.message_group_uuid)) this.#asked.ask(message.message_group_uuid);
    this.#apply(message, (row) => ({
      ...row,
      ...lastOf(message),
      unread_events: eventsAfter(row, message),
      ...readIn(message, row, this.#me.uuid),
    }));
  }

  /** @param {Api.Message} message */
  onChanged(message) {
    this.#apply(message, (row) => {
      const read = readIn(message, row, this.#me.uuid);
      const changed = { ...row, ...read, ...afterChange(row, message) };
      if (JSON.stringify(changed) === JSON.stringify(row)) return;
      this.#rows.set(row.uuid, changed);
      this.#tell();
    });
  }

  /** @param {string} uuid
      @param {number} seq */
  onRead(uuid, seq) {
    this.#apply({ message_group_uuid: uuid }, (row) =>
      seq > row.read_seq ? { ...row, read_seq: seq } : undefined,
    );
  }

  /** @param {Events.RowSettings} event */
  onSettings(event) {
    this.#apply(event, (row) => ({ ...row, ...settingsOf(event) }));
  }

  /** @param {Events.MessagesHidden} event */
  onHidden(event) {
    this.#apply(event, (row) => {
      const after = withoutMessages(row, event);
      if (after.message !== row.message) this.#asked.ask(row.uuid); // for what is to be shown now
      return after;
    });
  }

  /** Applies an event to a row, and again after the row was fetched: the answer may be older than the event.
      @template {{ message_group_uuid: string }} Event
      @param {Event} event
      @param {(row: Api.InboxRow) => Api.InboxRow | void} change */
  #apply(event, change) {
    const uuid = event.message_group_uuid;
    const row = this.#rows.get(uuid);
    if (!row) this.#asked.afterwards(uuid, () => this.#apply(event, change));
    const after = row && change(row);
    if (after) this.put(after);
  }

  /** Shows a person's new name, also in rows that come later and lag behind it.
      @param {string} userUuid
      @param {string} name */
  rename(userUuid, name) {
    this.#names.set(userUuid, name);
    for (const row of this.#rows.values()) if (row.user_uuid === userUuid) this.#merge(row);
    this.#tell();
  }

  /** Keeps the newer values: the server's row may lag behind events, and events behind the row.
      @param {Api.InboxRow} row */
  #merge(row) {
    const merged = mergedRow(this.#rows.get(row.uuid), row);
    const name = this.#names.get(row.user_uuid ?? "") ?? row.display_name;
    this.#rows.set(row.uuid, { ...merged, display_name: name });
  }

  #tell() {
    this.emit("change");
  }
}
