// Tries something again until it is done, with pauses that grow. Several callers share one run.

import { isTemporary } from "./api.js";
import { backoff, Pause } from "./backoff.js";

const MOST_TRIES = 6;

export class Retries {
  #isDone;
  #most;
  #tries = 0;
  #pause = new Pause();
  #isStale = false;
  /** @type {Promise<void> | null} */
  #running = null;

  /** `isDone` tries once, and resolves to whether that was enough. What it throws ends the run, unless it may pass.
      @param {() => Promise<boolean>} isDone
      @param {{ tries?: number; most?: number }} [options] how often, and the longest pause in milliseconds */
  constructor(isDone, { tries = MOST_TRIES, most = 5000 } = {}) {
    this.#isDone = isDone;
    this.#most = { tries, most };
  }

  /** Tries until it is done, or so many times: the next event or connection tries again. */
  run() {
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  /** Runs once more if it runs, since what it reads may have changed meanwhile. */
  async runAnew() {
    this.#isStale = true;
    do await this.run();
    while (this.#isStale);
  }

  /** Ends a pause, and allows a run that goes on all its tries. */
  wake() {
    this.#tries = 0;
    this.#pause.wake();
  }

  async #run() {
    for (this.#tries = 1; !(await this.#once()); this.#tries += 1) {
      if (this.#tries >= this.#most.tries) return;
      await this.#pause.for(backoff(this.#tries, { first: 300, most: this.#most.most }));
    }
  }

  async #once() {
    this.#isStale = false;
    try {
      return await this.#isDone();
    } catch (error) {
      if (isTemporary(error)) return false;
      throw error;
    }
  }
}
