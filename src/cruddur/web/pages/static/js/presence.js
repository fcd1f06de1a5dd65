// Presence: people who are online, and people who are typing. Typing expires, since nobody says that it has ended.

import { Emitter } from "./emitter.js";

const STALE_MS = 60_000; // a stream that is lost for so long tells nothing about the people
const TYPING_MS = 6000;

/** Events: "change".
    @extends {Emitter<{ change: undefined }>} */
export class Presence extends Emitter {
  /** @type {Set<string>} The people who are online. */
  #online = new Set();
  #stale = 0;
  /** @type {Map<string, Map<string, { name: string; until: number }>>} By group, then by user. */
  #typing = new Map();

  constructor() {
    super();
    setInterval(() => this.#expire(), 1000);
  }

  /** @param {Events.ByName["presence"]} options */
  onPresence({ user_uuid: uuid, online }) {
    const was = this.#online.has(uuid);
    if (online) this.#online.add(uuid);
    else this.#online.delete(uuid);
    if (was !== online) this.#tell();
  }

  /** Forgets who is online once the stream is lost for long.
      @param {Page.StreamState} state */
  onStreamState(state) {
    clearTimeout(this.#stale);
    if (state !== "open") this.#stale = setTimeout(() => this.#forget(), STALE_MS);
  }

  /** @param {Events.ByName["typing"]} options */
  onTyping({ message_group_uuid: group, user_uuid: uuid, display_name: name }) {
    const people = this.#typing.get(group) ?? new Map();
    this.#typing.set(group, people.set(uuid, { name, until: Date.now() + TYPING_MS }));
    this.#tell();
  }

  /** Applies a message: its author no longer types it.
      @param {Api.Message} options */
  onMessage({ message_group_uuid: group, user_uuid: uuid }) {
    if (this.#typing.get(group)?.delete(uuid)) this.#tell();
  }

  /** @param {string | null} uuid */
  isOnline(uuid) {
    return uuid !== null && this.#online.has(uuid);
  }

  /** "Andrew is typing…", or null.
      @param {string} group */
  typingIn(group) {
    const names = [...(this.#typing.get(group)?.values() ?? [])].map(({ name }) => name);
    if (names.length === 0) return null;
    if (names.length > 2) return `${names.length} people are typing…`;
    return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
  }

  #forget() {
    this.#online.clear();
    this.#tell();
  }

  #expire() {
    const now = Date.now();
    let changed = false;
    for (const people of this.#typing.values()) {
      changed = dropOld(people, ({ until }) => until < now) || changed;
    }
    if (changed) this.#tell();
  }

  #tell() {
    this.emit("change");
  }
}

/** @template Value
    @param {Map<string, Value>} map
    @param {(value: Value) => boolean} isOld */
function dropOld(map, isOld) {
  const old = [...map].filter(([, value]) => isOld(value));
  for (const [key] of old) map.delete(key);
  return old.length > 0;
}
