// The inbox rows that this page holds, newest first.

import { Emitter } from "./emitter.js";
import * as api from "./api.js";
import { AskedRows } from "./asked_rows.js";
import {
  afterChange,
  eventsAfter,
  isMuted,
  isUnread,
  lastOf,
  mergedRow,
  newestFirst,
  pinnedFirst,
  readIn,
  settingsOf,
  withoutMessages,
} from "./inbox_rows.js";
import { FIRST_PAGE, LONG_PAGE, PARTS, isIn } from "./inbox_paths.js";

const SHORT = 20;
const MOST_REFRESHED = 300; // rows; scrolling loads the others again
const FRESH_MS = 60_000; // a younger conversation may be missing in the answer of a replica that lags

/** Events: "change".
    @extends {Emitter<{ change: undefined }>} */
export class Inbox extends Emitter {
  /** @type {string | null} The path of the next page. */
  next = null;
  /** @type {Record<keyof typeof PARTS, string | null>} The paths of the next pages of what is not the inbox. */
  nextOf = { ...PARTS };
  /** @type {string | null} The uuid of the open conversation, whose row is never removed by a refresh. */
  open = null;
  /** A row as it is shown: with what waits to be sent. */
  shown = (/** @type {Api.InboxRow} */ row) => row;
  #me;
  /** @type {Map<string, Api.InboxRow>} */
  #rows = new Map();
  /** @type {Map<string, string>} By person: names that are newer than the page. */
  #names = new Map();
  #asked = new AskedRows((row) => this.#merge(row));
  /** @type {Promise<void> | null} */
  #loading = null;
  /** @type {Promise<void> | null} */
  #refreshing = null;
  /** @type {string | null} The etag of the first page when it was last polled. */
  #etag = null;
  /** @type {Set<string>} */
  #touched = new Set(); // uuids of rows that events changed during a refresh

  /** @param {Api.User} me
      @param {Api.InboxRow[]} rows
      @param {string | null} next */
  constructor(me, rows, next) {
    super();
    this.#me = me;
    this.next = next;
    for (const row of rows) this.#merge(row);
  }

  /** @param {Page.InboxPart} [part] */
  rows(part = "inbox") {
    const rows = this.#all().filter((row) => isIn(row, part));
    // The open one does not vanish when it is read.
    return part === "unread" ? rows.filter((row) => isUnread(row) || row.uuid === this.open) : rows;
  }

  cleared = () => this.#all().filter((row) => row.cleared_seq);

  #all() {
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
    return this.#all().find(isIt) ?? null;
  }

  /** The number of unread messages in loaded rows that are not muted, and whether all rows are loaded. */
  unread() {
    const counts = this.rows().map((row) => (isMuted(row) ? 0 : row.unread));
    return { count: counts.reduce((sum, one) => sum + one, 0), isAll: this.next === null };
  }

  get isLoading() {
    return this.#loading !== null;
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
    await this.#loading?.catch(() => {});
    const wanted = Math.min(this.#rows.size, MOST_REFRESHED);
    this.#touched.clear();
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
    if (this.open && !found.has(this.open)) await this.#readOpen(this.open, found);
    this.next = next;
    this.#replace(found);
  }

  /** Reads the newest rows, where the stream does not get through. The answer is empty if nothing has changed. */
  async poll() {
    const { data, etag } = await api.inboxPage(FIRST_PAGE, this.#etag);
    this.#etag = etag;
    for (const row of data ?? []) this.#merge(row);
    if (data) this.#tell();
  }

  /** Reads the row of the open conversation, which may lie below the pages that were read.
      @param {string} open
      @param {Map<string, Api.InboxRow>} found */
  async #readOpen(open, found) {
    this.#touched.add(open);
    await api.messageGroup(open).then(
      (row) => found.set(open, row),
      () => {},
    );
  }

  /** Replaces the rows. One that was not found was left, or lies below the cursor, where scrolling finds it.
      @param {Map<string, Api.InboxRow>} found */
  #replace(found) {
    const last = this.next && [...found.values()].filter(({ uuid }) => uuid !== this.open).at(-1);
    /** @param {Api.InboxRow} row */
    const isBelow = (row) => last && newestFirst(last, row) < 0;
    /** @param {Api.InboxRow} options */
    const isYoung = ({ created_at: at }) => Date.now() - Date.parse(at) < FRESH_MS;
    for (const [uuid, row] of this.#rows) {
      const stays = this.#touched.has(uuid) || (isYoung(row) && !isBelow(row));
      if (!found.has(uuid) && !stays) this.#rows.delete(uuid);
    }
    this.nextOf = { ...PARTS }; // such rows were removed too, unless they are young
    /** @param {string} uuid */
    const wasLeft = (uuid) =>
      this.#touched.has(uuid) && !this.#rows.has(uuid) && uuid !== this.open;
    for (const row of found.values()) if (!wasLeft(row.uuid)) this.#merge(row);
    this.#tell();
  }

  /** Loads the rows after the last one, once a refresh has ended: it moves the cursor.
      @param {Page.InboxPart} part
      @returns {Promise<unknown> | null} */
  loadMore(part) {
    if (this.#refreshing) return this.#refreshing.then(() => this.loadMore(part));
    const path = part === "inbox" ? this.next : this.nextOf[part];
    if (!path) return null;
    if (this.#loading) return this.#loading;
    this.#loading = this.#loadPage(path, part).finally(() => {
      this.#loading = null;
      this.#tell();
    });
    this.#tell();
    return this.#loading;
  }

  /** @param {string} path
      @param {Page.InboxPart} part */
  async #loadPage(path, part) {
    const { data, next } = await api.inboxPage(path);
    if (part === "inbox") this.next = next;
    else this.nextOf[part] = next;
    for (const row of data) this.#merge(row);
  }

  /** @param {Api.InboxRow} row */
  put(row) {
    this.#touched.add(row.uuid);
    this.#merge(row);
    this.#tell();
  }

  /** Applies what has changed of a group, and returns its row, if this page holds it. Events may come late.
      @param {Events.GroupChanged} group */
  onGroup(group) {
    /** @type {Api.InboxRow & { version?: number } | undefined} */
    const row = this.#rows.get(group.uuid);
    if (!row) this.#asked.afterwards(group.uuid, () => this.onGroup(group));
    if (row && group.version >= (row.version ?? 0)) this.put({ ...row, ...group });
    return this.#rows.get(group.uuid);
  }

  /** @param {string} uuid */
  forget(uuid) {
    this.#touched.add(uuid);
    if (this.#rows.delete(uuid)) this.#tell();
  }

  /** Applies a new message. Its conversation moves up.
      @param {Api.Message} message */
  onMessage(message) {
    const uuid = message.message_group_uuid;
    const row = this.#rows.get(uuid);
    if (row) {
      const unread_events = eventsAfter(row, message);
      this.put({
        ...row,
        ...lastOf(message),
        unread_events,
        ...readIn(message, row, this.#me.uuid),
      });
    } else {
      this.#asked.ask(uuid);
      this.#asked.afterwards(uuid, () => this.onMessage(message));
    }
  }

  /** @param {Api.Message} message */
  onChanged(message) {
    const row = this.#rows.get(message.message_group_uuid);
    if (!row) this.#asked.afterwards(message.message_group_uuid, () => this.onChanged(message));
    if (!row) return;
    const read = readIn(message, row, this.#me.uuid);
    const changed = { ...row, ...read, ...afterChange(row, message) };
    if (JSON.stringify(changed) === JSON.stringify(row)) return;
    this.#rows.set(row.uuid, changed);
    this.#tell();
  }

  /** @param {string} uuid
      @param {number} seq */
  onRead(uuid, seq) {
    const row = this.#rows.get(uuid);
    if (!row) this.#asked.afterwards(uuid, () => this.onRead(uuid, seq));
    else if (seq > row.read_seq) this.put({ ...row, read_seq: seq });
  }

  /** @param {Events.RowSettings} event */
  onSettings(event) {
    const row = this.#rows.get(event.message_group_uuid);
    if (!row) this.#asked.afterwards(event.message_group_uuid, () => this.onSettings(event));
    else this.put({ ...row, ...settingsOf(event) });
  }

  /** @param {Events.MessagesHidden} event */
  onHidden(event) {
    const row = this.#rows.get(event.message_group_uuid);
    if (!row) return this.#asked.afterwards(event.message_group_uuid, () => this.onHidden(event));
    const after = withoutMessages(row, event);
    if (after.message !== row.message) this.#asked.ask(row.uuid); // for what is to be shown now
    return this.put(after);
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
