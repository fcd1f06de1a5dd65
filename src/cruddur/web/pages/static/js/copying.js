// Keeps this device's copy of the newest conversations true, for the time without a network. The tab that holds the
// stream does it for all tabs. A conversation that is behind is brought up to date by its two numbers.

import * as api from "./api.js";
import { pause } from "./backoff.js";
import { goesTo, isBehind, nothingCopied, withEvents, withHidden, without } from "./copied.js";
import { caughtUp, copiedAnew } from "./copy_fetching.js";
import { forgetOldPictures } from "./copied_pictures.js";
import * as store from "./copy_store.js";
import { LONG_PAGE } from "./inbox_paths.js";
import { pinnedFirst } from "./inbox_rows.js";

/** @import { MessagesPage } from "./page.js" */

const MOST_CONVERSATIONS = 100;
const SOON_MS = 1000;
const PAUSE_MS = 300; // between two conversations: other requests go first
const SEEN_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 600_000; // after a reload, when a look was made a moment ago
const FRESH_MS = 60_000;
const KEPT_MS = 30 * 86_400_000;

/** @typedef {{ messages: Api.Message[]; hidden: Events.MessagesHidden[] }} Arrived */

export class Copying {
  #page;
  #me;
  /** @type {Map<string, Api.InboxRow>} By group: those that the page does not hold. */
  #more = new Map();
  /** @type {Map<string, Partial<Page.CopiedTo>>} By group: the greatest numbers that events named. */
  #heard = new Map();
  /** @type {Map<string, Arrived>} By group: what events brought since the copy was last written. */
  #arrived = new Map();
  /** @type {Map<string, string>} By group: up to where it was brought; it is not tried again for the same. */
  #tried = new Map();
  #isLooked = false;
  #isBusy = false;
  #notBefore = 0;
  #timer = 0;

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
    this.#me = page.me.uuid;
  }

  async start() {
    const found = await store.owner().catch(() => undefined);
    await store.claim(this.#page.me, Date.now() - KEPT_MS);
    const isFresh = found?.user.uuid === this.#me && Date.now() - found.seen_at < FRESH_MS;
    this.#isLooked = isFresh;
    this.#listen();
    forgetOldPictures();
    setInterval(() => this.#soon(), SEEN_EVERY_MS);
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#soon();
  }

  #listen() {
    const { stream, inbox, conversation } = this.#page;
    stream.on("message", (one) => this.#hear(one, { last: one.seq, change: one.last_change_seq }));
    stream.on("message_changed", (one) => this.#hear(one, { change: one.change_seq }));
    stream.on("messages_hidden", (event) => this.#hide(event));
    stream.on("left", ({ message_group_uuid: uuid }) => this.#drop([uuid]));
    conversation.on("gone", (uuid) => this.#drop([uuid]));
    stream.on("caught_up", ({ is_complete: isComplete }) => isComplete || this.#look());
    stream.on("person", forgetOldPictures);
    stream.on("state", () => this.#soon());
    inbox.on("change", () => this.#soon());
  }

  /** The inbox may have changed without an event: what is behind is looked for. */
  #look() {
    this.#isLooked = false;
    this.#soon();
  }

  /** @param {Api.Message} message
      @param {Partial<Page.CopiedTo>} to */
  #hear(message, { last = 0, change = 0 }) {
    const uuid = message.message_group_uuid;
    const heard = this.#heard.get(uuid) ?? {};
    const most = {
      last: Math.max(heard.last ?? 0, last),
      change: Math.max(heard.change ?? 0, change),
    };
    this.#heard.set(uuid, { ...heard, ...most });
    if (this.#page.stream.isLeader) this.#arrivedIn(uuid).messages.push(message);
    this.#soon();
  }

  /** @param {Events.MessagesHidden} event */
  #hide(event) {
    const { message_group_uuid: uuid, hidden_version: hidden } = event;
    this.#heard.set(uuid, { ...this.#heard.get(uuid), hidden });
    if (this.#page.stream.isLeader) this.#arrivedIn(uuid).hidden.push(event);
    this.#soon();
  }

  /** @param {string} uuid */
  #arrivedIn(uuid) {
    const arrived = this.#arrived.get(uuid) ?? { messages: [], hidden: [] };
    this.#arrived.set(uuid, arrived);
    return arrived;
  }

  #soon() {
    this.#timer ||= setTimeout(() => this.#run(), SOON_MS);
  }

  get #isOurs() {
    const { stream } = this.#page;
    return stream.isLeader && stream.state !== "connecting" && Date.now() >= this.#notBefore;
  }

  async #run() {
    this.#timer = 0;
    if (this.#isBusy || !this.#isOurs) return;
    this.#isBusy = true;
    try {
      await this.#bringAll();
    } catch (error) {
      this.#failed(error);
    }
    this.#isBusy = false;
  }

  /** @param {unknown} error */
  #failed(error) {
    const wait = (api.asFailure(error).retryAfter ?? 0) * 1000;
    this.#notBefore = Date.now() + wait;
    if (wait) setTimeout(() => this.#soon(), wait); // otherwise the next event or connection tries again
  }

  async #bringAll() {
    if (!this.#isLooked) await this.#readRows();
    const rows = this.#rows();
    await store.putRows(this.#me, this.#page.me, rows);
    const known = await store.numbers(this.#me);
    const wanted = new Set(rows.map(({ uuid }) => uuid));
    await this.#drop([...known.keys()].filter((uuid) => !wanted.has(uuid)));
    const behind = rows.filter((row) => this.#isBehind(row, known.get(row.uuid)));
    // What is there already comes first: a deletion in it is not to wait for what is copied for the first time.
    behind.sort((one, other) => Number(known.has(other.uuid)) - Number(known.has(one.uuid)));
    for (const row of behind) {
      if (!this.#isOurs) return;
      if (await this.#bring(row, rows)) await pause(PAUSE_MS);
    }
  }

  async #readRows() {
    const { inbox } = this.#page;
    const found = inbox.next === null ? [] : (await api.inboxPage(LONG_PAGE)).data;
    this.#more = new Map(found.map((row) => [row.uuid, row]));
    this.#isLooked = true;
    forgetOldPictures();
  }

  /** The rows of the newest conversations. */
  #rows() {
    const rows = new Map(this.#more);
    for (const row of this.#page.inbox.rows()) rows.set(row.uuid, row);
    return [...rows.values()].sort(pinnedFirst).slice(0, MOST_CONVERSATIONS);
  }

  /** @param {Api.InboxRow} row
      @param {Page.CopiedTo | undefined} known */
  #isBehind(row, known) {
    const wanted = goesTo(row, this.#heard.get(row.uuid));
    const isNew = this.#tried.get(row.uuid) !== JSON.stringify(wanted);
    return this.#arrived.has(row.uuid) || (isNew && isBehind(known, wanted));
  }

  /** Brings one conversation up to date. Returns whether the server was asked.
      @param {Api.InboxRow} row
      @param {Api.InboxRow[]} rows */
  async #bring(row, rows) {
    const { uuid } = row;
    const wanted = goesTo(row, this.#heard.get(uuid));
    const arrived = this.#arrived.get(uuid);
    this.#arrived.delete(uuid);
    const stored = await store.conversation(this.#me, uuid);
    const known = stored && withArrived(stored, arrived, wanted);
    const isAsked = isBehind(known, wanted);
    try {
      const copied = isAsked ? await fetched(known ?? nothingCopied(uuid), wanted) : known;
      if (copied) await this.#put({ ...copied, cleared: wanted.cleared }, rows);
      this.#tried.set(uuid, JSON.stringify(wanted));
    } catch (error) {
      if (![403, 404].includes(api.asFailure(error).status ?? 0)) throw error;
      await this.#drop([uuid]);
    }
    return isAsked;
  }

  /** Stores it. If the storage is full, the copies of older conversations go, the oldest first, and then its own.
      @param {Page.Copied} copied
      @param {Api.InboxRow[]} rows */
  async #put(copied, rows) {
    const older = rows.slice(rows.findIndex(({ uuid }) => uuid === copied.uuid));
    while (older.length) {
      const isStored = await store.putConversation(this.#me, copied).then(() => true, orFull);
      if (isStored) return;
      await store.removeConversations(this.#me, [older.pop()?.uuid ?? ""]);
    }
  }

  /** @param {string[]} uuids */
  async #drop(uuids) {
    for (const uuid of uuids) {
      for (const map of [this.#more, this.#heard, this.#arrived, this.#tried]) map.delete(uuid);
    }
    if (uuids.length) await store.removeConversations(this.#me, uuids).catch(() => {});
  }
}

/** @param {unknown} error */
function orFull(error) {
  if (api.asFailure(error).name !== "QuotaExceededError") throw error;
  return false;
}

/** @param {Page.Copied} stored
    @param {Arrived | undefined} arrived
    @param {Page.CopiedTo} wanted
    @returns {Page.Copied} */
function withArrived(stored, arrived, { cleared }) {
  if (!arrived) return without(stored, cleared);
  const inOrder = arrived.hidden.toSorted(
    (one, other) => one.hidden_version - other.hidden_version,
  );
  let copied = withEvents(stored, arrived.messages);
  for (const { seqs, hidden_version: version } of inOrder)
    if (version === copied.hidden + 1) copied = withHidden(copied, seqs);
  return without(copied, cleared);
}

/** @param {Page.Copied} known
    @param {Page.CopiedTo} wanted */
const fetched = async (known, wanted) =>
  known.last > 0 && known.hidden >= wanted.hidden
    ? caughtUp(known, wanted)
    : copiedAnew(known.uuid, wanted);
