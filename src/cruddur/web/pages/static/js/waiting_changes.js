// The changes that the server has not stored yet: reactions, edits, what was read, and settings of conversations. Each is
// stored on disk before it is sent, and removed when the server has answered. The page shows it as done, and says
// that it waits. All of them can be sent twice: the second time changes nothing. Each open tab sends what waits, one tab at a time.

import * as api from "./api.js";
import { backoff } from "./backoff.js";
import { isNewer } from "./database.js";
import { Emitter } from "./emitter.js";
import { unsentChanges } from "./local_store.js";
import { Turns } from "./turns.js";
import { uuidv7 } from "./uuid.js";

const AGAIN_MS = 5000;
const GRACE_MS = 2000; // the other tabs wait so long for the tab in which a change was made

/** @typedef {{ change: Page.WaitingChange; answer: unknown }} Stored `answer`: the
    message or the row, as the server has it by then */
/** @typedef {{ change: Page.WaitingChange; failure: Page.Failure }} Refused */
/** @typedef {{ attempts: number; due: number; notBefore: number }} Tries */

/** @param {Page.WaitingChange} one
    @param {Page.WaitingChange} other */
const isOlder = (one, other) => (one.id < other.id ? -1 : 1);

/** Events: "change" (one came, was replaced, or is gone, or a try has failed), "stored", "refused".
    @extends {Emitter<{ change: undefined, stored: Stored, refused: Refused }>} */
export class WaitingChanges extends Emitter {
  /** Whether a message was written before this change and waits as well. */
  isHeld = (/** @type {Page.WaitingChange} */ _) => false;
  #me;
  #turns;
  #fallback = 0;
  /** @type {Map<string, Page.WaitingChange>} By key. */
  #changes = new Map();
  /** @type {Map<string, Tries>} By group: tries that have failed since the last one that did not. */
  #tries = new Map();
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("cruddur-changes") : null;

  /** @param {Api.User} me */
  constructor(me) {
    super();
    this.#me = me;
    this.#turns = new Turns(`cruddur-changes/${me.uuid}`, (group, turn) =>
      this.#sendAll(group, turn),
    );
    this.#channel?.addEventListener("message", () => this.#takeOver());
    addEventListener("focus", () => this.#takeOver()); // another tab may have been closed or frozen without saying so
    addEventListener("beforeunload", (event) => this.#isOnlyHere() && event.preventDefault());
  }

  /** Reads what an earlier page has not sent. If the disk does not answer, it tries again every AGAIN_MS. */
  async start() {
    try {
      await this.#load();
    } catch (error) {
      if (!isNewer(error)) setTimeout(() => this.start().then(() => this.wake()), AGAIN_MS);
    }
  }

  async #load() {
    const found = await unsentChanges.allOf(this.#me.uuid);
    this.#changes = new Map(found.sort(isOlder).map((one) => [one.key, one]));
    this.emit("change");
  }

  /** Sends what another tab has made, after GRACE_MS, in case that tab is closed. */
  async #takeOver() {
    clearTimeout(this.#fallback);
    this.#fallback = setTimeout(() => this.wake(), GRACE_MS);
    await this.#load().catch(() => {}); // what this tab holds is sent all the same
  }

  /** What was only read is no loss that anybody is to be asked about. */
  #isOnlyHere() {
    return this.all().some(({ unkept, kind }) => unkept && kind !== "read");
  }

  all() {
    return [...this.#changes.values()];
  }

  /** The changes in a conversation, oldest first.
      @param {string | undefined} group */
  of(group) {
    return this.all()
      .filter((one) => one.group === group)
      .sort(isOlder);
  }

  /** Whether the changes of this conversation wait for a connection, or for a server that is down.
      @param {string} group */
  isWaiting(group) {
    return (this.#tries.get(group)?.attempts ?? 0) > 0 || navigator.onLine === false;
  }

  /** Whether settings of this conversation wait for a connection.
      @param {string} group */
  hasLateSettings(group) {
    return this.of(group).some(({ kind }) => kind === "settings") && this.isWaiting(group);
  }

  /** Makes a change: shows it, stores it, and sends it. `name` says what it sets in its conversation.
      Resolves when it is stored, on disk or in this tab's memory only.
      @param {string} name
      @param {Omit<Page.WaitingChange, "key" | "user_uuid" | "id">} what */
  async add(name, what) {
    const key = `${this.#me.uuid}/${what.group}/${name}`;
    const change = { ...what, key, user_uuid: this.#me.uuid, id: uuidv7() };
    this.#hold(change);
    const [kept] = await unsentChanges.put([change]);
    if (this.#changes.get(key)?.id === kept.id) this.#hold(kept);
    this.#channel?.postMessage(what.group);
    this.#turns.run(what.group);
  }

  /** @param {Page.WaitingChange} change */
  #hold(change) {
    this.#changes.set(change.key, change);
    this.emit("change");
  }

  /** Drops the changes of messages that are deleted.
      @param {string} group
      @param {number[]} seqs */
  drop(group, seqs) {
    const isOfThem = (/** @type {Page.WaitingChange} */ { kind, seq }) =>
      (kind === "edit" || kind === "reaction") && seqs.includes(seq ?? 0);
    for (const change of this.of(group).filter(isOfThem)) {
      this.#forget(change);
      this.#unkeep(change);
    }
  }

  /** Sends all that is due. With `now` it also sends what waits for the end of a back-off.
      @param {{ now?: boolean }} [options] */
  wake(options) {
    for (const group of new Set(this.all().map((one) => one.group)))
      this.#turns.run(group, options);
  }

  /** Tries to send what was made before `id`, so that a message which was written later does not overtake it.
      @param {string | undefined} group
      @param {string} id */
  async sendBefore(group, id) {
    if (group && this.of(group).some((one) => one.id < id)) await this.#turns.run(group);
  }

  /** Sends the changes of a conversation in order.
      @param {string} group
      @param {import("./turns.js").Turn} turn */
  async #sendAll(group, turn) {
    for (const held of this.of(group)) {
      const change = await this.#current(held.key);
      if (!change) this.#forget(held);
      else if (this.isHeld(change) || !(await this.#attempt(change, turn))) return;
    }
  }

  /** The change as it is on disk or, if the disk does not answer, as this tab holds it.
      @param {string} key */
  #current(key) {
    return unsentChanges.get(key).catch(() => this.#changes.get(key));
  }

  /** Sends one change. Returns whether the next one may be sent.
      @param {Page.WaitingChange} change
      @param {import("./turns.js").Turn} turn */
  async #attempt(change, turn) {
    const { due = 0, notBefore = 0 } = this.#tries.get(change.group) ?? {};
    const earliest = Math.max(notBefore, turn.now ? 0 : due);
    turn.now = false;
    if (earliest > Date.now()) return this.#later(change, earliest);
    try {
      const { deliverChange } = await import("./change_delivery.js");
      const answer = await deliverChange(change);
      this.#tries.delete(change.group);
      await this.#unkeep(change);
      this.emit("stored", { change, answer });
      this.#forget(change); // only now, so that nothing vanishes in between
      return true;
    } catch (error) {
      return this.#failed(change, error);
    }
  }

  /** @param {Page.WaitingChange} change
      @param {unknown} error */
  async #failed(change, error) {
    const failure = api.asFailure(error);
    if (failure.status === 401) return false; // signed out: it is sent after the next sign-in
    if (error instanceof api.Problem && !api.isTemporary(error)) {
      const isWanted = this.#changes.get(change.key)?.id === change.id;
      await this.#unkeep(change);
      this.#forget(change);
      if (isWanted) this.emit("refused", { change, failure });
      return true;
    }
    const attempts = (this.#tries.get(change.group)?.attempts ?? 0) + 1;
    const notBefore = failure.retryAfter ? Date.now() + failure.retryAfter * 1000 : 0;
    const tries = { attempts, due: Date.now() + backoff(attempts), notBefore };
    this.#tries.set(change.group, tries);
    this.emit("change");
    return this.#later(change, Math.max(tries.due, notBefore));
  }

  /** @param {Page.WaitingChange} change
      @param {number} due */
  #later({ group }, due) {
    this.#turns.later(group, due);
    return false;
  }

  /** Removes it from the disk, unless a later one has replaced it.
      @param {Page.WaitingChange} change */
  #unkeep({ key, id }) {
    return unsentChanges.remove(key, (stored) => stored.id === id);
  }

  /** @param {Page.WaitingChange} change */
  #forget({ key, id }) {
    if (this.#changes.get(key)?.id === id && this.#changes.delete(key)) this.emit("change");
  }
}
