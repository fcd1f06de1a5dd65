// Tries something again until it is done, with pauses that grow. Several callers share one run.

import { isTemporary } from "./api.js";
import { backoff, Pause } from "./backoff.js";

const MOST_TRIES = 6;

export class Retries {
  #isDone;
  #tries = 0;
  #pause = new Pause();
  /** @type {Promise<void> | null} */
  #running = null;

  /** `isDone` tries once, and resolves to whether that was enough. What it throws ends the run, unless it may pass.
      @param {() => Promise<boolean>} isDone */
  constructor(isDone) {
    this.#isDone = isDone;
  }

  /** Tries until it is done, or MOST_TRIES times: the next event or connection tries again. */
  run() {
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  /** Ends a pause, and allows a run that goes on all its tries. */
  wake() {
    this.#tries = 0;
    this.#pause.wake();
  }

  async #run() {
    for (this.#tries = 1; !(await this.#once()); this.#tries += 1) {
      if (this.#tries >= MOST_TRIES) return;
      await this.#pause.for(backoff(this.#tries, { first: 300, most: 5000 }));
    }
  }

  async #once() {
    try {
      return await this.#isDone();
    } catch (error) {
      if (isTemporary(error)) return false;
      throw error;
    }
  }
}
