// Pauses between tries. They grow, and half of each is random, so that clients do not all return at once.

/** The milliseconds to wait after so many failures. It doubles with each, up to `most`; half of it is random.
    @param {number} failures
    @param {{ first?: number; most?: number }} [options] */
export function backoff(failures, { first = 1000, most = 60_000 } = {}) {
  const full = Math.min(most, first * 2 ** Math.max(0, failures - 1));
  return full / 2 + Math.random() * (full / 2);
}

/** Between once and twice as many milliseconds, so that the tabs of a browser do not all wake at once.
    @param {number} milliseconds */
export const spread = (milliseconds) => milliseconds * (1 + Math.random());

/** At most so many milliseconds, chosen at random, so that many clients come back one after another.
    @param {number} milliseconds */
export const atMost = (milliseconds) => milliseconds * Math.random();

/** A pause that `wake` ends early. */
export class Pause {
  /** @type {(() => void) | null} */
  #end = null;

  /** @param {number} milliseconds
      @returns {Promise<void>} */
  for(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#end?.();
  }
}

/** @param {number} milliseconds
    @returns {Promise<void>} */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
