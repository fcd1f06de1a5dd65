// The ends of a timeline at which messages are being fetched, at each of them once at a time.

/** @typedef {"older" | "newer"} Side */

export class SideLoads {
  /** @type {Set<Side>} */
  #busy = new Set();
  #changed;

  /** @param {() => void} changed to be called when a load begins or ends */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @returns {Side | null} The side at which messages are being fetched. */
  get current() {
    if (this.#busy.has("older")) return "older";
    return this.#busy.has("newer") ? "newer" : null;
  }

  /** @param {Side} side */
  has(side) {
    return this.#busy.has(side);
  }

  /** @param {Side} side
      @param {() => Promise<void>} work */
  async run(side, work) {
    if (this.#busy.has(side)) return;
    this.#busy.add(side);
    this.#changed();
    try {
      await work();
    } finally {
      this.#busy.delete(side);
      this.#changed();
    }
  }
}
