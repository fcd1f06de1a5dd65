// The unsent messages. Each is stored before it is sent, and removed after the server has answered 200. Its uuid never
// changes, so that the server stores it once even if it is sent twice. Each open tab sends what the outbox holds, one
// tab at a time, so that closing a tab leaves no message unsent.

import { Emitter } from "./emitter.js";
import * as api from "./api.js";
import { isNewer } from "./database.js";
import { unsentMessages } from "./local_store.js";
import { uuidv7 } from "./uuid.js";
import { backoff } from "./backoff.js";
import { Turns } from "./turns.js";

const TAKEN = "message_uuid_taken"; // another person's message has this uuid, so ours is not stored
const AGAIN_MS = 5000;
const GRACE_MS = 2000; // the other tabs wait so long for the tab in which a message was written

/** @param {Page.Entry} one
    @param {Page.Entry} other */
const isOlder = (one, other) => (one.message_uuid < other.message_uuid ? -1 : 1);

/** @param {Page.Entry} entry */
function bodyOf({ message, message_uuid, after, message_group_uuid, handle, reply_to_seq }) {
  const to = message_group_uuid ? { message_group_uuid } : { handle };
  return { message, message_uuid, after, ...to, ...(reply_to_seq ? { reply_to_seq } : {}) };
}

/** Events: "change" {conversation}, "sent" {entry, message}.
    @extends {Emitter<{ change: { conversation: string }, sent: { entry: Page.Entry, message: Api.Message } }>} */
export class Outbox extends Emitter {
  /** Sends what was done before this message was written.
      @type {((entry: Page.Entry) => Promise<unknown>) | undefined} */
  before;
  /** Changes a message that was stored with an earlier text than the entry's by now.
      @type {((entry: Page.Entry, message: Api.Message) => Promise<Api.Message>) | undefined} */
  corrected;
  #me;
  #lastSeqOf;
  /** @type {Map<string, Page.Entry>} By message. */
  #entries = new Map();
  #fallback = 0;
  #turns;
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("cruddur-outbox") : null;
  #ended = new AbortController();

  /** @param {Api.User} me
      @param {(entry: Page.Entry) => number} lastSeqOf */
  constructor(me, lastSeqOf) {
    super();
    this.#me = me;
    this.#lastSeqOf = lastSeqOf;
    this.#turns = new Turns(`cruddur-outbox/${me.uuid}`, (key, turn) => this.#sendAll(key, turn));
    const { signal } = this.#ended;
    this.#channel?.addEventListener("message", () => this.#takeOver(), { signal });
    addEventListener("focus", () => this.#takeOver(), { signal }); // another tab may have been closed or frozen without saying so
    addEventListener("beforeunload", (event) => this.#isOnlyHere() && event.preventDefault(), {
      signal,
    });
  }

  /** Sends nothing from now on. What is stored is sent by another tab, or after the next start. */
  close() {
    this.#ended.abort();
    this.#channel?.close();
    clearTimeout(this.#fallback);
  }

  /** Reads the messages that an earlier page has not sent. If the disk does not answer, for example because a tab with
      an older page blocks it, it tries again every AGAIN_MS. */
  async start() {
    try {
      await this.load();
    } catch (error) {
      if (!isNewer(error)) setTimeout(() => this.start().then(() => this.wake()), AGAIN_MS);
    }
  }

  /** Reads all entries again, since another page or tab may have changed them. */
  async load() {
    const found = (await unsentMessages.allOf(this.#me.uuid)).sort(isOlder);
    const conversations = new Set([...this.all(), ...found].map((entry) => entry.conversation));
    this.#entries = new Map(found.map((entry) => [entry.message_uuid, entry]));
    for (const conversation of conversations) this.#changed(conversation, { tell: false });
  }

  /** Sends what another tab has put into the outbox, after GRACE_MS, in case that tab is closed. */
  async #takeOver() {
    clearTimeout(this.#fallback);
    this.#fallback = setTimeout(() => this.wake(), GRACE_MS);
    await this.load().catch(() => {}); // the entries that this tab holds are sent all the same
  }

  #isOnlyHere() {
    return this.all().some(({ unkept }) => unkept);
  }

  all() {
    return [...this.#entries.values()];
  }

  /** @param {string} conversation */
  of(conversation) {
    return this.all().filter((entry) => entry.conversation === conversation);
  }

  /** Adds messages to a conversation; the first is the answer, if there is one. Resolves when all are stored, on disk
      or in this tab's memory only, to their uuids.
      @param {Page.Address} to
      @param {string[]} messages */
  async add(to, ...messages) {
    const made = messages.map((message, at) =>
      this.#entry(at ? { ...to, reply_to_seq: null } : to, message),
    );
    for (const entry of await unsentMessages.put(made))
      this.#entries.set(entry.message_uuid, entry);
    this.#changed(to.conversation);
    this.#turns.run(to.conversation);
    return made.map(({ message_uuid: uuid }) => uuid);
  }

  /** @param {Page.Address} to
      @param {string} message */
  #entry(to, message) {
    return {
      message_uuid: uuidv7(),
      user_uuid: this.#me.uuid,
      ...to,
      message,
      created_at: new Date().toISOString(),
      after: null,
      attempts: 0,
      next_attempt: 0,
      not_before: 0,
      failed: null,
    };
  }

  /** @param {string} uuid */
  async retry(uuid) {
    const entry = this.#entries.get(uuid);
    if (!entry) return;
    if (entry.failed?.code === TAKEN)
      await this.whileUnsent(uuid, (current) => this.#renew(current));
    else await this.save({ ...entry, failed: null, next_attempt: 0, not_before: 0 });
    this.#turns.run(entry.conversation);
  }

  /** Replaces the message by one with another uuid and the same text. The caller holds the lock, so that two tabs do
      not make two messages of it.
      @param {Page.Entry} entry */
  async #renew(entry) {
    const { conversation, name, message_group_uuid, handle, reply_to_seq, message } = entry;
    const to = { conversation, name, message_group_uuid, handle, reply_to_seq };
    const fresh = this.#entry(to, message);
    const [kept] = await unsentMessages.put([fresh], [entry.message_uuid]);
    this.#entries.delete(entry.message_uuid);
    this.#entries.set(kept.message_uuid, kept);
    this.#changed(conversation);
  }

  /** Removes an unsent message. Returns it, or false if the message has just been sent.
      @param {string} uuid */
  take(uuid) {
    return this.whileUnsent(uuid, async (entry) => {
      await unsentMessages.remove(uuid);
      this.#forget(uuid, entry.conversation);
      return entry;
    });
  }

  /** Runs `work` while no tab sends the message. Resolves to false if it has just been sent.
      @template Result
      @param {string} uuid
      @param {(entry: Page.Entry) => Promise<Result>} work */
  async whileUnsent(uuid, work) {
    const entry = this.#entries.get(uuid);
    if (!entry) return false;
    return this.#turns.alone(entry.conversation, async () => {
      const current = await this.#current(uuid);
      return current ? work(current) : false;
    });
  }

  /** The entry as it is on disk or, if the disk does not answer, as this tab holds it.
      @param {string} uuid */
  #current(uuid) {
    return unsentMessages.get(uuid).catch(() => this.#entries.get(uuid));
  }

  /** Sends all entries that are due. With `now` it also sends those that wait for the end of a back-off.
      @param {{ now?: boolean }} [options] */
  wake({ now = false } = {}) {
    for (const conversation of new Set(this.all().map((entry) => entry.conversation))) {
      this.#turns.run(conversation, { now });
    }
  }

  /** Sends the entries in order. An entry is sent after the one before it was stored, or refused for good.
      @param {string} conversation
      @param {import("./turns.js").Turn} turn */
  async #sendAll(conversation, turn) {
    for (const { message_uuid: uuid } of this.of(conversation)) {
      const entry = await this.#current(uuid);
      if (!entry)
        this.#forget(uuid, conversation); // another tab has sent it
      else if (!entry.failed && !(await this.#attempt(entry, turn))) return;
    }
  }

  /** Sends one entry. Returns whether the next one may be sent.
      @param {Page.Entry} entry
      @param {import("./turns.js").Turn} turn */
  async #attempt(entry, turn) {
    const due = Math.max(entry.not_before, turn.now ? 0 : entry.next_attempt);
    turn.now = false;
    if (due > Date.now()) return this.#later(entry, due);
    await this.before?.(entry);
    const attempt = { ...entry, after: entry.after ?? this.#lastSeqOf(entry) };
    try {
      await this.save(attempt);
      if (this.#ended.signal.aborted) return false; // requests may be another user's by now
      const sent = await api.sendMessage(bodyOf(attempt));
      const message = (await this.corrected?.(attempt, sent)) ?? sent;
      await unsentMessages.remove(entry.message_uuid);
      this.#forget(entry.message_uuid, entry.conversation);
      this.emit("sent", { entry, message });
      return true;
    } catch (error) {
      return this.#failed(attempt, error);
    }
  }

  /** @param {Page.Entry} entry
      @param {unknown} error */
  async #failed(entry, error) {
    const { status, retryAfter } = api.asFailure(error);
    if (status === 401) return false; // signed out: the entry stays, and is sent after the next sign-in
    if (error instanceof api.Problem && !api.isTemporary(error)) {
      const failed = { code: error.code, detail: error.message };
      await this.save({ ...entry, failed });
      return true;
    }
    const attempts = entry.attempts + 1;
    const now = Date.now();
    const notBefore = retryAfter ? now + retryAfter * 1000 : 0;
    const nextAttempt = now + backoff(attempts);
    await this.save({ ...entry, attempts, next_attempt: nextAttempt, not_before: notBefore });
    return this.#later(entry, Math.max(nextAttempt, notBefore));
  }

  /** @param {Page.Entry} entry
      @param {number} due */
  #later(entry, due) {
    this.#turns.later(entry.conversation, due);
    return false;
  }

  /** Stores the entry, on disk first: a `load` that began before would otherwise bring the older entry back.
      @param {Page.Entry} entry */
  async save(entry) {
    const [kept] = await unsentMessages.put([entry]);
    this.#entries.set(kept.message_uuid, kept);
    this.#changed(kept.conversation);
  }

  /** @param {string} uuid
      @param {string} conversation */
  #forget(uuid, conversation) {
    if (this.#entries.delete(uuid)) this.#changed(conversation);
  }

  /** @param {string} conversation
      @param {{ tell?: boolean }} [options] */
  #changed(conversation, { tell = true } = {}) {
    if (tell && !this.#ended.signal.aborted) this.#channel?.postMessage(conversation);
    this.emit("change", { conversation });
  }
}
