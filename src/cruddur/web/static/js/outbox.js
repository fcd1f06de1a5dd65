// Messages on their way. Each is on disk before it is sent, and leaves only after the server's 200;
// its uuid never changes, so that sending it twice is sending it once.

import * as api from "./api.js";
import * as store from "./store.js";
import { uuidv7 } from "./uuid.js";
import { backoff, exclusively } from "./wait.js";

/** Events: "change" {conversation}, "sent" {entry, message}. */
export class Outbox extends EventTarget {
  #me;
  #lastSeqOf;
  #entries = new Map();
  #lanes = new Map(); // conversation → {busy, again, timer}
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("cruddur-outbox") : null;

  constructor(me, lastSeqOf) {
    super();
    this.#me = me;
    this.#lastSeqOf = lastSeqOf;
    this.#channel?.addEventListener("message", () => this.load());
  }

  /** Reads what an earlier page left behind, or another tab has changed. */
  async load() {
    const found = await store.outboxOf(this.#me.uuid);
    const conversations = new Set([...this.all(), ...found].map((entry) => entry.conversation));
    this.#entries = new Map(found.map((entry) => [entry.message_uuid, entry]));
    for (const conversation of conversations) this.#changed(conversation, { tell: false });
  }

  all() {
    return [...this.#entries.values()];
  }

  of(conversation) {
    return this.all().filter((entry) => entry.conversation === conversation);
  }

  /** `to` is {conversation, message_group_uuid} or {conversation, handle}. Resolves once it is on disk. */
  async add(to, message) {
    const entry = {
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
    await store.putOutbox(entry);
    this.#entries.set(entry.message_uuid, entry);
    this.#changed(entry.conversation);
    this.#drain(entry.conversation);
  }

  async retry(uuid) {
    const entry = this.#entries.get(uuid);
    if (!entry) return;
    await this.#save({ ...entry, failed: null, next_attempt: 0, not_before: 0 });
    this.#drain(entry.conversation);
  }

  /** Takes a message out, unsent; returns its text, or null when it has just been sent. */
  async take(uuid) {
    const entry = this.#entries.get(uuid);
    if (!entry) return null;
    return exclusively(this.#lock(entry.conversation), async () => {
      if (!(await store.outboxEntry(uuid))) return null;
      await this.#drop(entry);
      return entry.message;
    });
  }

  /** Tries everything that waits; `now` also what waits for a connection only. */
  wake({ now = false } = {}) {
    for (const conversation of new Set(this.all().map((entry) => entry.conversation))) {
      this.#drain(conversation, { now });
    }
  }

  async #drain(conversation, { now = false } = {}) {
    const lane = this.#lane(conversation);
    lane.again = true;
    lane.now ||= now;
    if (lane.busy) return;
    lane.busy = true;
    try {
      while (lane.again) {
        lane.again = false;
        await exclusively(this.#lock(conversation), () => this.#sendAll(conversation, lane));
      }
    } finally {
      lane.busy = false;
    }
  }

  #lane(conversation) {
    const lane = this.#lanes.get(conversation) ?? { busy: false, again: false, now: false, timer: 0 };
    this.#lanes.set(conversation, lane);
    return lane;
  }

  #lock(conversation) {
    return `cruddur-outbox/${this.#me.uuid}/${conversation}`;
  }

  /** In order: the second waits until the first is through, or is refused for good. */
  async #sendAll(conversation, lane) {
    for (const { message_uuid: uuid } of this.of(conversation)) {
      const entry = await store.outboxEntry(uuid);
      if (!entry) this.#forget(uuid, conversation); // another tab has sent it
      else if (!entry.failed && !(await this.#attempt(entry, lane))) return;
    }
  }

  /** Returns whether the next one may go. */
  async #attempt(entry, lane) {
    const due = Math.max(entry.not_before, lane.now ? 0 : entry.next_attempt);
    lane.now = false;
    if (due > Date.now()) return this.#later(entry, due);
    const attempt = { ...entry, after: entry.after ?? this.#lastSeqOf(entry) };
    try {
      await this.#save(attempt);
      const message = await api.sendMessage(bodyOf(attempt));
      await this.#drop(entry);
      this.dispatchEvent(new CustomEvent("sent", { detail: { entry, message } }));
      return true;
    } catch (error) {
      return this.#failed(attempt, error);
    }
  }

  async #failed(entry, error) {
    if (error.status === 401) return false; // signed out: it stays, and goes when they are back
    if (error instanceof api.Problem && !api.isTemporary(error)) {
      const failed = { code: error.code, detail: error.message };
      await this.#save({ ...entry, failed });
      return true;
    }
    const attempts = entry.attempts + 1;
    const now = Date.now();
    const notBefore = error.retryAfter ? now + error.retryAfter * 1000 : 0;
    const nextAttempt = now + backoff(attempts);
    await this.#save({ ...entry, attempts, next_attempt: nextAttempt, not_before: notBefore });
    return this.#later(entry, Math.max(nextAttempt, notBefore));
  }

  #later(entry, due) {
    const lane = this.#lane(entry.conversation);
    clearTimeout(lane.timer);
    lane.timer = setTimeout(() => this.#drain(entry.conversation), due - Date.now() + 5);
    return false;
  }

  /** First on disk: a `load` that began before the put would bring the older entry back. */
  async #save(entry) {
    await store.putOutbox(entry);
    this.#entries.set(entry.message_uuid, entry);
    this.#changed(entry.conversation);
  }

  async #drop(entry) {
    await store.removeOutbox(entry.message_uuid);
    this.#forget(entry.message_uuid, entry.conversation);
  }

  #forget(uuid, conversation) {
    if (this.#entries.delete(uuid)) this.#changed(conversation);
  }

  #changed(conversation, { tell = true } = {}) {
    if (tell) this.#channel?.postMessage(conversation);
    this.dispatchEvent(new CustomEvent("change", { detail: { conversation } }));
  }
}

function bodyOf(entry) {
  const { message, message_uuid, after, message_group_uuid, handle } = entry;
  const to = message_group_uuid ? { message_group_uuid } : { handle };
  return { message, message_uuid, after, ...to };
}
