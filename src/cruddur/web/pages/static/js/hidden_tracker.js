// Knows how often this user has deleted messages of a conversation for themselves, and finds out which if an event of
// that was lost.

/** @typedef {object} Held
    @property {(seqs: number[]) => void} hide drops these messages
    @property {() => Promise<void>} find reads what is held again, and drops what is not there any more */

export class HiddenTracker {
  /** @type {number | null} All that was deleted up to this time is dropped; null before that is known. */
  #known = null;
  #held;

  /** @param {Held} held */
  constructor(held) {
    this.#held = held;
  }

  /** An event or an answer tells what was deleted.
      @param {{ seqs: number[]; hidden_version: number }} event */
  told({ seqs, hidden_version: version }) {
    this.#held.hide(seqs);
    if (version === (this.#known ?? 0) + 1) this.#known = version;
    else this.follow(version);
  }

  /** The inbox says how often it happened. To be called once before any message is fetched.
      @param {number} [version] */
  async follow(version = 0) {
    const known = this.#known;
    this.#known = Math.max(known ?? 0, version);
    if (known === null || version <= known) return;
    await this.#held.find().catch(() => {
      this.#known = known; // the next change of the inbox tries again
    });
  }

  /** This user has left and come back: a row that is made then counts anew. */
  restart() {
    this.#known = null;
  }
}
