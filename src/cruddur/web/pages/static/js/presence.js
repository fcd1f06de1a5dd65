// Who is here, and who is typing. Both fade by themselves: silence is the only goodbye of a lost line.

import * as api from "./api.js";

const ONLINE_MS = 150_000;
const TYPING_MS = 6000;
const SAY_AGAIN_MS = 3000;

/** Events: "change". */
export class Presence extends EventTarget {
  #online = new Map(); // user uuid → until when
  #typing = new Map(); // group uuid → Map(user uuid → {name, until})

  constructor() {
    super();
    setInterval(() => this.#fade(), 1000);
  }

  onPresence({ user_uuid: uuid, online }) {
    const was = this.#online.has(uuid);
    if (online) this.#online.set(uuid, Date.now() + ONLINE_MS);
    else this.#online.delete(uuid);
    if (was !== online) this.#tell();
  }

  onTyping({ message_group_uuid: group, user_uuid: uuid, display_name: name }) {
    if (!this.#typing.has(group)) this.#typing.set(group, new Map());
    this.#typing.get(group).set(uuid, { name, until: Date.now() + TYPING_MS });
    this.#tell();
  }

  /** Their message is there: they no longer type it. */
  onMessage({ message_group_uuid: group, user_uuid: uuid }) {
    if (this.#typing.get(group)?.delete(uuid)) this.#tell();
  }

  isOnline(uuid) {
    return this.#online.has(uuid);
  }

  /** "Andrew is typing…", or null. */
  typingIn(group) {
    const names = [...(this.#typing.get(group)?.values() ?? [])].map(({ name }) => name);
    if (names.length === 0) return null;
    if (names.length > 2) return `${names.length} people are typing…`;
    return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
  }

  #fade() {
    const now = Date.now();
    let changed = dropOld(this.#online, (until) => until < now);
    for (const people of this.#typing.values()) {
      changed = dropOld(people, ({ until }) => until < now) || changed;
    }
    if (changed) this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

function dropOld(map, isOld) {
  const old = [...map].filter(([, value]) => isOld(value));
  for (const [key] of old) map.delete(key);
  return old.length > 0;
}

/** Says that I am typing, at most every three seconds. Nobody misses one that is lost. */
export class TypingSignal {
  #said = new Map();

  say(group) {
    const now = Date.now();
    if (now - (this.#said.get(group) ?? 0) < SAY_AGAIN_MS) return;
    this.#said.set(group, now);
    api.sayTyping(group).catch(() => {});
  }

  /** After a message, typing is news again. */
  sent(group) {
    this.#said.delete(group);
  }
}
