// What this page holds of one conversation: the numbers `first` to `last` without a gap, and perhaps
// some that came too early. Whatever comes twice or in the wrong order ends up the same.

import * as api from "./api.js";
import { backoff, Pause } from "./wait.js";

const PAGE = 50;
const MOST_TRIES = 6;

/** Events: "change". */
export class Timeline extends EventTarget {
  older = false;
  loaded = false;
  first = 0;
  last = 0;
  #messages = new Map();
  #filling = null;
  #tries = 0;
  #pause = new Pause();
  #loadingOlder = false;

  constructor(uuid) {
    super();
    this.uuid = uuid;
  }

  /** The newest page, from the server's HTML or from the API. */
  start(messages, older) {
    for (const message of messages) this.#keep(message);
    this.loaded = true;
    this.#begin(messages, older);
    this.#settle();
    if (this.#ahead()) this.fill().catch(() => {});
  }

  #begin(messages, older) {
    if (!messages.length) return;
    this.first = messages[0].seq;
    this.last = messages.at(-1).seq;
    this.older = older;
  }

  /** A message from the stream or from a send. Returns whether it was new here. */
  add(message) {
    const isNew = !this.#messages.has(message.seq);
    this.#keep(message);
    this.#settle();
    if (this.loaded && message.seq > this.last) this.fill().catch(() => {});
    return isNew;
  }

  /** An edit or a deletion. */
  change(message) {
    if (!this.#messages.has(message.seq)) return;
    this.#keep(message);
    this.#tell();
  }

  visible() {
    return this.#inOrder(({ seq }) => this.first <= seq && seq <= this.last);
  }

  /** Those behind a gap: they wait for what lies between. */
  early() {
    return this.#inOrder(({ seq }) => seq > this.last);
  }

  #inOrder(isWanted) {
    return [...this.#messages.values()].filter(isWanted).sort((one, other) => one.seq - other.seq);
  }

  /** Loads the newest page, and whatever lies between it and what is here. */
  async refresh() {
    if (!this.loaded) {
      const { data, next } = await api.newest(this.uuid, PAGE);
      this.start(data, next !== null);
      return;
    }
    this.#tries = 0;
    this.#pause.wake();
    await this.fill();
    const { data } = await api.newest(this.uuid, PAGE); // an edit while away leaves no other trace
    for (const message of data) this.#keep(message);
    this.#settle();
  }

  /** Fetches what comes after `last` until nothing is missing, or for as long as it is worth trying. */
  fill() {
    this.#filling ??= this.#fillAll().finally(() => (this.#filling = null));
    return this.#filling;
  }

  async #fillAll() {
    for (this.#tries = 1; !(await this.#isFilled()); this.#tries += 1) {
      if (this.#tries >= MOST_TRIES) return; // the next event or connection goes on
      await this.#pause.for(backoff(this.#tries, { first: 300, most: 5000 }));
    }
  }

  /** Another try is needed after one that failed, and after one that a lagging replica answered. */
  async #isFilled() {
    try {
      await this.#fillOnce();
      return !this.#ahead();
    } catch (error) {
      if (api.isTemporary(error)) return false;
      throw error;
    }
  }

  async #fillOnce() {
    for (let more = true; more; ) {
      const { data, next } = await api.after(this.uuid, this.last, 100);
      if (this.last === 0) this.#begin(data, false);
      for (const message of data) this.#keep(message);
      // A hole in the server's own answer is not ours to fill: those were written while we were out.
      if (data.length) this.last = Math.max(this.last, data.at(-1).seq);
      this.#settle();
      more = next !== null && data.length > 0;
    }
  }

  async loadOlder() {
    if (!this.older || this.#loadingOlder) return;
    this.#loadingOlder = true;
    try {
      const { data, next } = await api.before(this.uuid, this.first, PAGE);
      for (const message of data) this.#keep(message);
      this.older = next !== null && data.length > 0;
      if (data.length) this.first = data[0].seq;
      this.#tell();
    } finally {
      this.#loadingOlder = false;
    }
  }

  /** Lets go of what lies before this number. */
  cut(first) {
    if (first <= this.first || this.#loadingOlder) return;
    for (const seq of this.#messages.keys()) if (seq < first) this.#messages.delete(seq);
    this.first = first;
    this.older = true;
  }

  #ahead() {
    return Math.max(0, ...this.#messages.keys()) > this.last;
  }

  #keep(message) {
    this.#messages.set(message.seq, newer(this.#messages.get(message.seq), message));
  }

  #settle() {
    while (this.last > 0 && this.#messages.has(this.last + 1)) this.last += 1;
    if (this.last === 0 && this.#messages.has(1)) {
      this.first = 1;
      this.last = 1;
      this.#settle();
      return;
    }
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Of two states of one message the later one: a deletion is final, an edit has its time. */
function newer(known, message) {
  if (!known) return message;
  if (known.deleted_at || message.deleted_at) return known.deleted_at ? known : message;
  return (message.edited_at ?? "") >= (known.edited_at ?? "") ? message : known;
}
