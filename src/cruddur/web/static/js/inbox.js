// The list of conversations, newest first, as this page knows it.

import * as api from "./api.js";
import { preview } from "./text.js";

/** Events: "change". */
export class Inbox extends EventTarget {
  next = null;
  #me;
  #rows = new Map();
  #asked = new Map(); // group uuid → what happened there while the server is asked for its row
  #loading = null;

  constructor(me, rows, next) {
    super();
    this.#me = me;
    this.next = next;
    for (const row of rows) this.#merge(row);
  }

  rows() {
    return [...this.#rows.values()].sort(newestFirst);
  }

  row(uuid) {
    return this.#rows.get(uuid) ?? null;
  }

  /** The direct conversation with this person, if it is known here. */
  withHandle(handle) {
    const folded = handle.toLowerCase();
    return this.rows().find((row) => row.kind === "direct" && row.handle?.toLowerCase() === folded) ?? null;
  }

  unread() {
    return this.rows().reduce((sum, row) => sum + row.unread, 0);
  }

  /** The first page again: after a time without events. */
  async refresh() {
    const { data, next } = await api.inboxPage();
    if (this.#rows.size === 0) this.next = next;
    for (const row of data) this.#merge(row);
    this.#tell();
  }

  loadMore() {
    if (!this.next) return null;
    this.#loading ??= this.#loadPage().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #loadPage() {
    const { data, next } = await api.inboxPage(this.next);
    this.next = next;
    for (const row of data) this.#merge(row);
    this.#tell();
  }

  put(row) {
    this.#merge(row);
    this.#tell();
  }

  forget(uuid) {
    if (this.#rows.delete(uuid)) this.#tell();
  }

  /** A new message somewhere: its conversation moves up. */
  onMessage(message) {
    const uuid = message.message_group_uuid;
    const row = this.#rows.get(uuid);
    if (row) this.put({ ...row, ...lastOf(message), read_seq: this.#readBy(message, row) });
    else {
      this.#ask(uuid);
      this.#afterwards(uuid, () => this.onMessage(message));
    }
  }

  #readBy(message, row) {
    return message.user_uuid === this.#me.uuid ? Math.max(row.read_seq, message.seq) : row.read_seq;
  }

  onChanged(message) {
    const row = this.#rows.get(message.message_group_uuid);
    if (!row) this.#afterwards(message.message_group_uuid, () => this.onChanged(message));
    if (row?.last_seq !== message.seq) return;
    this.#rows.set(row.uuid, { ...row, message: preview(message.message) });
    this.#tell();
  }

  onRead(uuid, seq) {
    const row = this.#rows.get(uuid);
    if (!row) this.#afterwards(uuid, () => this.onRead(uuid, seq));
    else if (seq > row.read_seq) this.put({ ...row, read_seq: seq });
  }

  /** A conversation this page has never heard of: the server knows its name and its people. */
  async #ask(uuid) {
    if (this.#asked.has(uuid)) return;
    this.#asked.set(uuid, []);
    try {
      this.#merge(await api.messageGroup(uuid));
      for (const happen of this.#asked.get(uuid)) happen();
    } catch {
      // The next event of that conversation, or the next refresh, brings it.
    } finally {
      this.#asked.delete(uuid);
    }
  }

  /** The answer may be older than what the events tell meanwhile, so they are told again after it. */
  #afterwards(uuid, happen) {
    this.#asked.get(uuid)?.push(happen);
  }

  /** Takes the newer of both sides: the server's row may lag behind the events, and the other way round. */
  #merge(row) {
    const known = this.#rows.get(row.uuid);
    const newer = known && known.last_seq > row.last_seq ? { ...row, ...tailOf(known) } : row;
    const readSeq = Math.max(row.read_seq, known?.read_seq ?? 0);
    const unread = Math.max(0, newer.last_seq - readSeq);
    this.#rows.set(row.uuid, { ...newer, read_seq: readSeq, unread });
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

const lastOf = (message) => ({
  message: preview(message.message),
  last_user_uuid: message.user_uuid,
  created_at: message.created_at,
  last_seq: message.seq,
});

const tailOf = ({ message, last_user_uuid, created_at, last_seq }) => ({
  message,
  last_user_uuid,
  created_at,
  last_seq,
});

function newestFirst(one, other) {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? 1 : -1;
  return one.uuid < other.uuid ? 1 : -1;
}
