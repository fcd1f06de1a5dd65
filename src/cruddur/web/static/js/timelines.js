// The timelines of the conversations that were opened last. An older one is fetched anew when it is wanted.

import { Timeline } from "./timeline.js";

const MOST = 10;

export class Timelines {
  #changed;
  #kept = new Map(); // group uuid → Timeline, the one opened last at the end

  /** `changed` is called with a timeline that has changed. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Null when nothing is kept of it: what happens there need not be followed. */
  get(uuid) {
    return this.#kept.get(uuid) ?? null;
  }

  open(uuid) {
    const timeline = this.get(uuid) ?? this.#make(uuid);
    this.#kept.delete(uuid);
    this.#kept.set(uuid, timeline);
    if (this.#kept.size > MOST) this.forget(this.#kept.keys().next().value);
    return timeline;
  }

  forget(uuid) {
    this.#kept.delete(uuid);
  }

  #make(uuid) {
    const timeline = new Timeline(uuid);
    timeline.addEventListener("change", () => this.#changed(timeline));
    return timeline;
  }
}
